"""The four kinds of entry: policies, pilot designations, milestones and goals."""

import contextlib
import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import Any, Self

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from timeline.models.derived import extend_derived_from
from timeline.models.entries import Entry, GoalState, Kind, TimelineDateSource, date_or_none, first_date
from timeline.models.fields import (
    CountField,
    DocumentNumberField,
    LineField,
    PartialDateField,
    WebAddressField,
)
from timeline.models.reference import Area, Organization
from timeline.values.partial_date import PartialDate
from timeline.workflow import Objection


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
    DERIVED_FROM = extend_derived_from(
        Entry.DERIVED_FROM,
        dict.fromkeys(
            ("timeline_date", "timeline_date_source", "sort_earliest", "sort_latest"),
            ("published_on", "issued", "effective_from"),
        ),
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
        if self.published_at is not None:
            for other in self._others_with_same_number([self])[self.pk]:
                if other.is_ever_public:
                    raise ValidationError({"document_number": self._number_in_use(other)})
        begins, ends = date_or_none(self.effective_from), date_or_none(self.effective_until)
        if begins and ends and ends.latest < begins.earliest:
            raise ValidationError({"effective_until": _("The document ceases before it takes effect.")})

    def compute_timeline_date(self) -> tuple[PartialDate | None, TimelineDateSource]:
        return first_date(
            (self.date, TimelineDateSource.OWN),
            (self.published_on, TimelineDateSource.PUBLISHED),
            (self.issued, TimelineDateSource.ISSUED),
            (self.effective_from, TimelineDateSource.EFFECTIVE),
        )

    @classmethod
    def objections_of(
        cls, records: Sequence[Self], by: AbstractUser | None = None, together_with: Collection[int] = ()
    ) -> dict[Any, list[Objection]]:
        found = super().objections_of(records, by, together_with)
        for key, others in cls._others_with_same_number(records).items():
            for other in others:
                if other.is_ever_public or (other.pk in together_with and other.pk < key):
                    found[key].append(Objection("document_number", cls._number_in_use(other)))
        return found

    @classmethod
    def references_of(cls, records: Sequence[Self]) -> Iterable[tuple[int, str, int]]:
        keys = [record.pk for record in records]
        related = Policy.objects.filter(pk__in=keys, relations__isnull=False).order_by(
            "pk", "relations__to_policy"
        )
        for key, other in related.values_list("pk", "relations__to_policy").distinct():
            yield key, "relations", other

    @classmethod
    def _others_with_same_number(cls, records: Sequence["Policy"]) -> dict[Any, list["Policy"]]:
        """By key the other policies that bear its document number."""
        numbers = {}
        for record in records:
            # What is no number clean_fields() has said.
            with contextlib.suppress(ValidationError):
                if number := record._cleaned("document_number"):
                    numbers[record.pk] = number
        bearers = defaultdict(list)
        if numbers:
            for policy in Policy.objects.filter(document_number__in={*numbers.values()}).order_by("pk"):
                bearers[policy.document_number].append(policy)
        return {
            record.pk: [other for other in bearers[numbers.get(record.pk)] if other.pk != record.pk]
            for record in records
        }

    @staticmethod
    def _number_in_use(other: "Policy") -> str:
        return str(
            _("Document number %(number)s is that of “%(title)s”.")
            % {"number": other.document_number, "title": other}
        )


class PilotDesignation(Entry):
    """The naming of an area as a pilot in a programme of a higher authority."""

    KIND = Kind.PILOT_DESIGNATION
    SEARCHED = (*Entry.SEARCHED, "programme", "programme_en")

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

    @classmethod
    def references_of(cls, records: Sequence[Self]) -> Iterable[tuple[int, str, int]]:
        keys = [record.pk for record in records]
        named = Milestone.policies.through.objects.filter(milestone__in=keys).order_by("milestone", "policy")
        for key, other in named.values_list("milestone", "policy"):
            yield key, "policies", other


class Goal(Entry):
    """What a policy or an announcement set out to reach, and by when, where a source says so."""

    KIND = Kind.GOAL
    SEARCHED = (*Entry.SEARCHED, "indicator", "indicator_en")
    DERIVED_FROM = extend_derived_from(
        Entry.DERIVED_FROM,
        dict.fromkeys(
            ("timeline_date", "timeline_date_source", "sort_earliest", "sort_latest"),
            ("declared_by", "declared_by_id"),
        )
        | {"due_by": ("target",)},
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
                Entry.lock(self.declared_by_id)
            super().save(**kwargs)

    def clean(self) -> None:
        super().clean()
        declared_by = self.declared_by
        if declared_by is not None and declared_by.kind == Kind.GOAL:
            raise ValidationError({"declared_by": _("A goal is not declared by a goal.")})
        target, place = date_or_none(self.target), date_or_none(self.date) or date_or_none(self.timeline_date)
        if target and place and target.latest < place.earliest:
            raise ValidationError(
                {
                    "target": _("Due %(target)s, before it is set (%(place)s).")
                    % {"target": target, "place": place}
                }
            )

    def compute_timeline_date(self) -> tuple[PartialDate | None, TimelineDateSource]:
        # Asked of the database: the entry at hand may be older than its last move.
        declaring = Entry.objects.filter(pk=self.declared_by_id).values_list("timeline_date", flat=True)
        declared = declaring.first() if self.declared_by_id and not self.date else None
        return first_date((self.date, TimelineDateSource.OWN), (declared, TimelineDateSource.DECLARED))

    @classmethod
    def references_of(cls, records: Sequence[Self]) -> Iterable[tuple[int, str, int]]:
        for goal in records:
            if goal.declared_by_id is not None:
                yield goal.pk, "declared_by", goal.declared_by_id

    def refresh_timeline_date(self) -> None:
        """Take the place that what declares this has now, without a new time of change: the record itself is the same."""
        if self.is_stale():
            Goal.objects.filter(pk=self.pk).update(phase=self.phase, **self.derived_values())

    def take_timeline_date_of(self, declaring: Entry) -> None:
        """Without a date of its own, take the place that this entry at hand will give it once that is written."""
        self.timeline_date, self.timeline_date_source = first_date(
            (declaring.timeline_date, TimelineDateSource.DECLARED)
        )
        self.sort_earliest, self.sort_latest = declaring.sort_earliest, declaring.sort_latest

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

    def state_label(self, today: datetime.date | None = None) -> str:
        """The same in words, with what the newest assessment says."""
        state = self.state(today)
        if state != GoalState.ASSESSED:
            return str(state.label)
        newest = max(self.assessments.all(), key=lambda assessment: assessment.date.earliest)
        return str(
            _("Due date past, assessed as “%(delivery)s”") % {"delivery": newest.get_delivery_display()}
        )
