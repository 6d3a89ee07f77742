"""The entries of the chronicle: policies, pilot designations, goals and milestones, in one order of time."""

import datetime
from typing import Any, ClassVar, Self

from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models, transaction
from django.db.models import F, Max, Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from timeline.dates import PartialDate
from timeline.fields import (
    CountField,
    DocumentNumberField,
    LineField,
    PartialDateField,
    ProseField,
    WebAddressField,
)
from timeline.models.derived import Deriving, DerivingQuerySet, with_inputs
from timeline.models.named import Named, NamedQuerySet
from timeline.models.reference import Area, Organization, Phase, Topic
from timeline.prose import plain_text
from timeline.publishing import Objection, Publishable, PublishableQuerySet, Status
from timeline.refusal import Refusal
from timeline.script import fold
from timeline.searching import SearchableQuerySet


class Kind(models.TextChoices):
    """The four kinds of entry. Sorted backwards they stand as a reader meets them: a policy before its goals."""

    POLICY = "policy", _("Policy")
    PILOT_DESIGNATION = "pilot_designation", _("Pilot designation")
    MILESTONE = "milestone", _("Milestone")
    GOAL = "goal", _("Goal")


class PlaceBasis(models.TextChoices):
    """Which date puts an entry in its place on the timeline."""

    OWN = "own", _("date of the entry")
    PUBLISHED = "published", _("date of publication")
    ISSUED = "issued", _("date of the document")
    EFFECTIVE = "effective", _("date of effect")
    DECLARED = "declared", _("date of what sets the goal")
    NONE = "", _("no date")


def first_given(*dates: tuple[Any, PlaceBasis]) -> tuple[PartialDate | None, PlaceBasis]:
    """The first of these dates that is given, with its name; text as a caller may have set it is read."""
    for value, basis in dates:
        if value:
            return PartialDate.parse(value), basis
    return None, PlaceBasis.NONE


def readable(value: Any) -> PartialDate | None:
    """The date, or None where there is none or nobody can read it, which clean_fields() has said."""
    try:
        return PartialDate.parse(value) if value else None
    except Refusal:
        return None


class EntryQuerySet(SearchableQuerySet, PublishableQuerySet, DerivingQuerySet, NamedQuerySet):
    def in_order(self) -> Self:
        """By the earliest day each can mean, the more precise last, the undated at the end."""
        return self.order_by(
            F("sort_earliest").asc(nulls_last=True), F("sort_latest").desc(), "-kind", "slug"
        )

    def after(self, entry: Any) -> Self:
        """The dated ones that stand behind this entry in that order, the next first; none where it has no date."""
        return self._beyond(entry, "gt", "lt").in_order()

    def before(self, entry: Any) -> Self:
        """The dated ones that stand before it, the previous first."""
        return self._beyond(entry, "lt", "gt").in_order().reverse()

    def _beyond(self, entry: Any, later: str, earlier: str) -> Self:
        beyond, same = Q(pk__in=[]), Q()
        # As `in_order` has them, those that count backwards told apart.
        for column, beyond_it in (
            ("sort_earliest", later),
            ("sort_latest", earlier),
            ("kind", earlier),
            ("slug", later),
        ):
            here = getattr(entry, column)
            beyond |= same & Q(**{f"{column}__{beyond_it}": here})
            same &= Q(**{column: here})
        return self.filter(beyond) if entry.sort_earliest is not None else self.none()

    def for_cards(self) -> Self:
        """With all that a card in a list shows, in a fixed number of queries."""
        return self.for_hits().defer("body", "body_en")

    def for_hits(self) -> Self:
        """The same of what was searched for, where a card shows the words in the text as well."""
        return (
            self.defer("search_text").select_related("phase").prefetch_related("topics", "citations__source")
        )

    def for_layout(self) -> models.QuerySet:
        """What says where each stands, and no more: as rows, of which there can be many."""
        return self.values_list("pk", "kind", "phase_id", "sort_earliest", "sort_latest", named=True)

    def for_pictures(self) -> Self:
        """With what a mark in a picture says and leads to."""
        return self.only("slug", "kind", "title", "title_en", "place")

    def latest_in_public(self) -> Self:
        """By when each came to be in public what it is, which `latest_in_public` says of it, the newest first."""
        changed = Max(
            "revisions__at",
            filter=Q(
                revisions__applied=True,
                revisions__standing=Status.PUBLISHED,
                revisions__at__gt=F("published_at"),
                revisions__at__lte=timezone.now(),
            ),
        )
        latest = Coalesce(changed, F("published_at"))
        return self.annotate(latest_in_public=latest).order_by("-latest_in_public", "-pk")

    def undated(self) -> Self:
        """What no date puts on the timeline."""
        return self.filter(sort_earliest=None)

    def uncited(self) -> Self:
        return self.filter(citations=None)

    def untranslated(self) -> Self:
        """What has a title, summary or text in Chinese and not in English."""
        return self.filter(Q(title_en="") | ~Q(summary="") & Q(summary_en="") | ~Q(body="") & Q(body_en=""))

    def issued_by(self, organization: Organization) -> Self:
        return self.filter(policy__issuers=organization)

    def involving(self, organization: Organization) -> Self:
        return self.filter(milestone__organizations=organization)

    def designated_by(self, organization: Organization) -> Self:
        return self.filter(pilotdesignation__authority=organization)

    def goals_standing(self, state: "GoalState", today: datetime.date | None = None) -> Self:
        """Goals of whose due date this is known on that day; entries of other kinds are none."""
        today = today or timezone.localdate()
        assessed = Q(goal__assessments__isnull=False)
        known = {
            GoalState.NOT_STATED: Q(goal__due_by=None),
            GoalState.NOT_YET_DUE: Q(goal__due_by__gte=today),
            GoalState.UNASSESSED: Q(goal__due_by__lt=today) & ~assessed,
            GoalState.ASSESSED: Q(goal__due_by__lt=today) & assessed,
        }
        return self.filter(known[state], kind=Kind.GOAL).distinct()

    def designating(self, area: Area) -> Self:
        """Designations of the area, as designee or among the further areas."""
        return self.filter(Q(pilotdesignation__designee=area) | Q(pilotdesignation__areas=area)).distinct()


class Entry(Publishable, Deriving, Named):
    """What the timeline, search, feeds and the rule of publication need of every kind.

    A real table (multi-table inheritance), so that each of those is one queryset. An entry is always
    one of the four kinds: saving a bare one raises TypeError.
    """

    KIND: ClassVar[Kind]
    # Set by whoever says in so many words that this entry has no phase, so that none is filled in.
    phase_is_decided = False
    # Set where the row is taken back before anybody can search: what search reads, a third of the work, is not derived.
    is_only_tried = False
    # Columns that search reads: plain ones, and Markdown whose marks are taken off first. A hit in a title comes before
    # one in a summary, and that before any other.
    TITLES: ClassVar[tuple[str, ...]] = ("title", "title_en")
    SUMMARIES: ClassVar[tuple[str, ...]] = ("summary", "summary_en")
    SEARCHED: ClassVar[tuple[str, ...]] = (*TITLES, *SUMMARIES)
    SEARCHED_PROSE: ClassVar[tuple[str, ...]] = ("body", "body_en")
    DERIVED_FROM = {
        "kind": frozenset(),
        "place": frozenset({"date"}),
        "place_basis": frozenset({"date"}),
        "sort_earliest": frozenset({"date"}),
        "sort_latest": frozenset({"date"}),
        "search_text": frozenset({*SEARCHED, *SEARCHED_PROSE}),
    }

    kind = models.CharField(_("kind"), max_length=20, choices=Kind, editable=False)
    date = PartialDateField(
        _("date"),
        blank=True,
        help_text=_(
            "Only as far as a source gives it: 2013, 2013-01, 2013-01-28, 2011/2015. Where no source gives a date, leave "
            "it empty; never guess a month."
        ),
    )
    summary = ProseField(
        _("summary"),
        blank=True,
        help_text=_("Who, what, to what end, in your own words; 40 to 120 characters."),
    )
    summary_en = ProseField(_("summary in English"), blank=True)
    body = ProseField(_("text"), blank=True, help_text=_("What the sources say in more detail. Markdown."))
    body_en = ProseField(_("text in English"), blank=True)
    phase = models.ForeignKey(
        Phase,
        verbose_name=_("phase"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="entries",
        help_text=_(
            "Left blank on a new entry, it becomes the newest phase that had begun by its date; an entry may precede them all."
        ),
    )
    topics = models.ManyToManyField(
        Topic,
        verbose_name=_("topics"),
        blank=True,
        related_name="entries",
        help_text=_("Every topic of which the cited text speaks."),
    )
    editor_note = ProseField(
        _("editor's note"),
        blank=True,
        help_text=_(
            "What the sources leave open or say differently, as readers are to see it. Do not resolve it."
        ),
    )
    editor_note_en = ProseField(_("editor's note in English"), blank=True)

    place = PartialDateField(_("place on the timeline"), blank=True, editable=False)
    place_basis = models.CharField(
        _("by which date"),
        max_length=12,
        choices=PlaceBasis,
        default=PlaceBasis.NONE,
        blank=True,
        editable=False,
    )
    sort_earliest = models.DateField(_("earliest day"), null=True, blank=True, editable=False)
    sort_latest = models.DateField(_("latest day"), null=True, blank=True, editable=False)
    search_text = models.TextField(_("search text"), blank=True, editable=False)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    changed_at = models.DateTimeField(_("changed at"), auto_now=True)

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("entry")
        verbose_name_plural = _("entries")
        permissions = [
            ("submit_entry", _("Can submit entries for review")),
            ("send_back_entry", _("Can send entries back")),
            ("publish_entry", _("Can publish entries")),
            ("withdraw_entry", _("Can withdraw entries")),
            ("restore_entry", _("Can restore revisions of entries")),
        ]
        constraints = [
            *Named.Meta.constraints,
            *Publishable.Meta.constraints,
            models.CheckConstraint(name="timeline_entry_kind_known", condition=Q(kind__in=Kind.values)),
            models.CheckConstraint(
                name="timeline_entry_place_whole",
                condition=Q(
                    place__isnull=True, sort_earliest__isnull=True, sort_latest__isnull=True, place_basis=""
                )
                # A comparison with NULL is not false, and a check lets through what is not false.
                | Q(place__isnull=False, sort_earliest__isnull=False, sort_latest__isnull=False)
                & Q(sort_latest__gte=F("sort_earliest"))
                & ~Q(place_basis=""),
            ),
        ]
        indexes = [
            models.Index("status", "sort_earliest", F("sort_latest").desc(), name="timeline_entry_in_order"),
            models.Index("kind", "sort_earliest", name="timeline_entry_of_kind"),
        ]

    def save(self, **kwargs: Any) -> None:
        if type(self) is Entry:
            raise TypeError(
                "An entry is one of four kinds: save a Policy, PilotDesignation, Goal or Milestone."
            )
        with transaction.atomic():
            if kwargs.get("update_fields") is not None:
                phase_before = self.phase_id
                self.derive()
                also = {"changed_at"} | ({"phase"} if self.phase_id != phase_before else set())
                kwargs["update_fields"] = {*kwargs["update_fields"], *also}
            super().save(**kwargs)
            for goal in Goal.objects.filter(declared_by=self.pk).select_related("declared_by"):
                goal.follow()

    @classmethod
    def hold(cls, key: Any) -> bool:
        # What declares a goal comes first: whoever saves that holds it, and then moves its goals.
        for declaring in (
            Goal.objects.filter(pk=key).exclude(declared_by=None).values_list("declared_by", flat=True)
        ):
            super().hold(declaring)
        return super().hold(key)

    def get_absolute_url(self) -> str:
        return reverse(f"timeline:{self.kind.replace('_', '-')}-detail", args=[self.slug])

    def derive(self) -> None:
        self.kind = self.KIND
        self.place, self.place_basis = self.placed()
        self.sort_earliest = self.place.earliest if self.place else None
        self.sort_latest = self.place.latest if self.place else None
        if not self.is_only_tried:
            self.search_text = self._searched()
        if (
            self.phase_id is None
            and not self.phase_is_decided
            and self.sort_earliest is not None
            and not self._stands_dated()
        ):
            # Once only, when the entry first gets a date: an editor may empty the phase later.
            self.phase = Phase.objects.begun_by(self.sort_earliest).newest_first().first()

    def _searched(self) -> str:
        """Three lines, which search tells apart: titles, summaries, the rest; folded."""
        ahead = (*self.TITLES, *self.SUMMARIES)
        columns = (self.TITLES, self.SUMMARIES, [name for name in self.SEARCHED if name not in ahead])
        lines = [[str(self._cleaned(name) or "") for name in names] for names in columns]
        lines[-1] += [plain_text(self._cleaned(name)) for name in self.SEARCHED_PROSE]
        # Each by itself: folding looks at what stands beside a character.
        folded = [" ".join(one for text in line if (one := fold(text))) for line in lines]
        return "\n".join(folded).rstrip("\n")

    def _cleaned(self, name: str) -> Any:
        """The column's value as the database will hold it, whatever spelling was assigned."""
        return self._meta.get_field(name).to_python(getattr(self, name))  # type: ignore[union-attr]

    def _stands_dated(self) -> bool:
        """Whether the database has this entry with a date."""
        return self.pk is not None and Entry.objects.filter(pk=self.pk, sort_earliest__isnull=False).exists()

    def placed(self) -> tuple[PartialDate | None, PlaceBasis]:
        """The date that puts this in its place, and which date that is. Never a guessed one."""
        return first_given((self.date, PlaceBasis.OWN))

    @property
    def differing_citations(self) -> list[Any]:
        """Citations whose source gives another date than the entry bears."""
        return [citation for citation in self.citations.all() if citation.differs]

    def objections_to_publishing(self, by: User | None = None) -> list[Objection]:
        objections = []
        if self.pk is None or not self.citations.exists():
            message = _("“%(title)s” cites no source; every published entry cites one.") % {"title": self}
            objections.append(Objection("citations", str(message)))
        for field, referred in self.refers_to():
            # Asked of the database: the one at hand may have been published since it was loaded.
            for hidden in referred.exclude(pk__in=Entry.objects.appointed().values("pk")):
                message = _("“%(title)s”, to which this refers, is not published.") % {"title": hidden}
                objections.append(Objection(field, str(message)))
        if by is not None and settings.NOBODY_PUBLISHES_OWN_WORK:
            done = self.revisions.filter(action__in=["published", "revised", "discarded"]).in_order().last()
            written = self.revisions.filter(action__in=["saved", "imported", "restored"], by=by)
            if written.filter(number__gt=done.number if done else 0).exists():
                objections.append(
                    Objection("", str(_("Nobody publishes their own work: let somebody else read it.")))
                )
        if self.status == Status.WITHDRAWN and self.revisions.working_copies().exists():
            objections.append(Objection("", str(_("There is a working copy: publish or discard it first."))))
        return objections

    def refers_to(self) -> list[tuple[str, models.QuerySet]]:
        """The entries to which this refers, by the field that does so."""
        return []


class DocumentType(models.TextChoices):
    """文种: the fifteen of GB/T 9704-2012, and what cities issue besides."""

    RESOLUTION = "resolution", pgettext_lazy("document type", "Resolution")
    DECISION = "decision", pgettext_lazy("document type", "Decision")
    ORDER = "order", pgettext_lazy("document type", "Order")
    COMMUNIQUE = "communique", pgettext_lazy("document type", "Communiqué")
    PROCLAMATION = "proclamation", pgettext_lazy("document type", "Proclamation")
    ANNOUNCEMENT = "announcement", pgettext_lazy("document type", "Announcement")
    OPINIONS = "opinions", pgettext_lazy("document type", "Opinions")
    NOTICE = "notice", pgettext_lazy("document type", "Notice")
    CIRCULAR = "circular", pgettext_lazy("document type", "Circular")
    REPORT = "report", pgettext_lazy("document type", "Report")
    REQUEST = "request", pgettext_lazy("document type", "Request for instructions")
    REPLY = "reply", pgettext_lazy("document type", "Official reply")
    MOTION = "motion", pgettext_lazy("document type", "Motion")
    LETTER = "letter", pgettext_lazy("document type", "Letter")
    MINUTES = "minutes", pgettext_lazy("document type", "Minutes")
    REGULATIONS = "regulations", pgettext_lazy("document type", "Regulations")
    RULES = "rules", pgettext_lazy("document type", "Rules")
    MEASURES = "measures", pgettext_lazy("document type", "Measures")
    ADMINISTRATIVE_MEASURES = (
        "administrative_measures",
        pgettext_lazy("document type", "Administrative measures"),
    )
    DETAILED_RULES = "detailed_rules", pgettext_lazy("document type", "Detailed rules")
    GUIDING_OPINIONS = "guiding_opinions", pgettext_lazy("document type", "Guiding opinions")
    IMPLEMENTATION_OPINIONS = (
        "implementation_opinions",
        pgettext_lazy("document type", "Implementation opinions"),
    )
    IMPLEMENTATION_PLAN = "implementation_plan", pgettext_lazy("document type", "Implementation plan")
    IMPLEMENTATION_SCHEME = "implementation_scheme", pgettext_lazy("document type", "Implementation scheme")
    WORK_PROGRAMME = "work_programme", pgettext_lazy("document type", "Work programme")
    PLAN = "plan", pgettext_lazy("document type", "Plan")
    ACTION_PLAN = "action_plan", pgettext_lazy("document type", "Action plan")
    ACTION_OUTLINE = "action_outline", pgettext_lazy("document type", "Action outline")
    SPECIAL_ACTION = "special_action", pgettext_lazy("document type", "Special action")
    WORK_POINTS = "work_points", pgettext_lazy("document type", "Key points of work")
    OTHER = "other", pgettext_lazy("document type", "Other document")


class Level(models.TextChoices):
    """The level of government that issues."""

    NATIONAL = "national", _("National")
    PROVINCIAL = "provincial", _("Provincial")
    MUNICIPAL = "municipal", _("Municipal")
    DISTRICT = "district", _("District")


class Validity(models.TextChoices):
    """有效性: whether a document is in force, as far as a source says."""

    NOT_YET = "not_yet", _("Not yet in force")
    IN_FORCE = "in_force", _("In force")
    AMENDED = "amended", _("Amended")
    REPEALED = "repealed", _("Repealed")
    LAPSED = "lapsed", _("Lapsed")


class Policy(Entry):
    """A document that decides, plans or rules: 决定, 规划, 管理办法 and the like."""

    KIND = Kind.POLICY
    SEARCHED = (*Entry.SEARCHED, "document_number")
    DERIVED_FROM = with_inputs(
        Entry.DERIVED_FROM,
        dict.fromkeys(
            ("place", "place_basis", "sort_earliest", "sort_latest"),
            ("published_on", "issued", "effective_from"),
        )
        | {"search_text": ("document_number",)},
    )

    document_type = models.CharField(_("document type"), max_length=30, choices=DocumentType)
    document_number = DocumentNumberField(
        _("document number"),
        blank=True,
        help_text=_("Code, year and number: 甬党〔2010〕14号. Any brackets will do."),
    )
    issuers = models.ManyToManyField(
        Organization, verbose_name=_("issuers"), blank=True, related_name="policies_issued"
    )
    level = models.CharField(_("level"), max_length=12, choices=Level, blank=True)
    issued = PartialDateField(
        _("date of the document"), blank=True, help_text=_("The date under the text (成文日期).")
    )
    published_on = PartialDateField(_("date of publication"), blank=True)
    effective_from = PartialDateField(_("in effect from"), blank=True)
    effective_until = PartialDateField(_("in effect until"), blank=True)
    covers = PartialDateField(
        _("period covered"), blank=True, help_text=_("The years that a plan is made for: 2011/2015.")
    )
    validity = models.CharField(
        _("validity"),
        max_length=12,
        choices=Validity,
        blank=True,
        help_text=_("Only where a source says so."),
    )
    provisional = models.BooleanField(
        _("provisional"), default=False, help_text=_("（暂行） or （试行） in its title.")
    )
    official_url = WebAddressField(_("official text"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("policy")
        verbose_name_plural = _("policies")
        constraints = [
            models.CheckConstraint(
                name="timeline_policy_type_known", condition=Q(document_type__in=DocumentType.values)
            ),
            models.CheckConstraint(
                name="timeline_policy_level_known", condition=Q(level__in=["", *Level.values])
            ),
            models.CheckConstraint(
                name="timeline_policy_validity_known", condition=Q(validity__in=["", *Validity.values])
            ),
        ]

    @property
    def provisional_label(self) -> str:
        """The official term for a document that is provisional, as its title has it; "" for any other."""
        if not self.provisional:
            return ""
        return str(_("trial implementation") if "试行" in self.title else _("provisional"))

    def clean(self) -> None:
        super().clean()
        if self.published_at is not None and (others := self._others_with_this_number()):
            raise ValidationError({"document_number": self._number_in_use(others[0])})
        begins, ends = readable(self.effective_from), readable(self.effective_until)
        if begins and ends and ends.latest < begins.earliest:
            raise ValidationError({"effective_until": _("The document ceases before it takes effect.")})

    def placed(self) -> tuple[PartialDate | None, PlaceBasis]:
        return first_given(
            (self.date, PlaceBasis.OWN),
            (self.published_on, PlaceBasis.PUBLISHED),
            (self.issued, PlaceBasis.ISSUED),
            (self.effective_from, PlaceBasis.EFFECTIVE),
        )

    def objections_to_publishing(self, by: User | None = None) -> list[Objection]:
        objections = super().objections_to_publishing(by)
        others = self._others_with_this_number()
        return objections + [Objection("document_number", self._number_in_use(other)) for other in others]

    def refers_to(self) -> list[tuple[str, models.QuerySet]]:
        return [("relations", Policy.objects.filter(inverse_relations__from_policy=self.pk).distinct())]

    def _others_with_this_number(self) -> list["Policy"]:
        """Other policies, public now or ever, that bear this one's document number."""
        try:
            number = self._cleaned("document_number")
        except ValidationError:  # which clean_fields() has said
            return []
        if number is None:
            return []
        return list(Policy.objects.ever_public().filter(document_number=number).exclude(pk=self.pk))

    def _number_in_use(self, other: "Policy") -> str:
        return str(
            _("Document number %(number)s is that of “%(title)s”.")
            % {"number": other.document_number, "title": other}
        )


class PilotDesignation(Entry):
    """The naming of an area as a pilot in a programme of a higher authority."""

    KIND = Kind.PILOT_DESIGNATION
    SEARCHED = (*Entry.SEARCHED, "programme", "programme_en")
    DERIVED_FROM = with_inputs(Entry.DERIVED_FROM, {"search_text": ("programme", "programme_en")})

    programme = LineField(_("programme"), max_length=200, help_text=_("For example 国家智慧城市试点."))
    programme_en = LineField(_("programme in English"), max_length=300, blank=True)
    batch = CountField(_("batch"), null=True, blank=True, validators=[MinValueValidator(1)])
    designee = models.ForeignKey(
        Area, verbose_name=_("designee"), on_delete=models.PROTECT, related_name="designations"
    )
    areas = models.ManyToManyField(
        Area,
        verbose_name=_("further areas"),
        blank=True,
        related_name="designations_including",
        help_text=_("Areas named together with the designee."),
    )
    authority = models.ForeignKey(
        Organization,
        verbose_name=_("authority"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="designations_made",
    )

    class Meta:
        verbose_name = _("pilot designation")
        verbose_name_plural = _("pilot designations")
        constraints = [
            models.CheckConstraint(
                name="timeline_designation_batch_counts_from_one",
                condition=Q(batch__isnull=True) | Q(batch__gte=1),
            )
        ]


class Milestone(Entry):
    """Something that happened: a launch, a fund, a body set up, an assessment."""

    KIND = Kind.MILESTONE
    SEARCHED = (*Entry.SEARCHED, "occasion", "occasion_en")
    DERIVED_FROM = with_inputs(Entry.DERIVED_FROM, {"search_text": ("occasion", "occasion_en")})

    policies = models.ManyToManyField(
        Policy, verbose_name=_("policies"), blank=True, related_name="milestones"
    )
    organizations = models.ManyToManyField(
        Organization, verbose_name=_("organizations"), blank=True, related_name="milestones"
    )
    occasion = LineField(
        _("occasion"), max_length=200, blank=True, help_text=_("The meeting or event at which it happened.")
    )
    occasion_en = LineField(_("occasion in English"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")

    def refers_to(self) -> list[tuple[str, models.QuerySet]]:
        return [("policies", self.policies.all())]


class GoalState(models.TextChoices):
    """What is known of a goal's due date on a day, without judging."""

    NOT_STATED = "not_stated", _("No due date is stated.")
    NOT_YET_DUE = "not_yet_due", _("Not yet due.")
    UNASSESSED = "unassessed", _("The due date is past; no assessment is known.")
    ASSESSED = "assessed", _("The due date is past; it was assessed.")


class Goal(Entry):
    """What a policy or an announcement set out to reach, and by when, where a source says so."""

    KIND = Kind.GOAL
    SEARCHED = (*Entry.SEARCHED, "indicator", "indicator_en")
    DERIVED_FROM = with_inputs(
        Entry.DERIVED_FROM,
        dict.fromkeys(
            ("place", "place_basis", "sort_earliest", "sort_latest"), ("declared_by", "declared_by_id")
        )
        | {"search_text": ("indicator", "indicator_en"), "due_by": ("target",)},
    )

    declared_by = models.ForeignKey(
        Entry,
        verbose_name=_("declared by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="goals_declared",
        help_text=_(
            "The policy, designation or milestone that sets the goal; its date puts the goal on the timeline."
        ),
    )
    target = PartialDateField(
        _("due"),
        blank=True,
        help_text=_("The date by which it is to be met, only where a source states one."),
    )
    due_by = models.DateField(_("due by"), null=True, blank=True, editable=False)
    indicator = LineField(
        _("indicator"), max_length=300, blank=True, help_text=_("How it is measured, where a source says so.")
    )
    indicator_en = LineField(_("indicator in English"), max_length=400, blank=True)

    class Meta:
        verbose_name = _("goal")
        verbose_name_plural = _("goals")
        # So that policy.goals_declared.add(goal), which updates past save(), is refused like every such update.
        base_manager_name = "objects"

    def save(self, **kwargs: Any) -> None:
        with transaction.atomic():
            if self.declared_by_id is not None:
                # Whoever moves what declares this waits, so that the goal cannot be placed by a date just gone.
                Entry.hold(self.declared_by_id)
            super().save(**kwargs)

    def clean(self) -> None:
        super().clean()
        declared_by = self.declared_by
        if declared_by is not None and declared_by.kind == Kind.GOAL:
            raise ValidationError({"declared_by": _("A goal is not declared by a goal.")})
        target, place = readable(self.target), readable(self.date) or readable(self.place)
        if target and place and target.latest < place.earliest:
            raise ValidationError(
                {
                    "target": _("Due %(target)s, before it is set (%(place)s).")
                    % {"target": target, "place": place}
                }
            )

    def placed(self) -> tuple[PartialDate | None, PlaceBasis]:
        # Asked of the database: the entry at hand may be older than its last move.
        declaring = Entry.objects.filter(pk=self.declared_by_id).values_list("place", flat=True)
        declared = declaring.first() if self.declared_by_id and not self.date else None
        return first_given((self.date, PlaceBasis.OWN), (declared, PlaceBasis.DECLARED))

    def refers_to(self) -> list[tuple[str, models.QuerySet]]:
        return [("declared_by", Entry.objects.filter(pk=self.declared_by_id))]

    def follow(self) -> None:
        """Take the place that what declares this has now, without a new time of change: the record itself is the same."""
        if self.is_stale():
            Goal.objects.filter(pk=self.pk).update(phase=self.phase, **self.derived_values())

    def derive(self) -> None:
        super().derive()
        target = self._cleaned("target")
        self.due_by = target.latest if target else None

    def state(self, today: datetime.date | None = None) -> GoalState:
        """What is known of the due date; reads the assessments, so prefetch them in lists."""
        if self.due_by is None:
            return GoalState.NOT_STATED
        if self.due_by >= (today or timezone.localdate()):
            return GoalState.NOT_YET_DUE
        return GoalState.ASSESSED if self.assessments.all() else GoalState.UNASSESSED

    def schedule(self, today: datetime.date | None = None) -> str:
        """The same in words, with what the newest assessment says."""
        state = self.state(today)
        if state != GoalState.ASSESSED:
            return str(state.label)
        newest = max(self.assessments.all(), key=lambda assessment: assessment.date.earliest)
        return str(
            _("The due date is past; assessed as “%(delivery)s”.")
            % {"delivery": newest.get_delivery_display()}
        )
