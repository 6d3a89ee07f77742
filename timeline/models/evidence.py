"""Evidence: citations, assessments of goals, and relations between policies."""

from collections.abc import Iterable
from typing import Any, ClassVar, Self
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from timeline.models.derived import DerivedFieldsQuerySet
from timeline.models.entries import Entry
from timeline.models.fields import CountField, LineField, PartialDateField, ProseField, date_or_none
from timeline.models.goals import Goal
from timeline.models.locators import PlaceInSource, locator_anchor
from timeline.models.policies import Policy
from timeline.models.reference import Phase, Source, Topic
from timeline.models.stored_records import STORED, StoredRecords


class CitationQuerySet(DerivedFieldsQuerySet):
    """Citations, with the owner, source, locator and number as natural key."""

    def differing(self) -> Self:
        """The citations whose source gives another date than their owner has, not only a less exact one."""
        if not self.model.OWNER_DATE:  # type: ignore[attr-defined]
            return self.none()
        owner, date = self.model.OWNER_FIELD, f"{self.model.OWNER_FIELD}__{self.model.OWNER_DATE}"  # type: ignore[attr-defined]
        is_less_exact = Q(
            date_earliest__lte=F(f"{owner}__sort_earliest"), date_latest__gte=F(f"{owner}__sort_latest")
        )
        return self.exclude(date=None).filter(Q(**{date: None}) | ~Q(date=F(date)) & ~is_less_exact)

    def get_by_natural_key(self, slug: str, source: str, locator: str, number: int) -> Any:
        return self.get(
            **{f"{self.model.OWNER_FIELD}__slug": slug},  # type: ignore[attr-defined]
            source__slug=source,
            locator=locator,
            number=number,
        )


class SourceReference(PlaceInSource):
    """A citation of a source, with its locator, wording and date."""

    # The table of files.
    PLURAL: ClassVar[str]
    # The column with the date of the record that cites, if it has one.
    OWNER_DATE: ClassVar[str] = ""
    DERIVED_FROM = {
        **PlaceInSource.DERIVED_FROM,
        "date_earliest": frozenset({"date"}),
        "date_latest": frozenset({"date"}),
    }

    source = models.ForeignKey(
        Source, verbose_name=_("source"), on_delete=models.PROTECT, related_name="%(class)ss"
    )
    locator = LineField(
        _("place in the source"),
        max_length=60,
        blank=True,
        help_text=_("Paragraph, page or article: ¶5, 第3页."),
    )
    number = CountField(
        _("number"),
        default=1,
        validators=[MinValueValidator(1)],
        help_text=_("Counts citations of the same place in the same source."),
    )
    wording = ProseField(
        _("wording"), blank=True, help_text=_("How this source puts it, where that differs or matters.")
    )
    date = PartialDateField(
        _("date that this source gives"),
        blank=True,
        help_text=_("Only where it differs from the entry's or is its proof."),
    )
    date_earliest = models.DateField(_("earliest day of that date"), null=True, editable=False)
    date_latest = models.DateField(_("latest day of that date"), null=True, editable=False)

    objects = CitationQuerySet.as_manager()

    class Meta:
        abstract = True

    def derive(self) -> None:
        super().derive()
        date = date_or_none(self.date)
        self.date_earliest = date.earliest if date else None
        self.date_latest = date.latest if date else None

    def __str__(self) -> str:
        return f"{self.source} {self.locator}".strip()

    @classmethod
    def owner_model(cls) -> Any:
        """The model of the records that cite."""
        return cls._meta.get_field(cls.OWNER_FIELD).related_model

    @property
    def address(self) -> str:
        """The URL of the locator on that page of the source where what cites it is listed."""
        query = f"?{urlencode({'place': self.locator})}" if self.locator else ""
        return f"{self.source.get_absolute_url()}{query}#{locator_anchor(self.locator)}"

    def natural_key(self) -> tuple[str, str, str, int]:
        return (getattr(self, self.OWNER_FIELD).slug, self.source.slug, self.locator, self.number)

    natural_key.dependencies = ["timeline.source"]  # type: ignore[attr-defined]


class EntryCitationQuerySet(CitationQuerySet):
    def delete(self) -> tuple[int, dict[str, int]]:
        """Delete citations. Raises ProtectedError if an entry that was ever public would have none left."""
        with transaction.atomic():
            entries = list(self.values_list("entry", flat=True))
            deleted = super().delete()
            check_still_cited(Entry.objects.ever_public().filter(pk__in=entries, citations=None))
            return deleted

    delete.alters_data = True  # type: ignore[attr-defined]
    delete.queryset_only = True  # type: ignore[attr-defined]


def check_still_cited(entries: Iterable[Entry]) -> None:
    """Raise ProtectedError if one of these entries, which have no citations, was ever public."""
    uncited: set[Any] = {entry for entry in entries if entry.is_ever_public}
    if uncited:
        raise models.ProtectedError(str(_("What is public cites at least one source.")), uncited)


class Citation(SourceReference):
    """A citation of an entry."""

    PLURAL = "citations"
    OWNER_FIELD = "entry"
    OWNER_DATE = "timeline_date"

    entry = models.ForeignKey(
        Entry, verbose_name=_("entry"), on_delete=models.CASCADE, related_name="citations"
    )

    objects = EntryCitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("citation")
        verbose_name_plural = _("citations")
        ordering = ["entry", "source", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["entry", "source", "locator", "number"], name="timeline_citation_once"
            ),
            models.CheckConstraint(name="timeline_citation_counts_from_one", condition=Q(number__gte=1)),
        ]

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete the citation. Raises ProtectedError if it is the last one of an entry that was ever public."""
        if not Citation.objects.filter(entry=self.entry_id).exclude(pk=self.pk).exists():
            check_still_cited(Entry.objects.filter(pk=self.entry_id))
        return super().delete(*args, **kwargs)

    @property
    def has_other_date(self) -> bool:
        """Whether the date of this source differs from the entry's date on the timeline."""
        return self.date is not None and self.date != self.entry.timeline_date


class PhaseCitation(SourceReference):
    """A citation of a phase."""

    PLURAL = "phase_citations"
    OWNER_FIELD = "phase"
    OWNER_DATE = "period"

    phase = models.ForeignKey(
        Phase, verbose_name=_("phase"), on_delete=models.CASCADE, related_name="citations"
    )

    class Meta:
        verbose_name = _("citation of a phase")
        verbose_name_plural = _("citations of phases")
        ordering = ["phase", "source", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["phase", "source", "locator", "number"], name="timeline_phasecitation_once"
            ),
            models.CheckConstraint(name="timeline_phasecitation_counts_from_one", condition=Q(number__gte=1)),
        ]


class TopicCitation(SourceReference):
    """A citation of a topic."""

    PLURAL = "topic_citations"
    OWNER_FIELD = "topic"

    topic = models.ForeignKey(
        Topic, verbose_name=_("topic"), on_delete=models.CASCADE, related_name="citations"
    )

    class Meta:
        verbose_name = _("citation of a topic")
        verbose_name_plural = _("citations of topics")
        ordering = ["topic", "source", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["topic", "source", "locator", "number"], name="timeline_topiccitation_once"
            ),
            models.CheckConstraint(name="timeline_topiccitation_counts_from_one", condition=Q(number__gte=1)),
        ]


# In the order of imports.
CITATIONS: tuple[type[SourceReference], ...] = (PhaseCitation, TopicCitation, Citation)


def cites_sources(model: type[models.Model]) -> bool:
    """Whether records of this model have citations."""
    return any(issubclass(model, citation.owner_model()) for citation in CITATIONS)


class Delivery(models.TextChoices):
    """The delivery of a goal according to a source."""

    IN_PROGRESS = "in_progress", _("in progress")
    PARTLY = "partly", _("partly achieved")
    ACHIEVED = "achieved", _("achieved")
    NOT_ACHIEVED = "not_achieved", _("not achieved")
    SUPERSEDED = "superseded", _("superseded")
    UNVERIFIABLE = "unverifiable", _("cannot be verified")


class Evidence(models.TextChoices):
    """Whether an assessment comes from the body assessed or from an independent one."""

    SELF_DECLARED = "self_declared", _("self-declared")
    INDEPENDENT = "independent", _("independent")


class GoalAssessmentQuerySet(DerivedFieldsQuerySet):
    def get_by_natural_key(self, goal: str, date: str, source: str) -> Any:
        return self.get(goal__slug=goal, date=date, source__slug=source)


class GoalAssessment(PlaceInSource):
    """A source's assessment of the delivery of a goal on a date."""

    OWNER_FIELD = "goal"

    goal = models.ForeignKey(
        Goal, verbose_name=_("goal"), on_delete=models.CASCADE, related_name="assessments"
    )
    date = PartialDateField(_("date of the assessment"))
    delivery = models.CharField(_("delivery"), max_length=16, choices=Delivery)
    evidence = models.CharField(_("evidence"), max_length=16, choices=Evidence)
    source = models.ForeignKey(
        Source, verbose_name=_("source"), on_delete=models.PROTECT, related_name="goal_assessments"
    )
    locator = LineField(_("place in the source"), max_length=60, blank=True)
    note = ProseField(_("note"), blank=True)
    note_en = ProseField(_("note in English"), blank=True)

    objects = GoalAssessmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("assessment of a goal")
        verbose_name_plural = _("assessments of goals")
        ordering = ["goal", "date", "source"]
        constraints = [
            models.UniqueConstraint(fields=["goal", "date", "source"], name="timeline_goalassessment_once"),
            models.CheckConstraint(
                name="timeline_goalassessment_delivery_known", condition=Q(delivery__in=Delivery.values)
            ),
            models.CheckConstraint(
                name="timeline_goalassessment_evidence_known", condition=Q(evidence__in=Evidence.values)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.date}: {self.get_delivery_display()}"

    def natural_key(self) -> tuple[str, str, str]:
        return (self.goal.slug, str(self.date), self.source.slug)

    natural_key.dependencies = ["timeline.goal", "timeline.source"]  # type: ignore[attr-defined]


class RelationType(models.TextChoices):
    """The relation of one policy to another."""

    IMPLEMENTS = "implements", _("implements")
    BASED_ON = "based_on", _("is based on")
    AMENDS = "amends", _("amends")
    SUPERSEDES = "supersedes", _("supersedes")

    @property
    def inverse_label(self) -> str:
        """The relation of the other policy to the first."""
        return str(
            {
                RelationType.IMPLEMENTS: _("is implemented by"),
                RelationType.BASED_ON: _("is the basis of"),
                RelationType.AMENDS: _("is amended by"),
                RelationType.SUPERSEDES: _("is superseded by"),
            }[self]
        )


class PolicyRelationQuerySet(models.QuerySet["PolicyRelation"]):
    def get_by_natural_key(self, from_policy: str, type: str, to_policy: str) -> "PolicyRelation":
        return self.get(from_policy__slug=from_policy, type=type, to_policy__slug=to_policy)


class PolicyRelation(models.Model):
    """A relation between two policies. Relations of one type have no cycles."""

    from_policy = models.ForeignKey(
        Policy, verbose_name=_("policy"), on_delete=models.CASCADE, related_name="relations"
    )
    type = models.CharField(_("relation"), max_length=12, choices=RelationType)
    to_policy = models.ForeignKey(
        Policy, verbose_name=_("other policy"), on_delete=models.PROTECT, related_name="inverse_relations"
    )

    # The other records that the check for cycles compares with.
    others: StoredRecords = STORED

    objects = PolicyRelationQuerySet.as_manager()

    class Meta:
        verbose_name = _("relation between policies")
        verbose_name_plural = _("relations between policies")
        ordering = ["from_policy", "type", "to_policy"]
        constraints = [
            models.UniqueConstraint(
                fields=["from_policy", "type", "to_policy"], name="timeline_policyrelation_once"
            ),
            models.CheckConstraint(
                name="timeline_policyrelation_type_known", condition=Q(type__in=RelationType.values)
            ),
            models.CheckConstraint(
                name="timeline_policyrelation_between_two",
                condition=~Q(from_policy=F("to_policy")),
                violation_error_message=_("A policy has no relation to itself."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.from_policy} {self.get_type_display()} {self.to_policy}"

    def natural_key(self) -> tuple[str, str, str]:
        return (self.from_policy.slug, self.type, self.to_policy.slug)

    natural_key.dependencies = ["timeline.policy"]  # type: ignore[attr-defined]

    def clean(self) -> None:
        super().clean()
        if self.from_policy_id is None or self.to_policy_id is None:
            return
        seen: set[int] = set()
        frontier = {self.to_policy_id}
        while frontier:
            if self.from_policy_id in frontier:
                raise ValidationError(
                    {
                        "to_policy": _(
                            "That would run in a circle: “%(other)s” already leads back to “%(policy)s”."
                        )
                        % {"other": self.to_policy, "policy": self.from_policy}
                    }
                )
            seen |= frontier
            relations = self.others.relations_of(frontier, but=self.pk)
            frontier = {other for type, _policy, other in relations if type == self.type} - seen

    @property
    def inverse_label(self) -> str:
        return RelationType(self.type).inverse_label
