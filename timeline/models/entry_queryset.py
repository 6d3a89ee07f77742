"""The querysets of entries: their order, what lists and pictures load, and the states of goals."""

import datetime
from typing import TYPE_CHECKING, Self

from django.apps import apps
from django.db import models
from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    OuterRef,
    Prefetch,
    Q,
    Subquery,
    Value,
    When,
)
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from timeline.models.derived import DerivedFieldsQuerySet
from timeline.models.keyset import beyond
from timeline.models.kinds import Kind, fields_naming, path_from_entry
from timeline.models.records import SearchableRecordQuerySet, public_revisions
from timeline.models.shortlists import distinct_of_each, first_of_each, link_owner
from timeline.models.source_references import CITATION_ORDER
from timeline.models.timeline_position import TIMELINE_ORDER, Year, timeline_order

if TYPE_CHECKING:
    from timeline.models.entries import Entry
    from timeline.models.revisions import Revision


class GoalState(models.TextChoices):
    """What is known of a goal's due date on a day, without judging."""

    NOT_STATED = "not_stated", _("No due date stated")
    NOT_YET_DUE = "not_yet_due", _("Not yet due")
    UNASSESSED = "unassessed", _("Due date past, no assessment known")
    ASSESSED_BEFORE = "assessed_before", _("Due date past, assessed only before it")
    ASSESSED = "assessed", _("Due date past, assessed")


# The order of the assessments of a goal on pages, and newest first, by their columns; the text of a date has no order in time.
ASSESSMENT_ORDER = ("date_earliest", "number", "pk")
NEWEST_ASSESSMENTS = ("-date_earliest", "-number", "-pk")
# Which assessments are of the outcome of their goal, as `Goal.has_outcome_in()` has it.
_OF_OUTCOME = Q(date_earliest__gte=F("goal__due_by")) | Q(
    goal__due_by__month=12, goal__due_by__day=31, date_earliest__year__gte=Year("goal__due_by")
)
# The order of topics, which is that of their model, by its columns.
TOPIC_ORDER = ("position", "slug")
# The most citations that the card of an entry in a list compares, and the most topics and relations of a kind that it shows.
MAX_CITATIONS_OF_CARD = 8
MAX_TOPICS_OF_CARD = 8
MAX_RELATIONS_OF_CARD = 3
# What names an entry in the card of another, with the day whose year follows the title where too many share theirs.
_NAME = ("slug", "kind", "title", "title_en", "short_title", "short_title_en", "sort_earliest")


def link_columns(model: type["Entry"]) -> tuple[str, ...]:
    """The columns that a link to an entry of this model displays, with its position on the timeline."""
    position = ("timeline_date", "timeline_date_source", "sort_earliest", "sort_latest")
    return ("slug", "kind", "title", "title_en", *position, *model.LINK_COLUMNS)


def is_public(column: str) -> Exists:
    """Whether the entry whose key the column has is public. A join could begin with all entries that are."""
    public: EntryQuerySet = apps.get_model("timeline", "entry").objects.published()
    return Exists(public.filter(pk=OuterRef(column)))


class EntryQuerySet(DerivedFieldsQuerySet, SearchableRecordQuerySet):
    model: type["Entry"]

    def chronological(self) -> Self:
        """In the order of the timeline, undated entries last."""
        return self.order_by(*timeline_order())

    def after(self, entry: "Entry") -> Self:
        """The dated entries after this one in chronological order, nearest first; none if it has no date."""
        return self._beyond(entry, is_later=True).chronological()

    def before(self, entry: "Entry") -> Self:
        """The dated entries before this one, nearest first; none if it has no date."""
        return self._beyond(entry, is_later=False).chronological().reverse()

    def _beyond(self, entry: "Entry", *, is_later: bool) -> Self:
        if entry.sort_earliest is None:
            return self.none()
        return self.filter(beyond(entry, TIMELINE_ORDER, is_later=is_later))

    def for_cards(self) -> Self:
        """Load what the card of an entry in a list shows, without its relations, in a fixed number of queries."""
        return self.for_hits().defer("body", "body_en")

    def for_hits(self) -> Self:
        """Like `for_cards()`, with the body, from which the cards of search results quote."""
        citations = apps.get_model("timeline", "citation")._default_manager.select_related("source")
        with_places = citations.annotate(places=distinct_of_each(("source", "locator"), "entry"))
        cited = first_of_each(with_places, MAX_CITATIONS_OF_CARD, CITATION_ORDER, "entry")
        entry, topic = (apps.get_model("timeline", name) for name in ("entry", "topic"))
        of_entry = link_owner(entry, "topics")
        topics = first_of_each(topic._default_manager.all(), MAX_TOPICS_OF_CARD, TOPIC_ORDER, of_entry)
        return self.select_related("phase").prefetch_related(
            Prefetch("topics", topics), Prefetch("citations", cited)
        )

    def with_newest_assessment(self) -> Self:
        """Load what the state of goals among these entries is told by: of each, its newest assessment."""
        assessments = apps.get_model("timeline", "goalassessment")
        newest = first_of_each(assessments._default_manager.all(), 1, NEWEST_ASSESSMENTS, "goal")
        if issubclass(self.model, Kind.GOAL.model):
            return self.prefetch_related(Prefetch("assessments", newest))
        return self.select_related("goal").prefetch_related(Prefetch("goal__assessments", newest))

    def with_relations(self) -> Self:
        """Load what cards name: goals declared with their states, what declares a goal and its newest assessment, related policies."""
        goal, policy, size = Kind.GOAL.model, Kind.POLICY.model, MAX_RELATIONS_OF_CARD
        # The parent of all kinds, whichever this queryset is of.
        entry = apps.get_model("timeline", "entry")
        by_due_date, by_type = (F("due_by").asc(nulls_last=True), "pk"), ("type", "pk")
        goals = goal.objects.filter(is_public("pk"))
        goals = goals.order_by(*by_due_date).only(*_NAME, "target", "due_by", "declared_by")
        goals = goals.with_newest_assessment()
        relations = policy._meta.get_field("relations").related_model.objects.order_by(*by_type)
        relations = relations.filter(is_public("to_policy")).select_related("to_policy")
        relations = relations.only("type", "from_policy", *(f"to_policy__{column}" for column in _NAME))
        of_milestone = link_owner(Kind.MILESTONE.model, "policies")
        policies = policy.objects.filter(is_public("pk")).chronological().only(*_NAME)
        concerned = first_of_each(policies, size, timeline_order(), of_milestone)
        return (
            self.with_newest_assessment()
            .select_related("policy", "milestone")
            .prefetch_related(
                Prefetch("goals_declared", first_of_each(goals, size, by_due_date, "declared_by")),
                Prefetch("goal__declared_by", entry.objects.published().only(*_NAME)),
                Prefetch("policy__relations", first_of_each(relations, size, by_type, "from_policy")),
                Prefetch("milestone__policies", concerned),
            )
        )

    def for_pictures(self, *more: str) -> Self:
        """Load the titles, date, URL and position of each entry, for the marks of a picture, and these columns."""
        titles = ("title", "title_en", "short_title", "short_title_en")
        position = ("timeline_date", "timeline_date_source", "phase", "sort_earliest", "sort_latest")
        return self.only("slug", "kind", *titles, *position, *more)

    def for_links(self) -> Self:
        """Load what a link to each entry displays."""
        return self.only(*link_columns(self.model))

    def with_first_public_slug(self) -> Self:
        """Annotates each published entry with the slug that it had when it was first published, as `first_public_slug`."""
        first = self._public_revisions().filter(record=OuterRef("pk")).order_by("number")
        slug = Subquery(first.values(first_slug=KT("content__slug"))[:1])
        # What was loaded without revisions, has the slug under which it came.
        return self.annotate(first_public_slug=Coalesce(slug, F("slug"), output_field=models.CharField()))

    def _public_revisions(self) -> models.QuerySet["Revision"]:
        """The revisions with which an entry was published, or changed while it was."""
        return public_revisions().for_model(self.model)

    def undated(self) -> Self:
        """The entries without a date on the timeline."""
        return self.filter(sort_earliest=None)

    def uncited(self) -> Self:
        return self.filter(citations=None)

    def untranslated(self) -> Self:
        """The entries with a title, summary or text in Chinese that has no English counterpart."""
        return self.filter(Q(title_en="") | ~Q(summary="") & Q(summary_en="") | ~Q(body="") & Q(body_en=""))

    def equal_values(self, column: str) -> models.QuerySet:
        """The values of a column of text that several of these entries have, without an empty one."""
        filled = self.order_by().exclude(**{column: ""}).values(column)
        return filled.annotate(size=Count("*")).filter(size__gt=1).values(column)

    def naming(self, record: models.Model) -> Self:
        """The entries that refer to this record in one of their columns."""
        fields = fields_naming(type(record))
        if len(fields) == 1:
            return self.filter(**{path_from_entry(fields[0]): record})
        # An entry that names it in several columns is found once; DISTINCT over texts is slow.
        named = [field.model._base_manager.filter(**{field.name: record}).values("pk") for field in fields]
        return self.filter(pk__in=named[0].union(*named[1:])) if named else self.none()

    def goals_with_state(self, today: datetime.date | None = None) -> Self:
        """The goals, without the entries of other kinds. Annotates each with its state on that day as `goal_state`."""
        today = today or timezone.localdate()
        assessments = Kind.GOAL.model._meta.get_field("assessments").related_model._base_manager
        assessed = assessments.filter(goal=OuterRef("pk"))
        state = Case(
            When(goal__due_by=None, then=Value(GoalState.NOT_STATED.value)),
            When(goal__due_by__gte=today, then=Value(GoalState.NOT_YET_DUE.value)),
            When(Exists(assessed.filter(_OF_OUTCOME)), then=Value(GoalState.ASSESSED.value)),
            When(Exists(assessed), then=Value(GoalState.ASSESSED_BEFORE.value)),
            default=Value(GoalState.UNASSESSED.value),
        )
        return self.filter(kind=Kind.GOAL).annotate(goal_state=state)
