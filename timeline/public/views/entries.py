"""The pages of entries."""

import functools
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.db.models import Case, Q, Value, When, prefetch_related_objects
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from timeline.i18n.display import alternative_titles
from timeline.i18n.languages import permalink
from timeline.models import (
    Entry,
    Goal,
    Milestone,
    Phase,
    PilotDesignation,
    Policy,
    PolicyRelation,
)
from timeline.models.entry_queryset import EntryQuerySet, is_public, link_columns
from timeline.models.kinds import field_of, fields_naming_entries
from timeline.models.records import RecordQuerySet
from timeline.models.reference import newest_begun
from timeline.models.shortlists import read_first_related
from timeline.models.timeline_position import TimelineDateSource
from timeline.public.chronology import OUTSIDE_TITLES, outside_anchor
from timeline.public.cited_sources import (
    CitedSource,
    DateFact,
    cited_sources,
    date_facts,
    other_dates,
    read_citations,
)
from timeline.public.cited_works import CitedWork, bibliographic_record, cited_document, reference_files
from timeline.public.entry_position import entry_strip, neighbours, promised_goals, years_of_chronicle
from timeline.public.expected_facts import missing_facts
from timeline.public.facts import facts_of
from timeline.public.goal_pages import public_origin_of_goals
from timeline.public.metadata.entries import EntryPage, entry_metadata
from timeline.public.related_entries import RelatedEntry, Relation
from timeline.public.views.base import RecordDetail, lazily, view_class_for
from timeline.values.bibliography.metadata import work_metadata
from timeline.values.bibliography.record import BibliographicRecord

# The most entries under each heading, and the most topics and facts of one kind.
MAX_RELATED = 20
MAX_PARTS = 50
# The most assessments of a goal, and the most citations of each.
MAX_ASSESSMENTS = 10
MAX_CITATIONS_OF_ASSESSMENT = 5
# What links to the two policies of a relation display.
LINKED_POLICY_COLUMNS = [
    f"{side}__{column}" for side in ("from_policy", "to_policy") for column in link_columns(Policy)
]


def linked_goals(goals: EntryQuerySet) -> EntryQuerySet:
    """These goals in chronological order, for links that say what is known of them."""
    return goals.chronological().for_links().with_newest_assessment()


class EntryDetail(RecordDetail):
    """An entry with its position, sources and related entries."""

    model: type[Entry]
    context_object_name = "entry"
    # The headings above entries that a column names, where they are not the name of the column.
    related_headings: ClassVar[Mapping[str, str | Promise]] = {}
    # The columns of the kind that are facts: of dates, and of several records.
    date_columns: ClassVar[Sequence[str]] = ()
    record_columns: ClassVar[Sequence[str]] = ()
    # In a preview, the public goals whose date is the unsaved one of the entry.
    moved_goals: Sequence[Goal] = ()

    def get_template_names(self) -> list[str]:
        """The template of the kind where it has one, else the one that all kinds extend."""
        return [*super().get_template_names(), "timeline/entry_detail.html"]

    def get_queryset(self) -> RecordQuerySet:
        return super().get_queryset().select_related("phase")

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        entry, chronicle = self.object, self.chronicle
        address = permalink(self.request, entry)
        work = functools.cache(lambda: bibliographic_record(self.with_related_records(), chronicle, address))
        phases = functools.cache(lambda: list(Phase.objects.published()))
        pairs = functools.cache(lambda: neighbours(entry, self.moved_goals))
        topics = functools.cache(lambda: [pair.topic for pair in pairs() if pair.topic])
        sources = functools.cache(lambda: cited_sources(self.with_related_records().citations.all()))
        dates = functools.cache(lambda: self.dates(sources()))
        # The page outside the kept fragment displays only the record itself, as `object`.
        return (
            super().get_context_data(**kwargs)
            | {
                "permanent_url": address,
                # No part of what is not public has an address.
                "url_prefix": f"timeline:{self.model.KIND.url_prefix}" if entry.is_public else "",
            }
            | lazily(
                entry=self.with_related_records,
                sources=sources,
                dates=dates,
                other_dates=lambda: other_dates(sources(), dates()),
                outside_title=lambda: self.outside_title(phases()),
                phase_label=lambda: self.phase_label(phases()),
                strip=lambda: entry_strip(
                    entry, phases(), self.kept("years", [], years_of_chronicle), self.promised()
                ),
                facts=lambda: [fact for fact in facts_of(entry) if fact.column not in self.placing_columns()],
                metadata=lambda: entry_metadata(
                    EntryPage(self.request, chronicle, self.with_related_records(), topics())
                ),
                topics=topics,
                neighbours=lambda: [pair for pair in pairs() if pair.previous or pair.next],
                related=lambda: [
                    found for one in self.relations() if (found := one.first(MAX_RELATED)).related
                ],
                dated_citations=lambda: [
                    citation
                    for citation in entry.citations.all()
                    if citation.date and entry.differing_citations
                ],
                missing_facts=lambda: missing_facts(entry),
                titles=lambda: alternative_titles(entry),
                cited_works=lambda: self.cited_works(work()),
                citation_meta=lambda: work_metadata(work()),
            )
        )

    def promised(self) -> Sequence[Goal]:
        """The goals whose due date stands in the strip beside the entry that declares them."""
        return () if isinstance(self.object, Goal) else promised_goals(self.object)

    def with_related_records(self) -> Entry:
        """The entry with the related records that the page displays."""
        entry = self.object
        read_citations(entry)
        for name in self.record_columns:
            read_first_related(entry, name, MAX_PARTS)
        return entry

    def dates(self, sources: Sequence[CitedSource]) -> list[DateFact]:
        """The date that places the entry on the timeline, then the others of its kind."""
        entry = self.object
        source = TimelineDateSource(entry.timeline_date_source)
        label = _("Date") if source == TimelineDateSource.OWN else capfirst(str(source.label))
        placing = self.placing_columns()
        others = [
            (capfirst(str(field_of(self.model, name).verbose_name)), getattr(entry, name))
            for name in self.date_columns
            if name not in placing
        ]
        return date_facts((label, entry.timeline_date), others, sources)

    def placing_columns(self) -> set[str]:
        """The columns of the date that places the entry on the timeline."""
        source = self.object.timeline_date_source
        return {date.path for date in self.model.TIMELINE_DATES if date.source == source}

    def outside_title(self, phases: Sequence[Phase]) -> str:
        """What the page says in place of the phase of a dated entry without one."""
        if self.object.phase_id is not None or self.object.sort_earliest is None:
            return ""
        return str(OUTSIDE_TITLES[outside_anchor(self.object, phases)])

    def phase_label(self, phases: Sequence[Phase]) -> str:
        """The label of the phase: whether it is the one that the date of the entry gives it, or editors decided on another."""
        entry = self.object
        by_date = newest_begun(phases, entry.sort_earliest) if entry.sort_earliest else None
        return _("Period (placed by date)") if by_date == entry.phase else _("Period (placed by the editors)")

    def relations(self) -> list[Relation]:
        """The ways in which published entries refer to this one or it refers to them."""
        named = [
            Relation(
                field.name,
                self.related_headings.get(field.name, capfirst(str(field.verbose_name))),
                self._named_entries(field).chronological().for_links(),
            )
            for field in fields_naming_entries(self.model)
        ]
        goals = Goal.objects.filter(is_public("pk"), declared_by=self.object.pk)
        goals = goals.exclude(pk__in=[goal.pk for goal in self.moved_goals])
        moved = [RelatedEntry(goal) for goal in self.moved_goals]
        return [*named, Relation("goals", _("Goals set by this"), linked_goals(goals), at_hand=moved)]

    def _named_entries(self, field: Any) -> EntryQuerySet:
        """The public entries that this names in a column."""
        if field.many_to_many:
            return getattr(self.object, field.name).filter(is_public("pk"))
        return field.related_model.objects.published().filter(pk=getattr(self.object, field.attname))

    def cited_works(self, work: BibliographicRecord) -> list[CitedWork]:
        """What the page says how to cite: itself first."""
        entry = self.object
        # No part of what is not public has an address.
        files = reference_files(entry.KIND.url_prefix, entry.slug) if entry.is_public else []
        return [CitedWork(_("This page"), work, files)]

    def show_unsaved(self, entry: Entry) -> None:
        """Make this the page of an entry as if it, which may be unsaved, were public."""
        self.object = entry
        self.moved_goals = list(
            entry.goals_declared.published().filter(date=None).prefetch_related("topics", "assessments")
        )
        for goal in self.moved_goals:
            goal.take_timeline_date_of(entry)


class PolicyDetail(EntryDetail):
    model = Policy
    date_columns = ("published_on", "issued", "effective_from", "effective_until", "covers")
    record_columns = ("issuers",)

    def relations(self) -> list[Relation]:
        policy = self.object
        own = Q(is_public("to_policy"), from_policy=policy)
        inverse = Q(is_public("from_policy"), to_policy=policy)
        # In a preview the policy has relations at hand that are not stored.
        unsaved = getattr(policy, "_prefetched_objects_cache", {}).get("relations")
        rows = PolicyRelation.objects.filter(inverse if unsaved is not None else own | inverse)
        own_first = Case(When(from_policy=policy, then=Value(0)), default=Value(1))
        rows = rows.order_by(own_first, "type", "to_policy_id", "from_policy_id")
        at_hand = [
            self.related_policy(relation)
            for relation in sorted(unsaved or (), key=lambda one: (one.type, one.to_policy_id))
            if relation.to_policy.is_public
        ]
        return [
            Relation(
                "policies",
                _("Related policies"),
                rows.select_related("from_policy", "to_policy").only(
                    "type", "change", "change_en", *LINKED_POLICY_COLUMNS
                ),
                self.related_policy,
                at_hand,
            ),
            *super().relations(),
            Relation(
                "milestones",
                _("Milestones that refer to this policy"),
                policy.milestones.filter(is_public("pk")).chronological().for_links(),
            ),
        ]

    def related_policy(self, relation: PolicyRelation) -> RelatedEntry:
        """The other policy of the relation."""
        if relation.from_policy_id == self.object.pk:
            return RelatedEntry(relation.to_policy, relation.get_type_display(), relation)
        return RelatedEntry(relation.from_policy, relation.inverse_label, relation)

    def cited_works(self, work: BibliographicRecord) -> list[CitedWork]:
        document = cited_document(self.object)
        return [*super().cited_works(work), *([document] if document else [])]


class PilotDesignationDetail(EntryDetail):
    model = PilotDesignation
    record_columns = ("areas", "authorities")

    def get_queryset(self) -> RecordQuerySet:
        return super().get_queryset().select_related("designee")

    def relations(self) -> list[Relation]:
        others = PilotDesignation.objects.filter(is_public("pk"), programme=self.object.programme)
        others = others.exclude(pk=self.object.pk).chronological().for_links()
        return [
            Relation("programme", _("Other designations of the programme"), others),
            *super().relations(),
        ]


class MilestoneDetail(EntryDetail):
    model = Milestone
    related_headings = {"policies": gettext_lazy("Policies concerned")}
    record_columns = ("organizations", "areas")


class GoalDetail(EntryDetail):
    model = Goal

    def with_related_records(self) -> Entry:
        prefetch_related_objects(
            [self.object], *public_origin_of_goals(MAX_ASSESSMENTS, MAX_CITATIONS_OF_ASSESSMENT)
        )
        return super().with_related_records()

    def show_unsaved(self, entry: Entry) -> None:
        if isinstance(entry, Goal) and entry.declared_by and not entry.declared_by.is_public:
            # As above: `declared_by_id` remains, by which the page says that its origin is not public.
            Goal._meta.get_field("declared_by").set_cached_value(entry, None)
        super().show_unsaved(entry)

    def relations(self) -> list[Relation]:
        origin = Entry.objects.published().filter(pk=self.object.declared_by_id)
        others = Goal.objects.filter(
            is_public("pk"), is_public("declared_by"), declared_by=self.object.declared_by_id
        ).exclude(pk=self.object.pk)
        return [
            Relation("declared-by", _("Set by"), origin.chronological().for_links()),
            Relation("goals", _("Other goals set with it"), linked_goals(others)),
        ]


def detail_view(request: HttpRequest, model: type[Entry]) -> EntryDetail:
    """The view of the pages of this kind, set up for the request."""
    view = view_class_for(EntryDetail, model)(model=model)
    view.setup(request)
    return view
