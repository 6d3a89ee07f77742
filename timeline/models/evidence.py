"""Evidence: citations of records, the list of all citations, and relations between policies."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from timeline.models.assessments import AssessmentCitation
from timeline.models.entries import Entry
from timeline.models.fields import ProseField
from timeline.models.policies import Policy
from timeline.models.reference import Area, Organization, Phase, Topic
from timeline.models.source_references import CITATION_ORDER, CitationQuerySet, SourceReference
from timeline.models.stored_records import STORED, StoredRecords


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
    uncited: set[models.Model] = {entry for entry in entries if entry.is_ever_public}
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
        ordering = ["entry", *CITATION_ORDER]
        constraints = [
            models.UniqueConstraint(
                fields=["entry", "source", "locator", "number"], name="timeline_citation_once"
            ),
            models.CheckConstraint(name="timeline_citation_counts_from_one", condition=Q(number__gte=1)),
        ]

    def delete(self, using: str | None = None, keep_parents: bool = False) -> tuple[int, dict[str, int]]:
        """Delete the citation. Raises ProtectedError if it is the last one of an entry that was ever public."""
        if not Citation.objects.filter(entry=self.entry_id).exclude(pk=self.pk).exists():
            check_still_cited(Entry.objects.filter(pk=self.entry_id))
        return super().delete(using, keep_parents)

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
        ordering = ["phase", *CITATION_ORDER]
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
        ordering = ["topic", *CITATION_ORDER]
        constraints = [
            models.UniqueConstraint(
                fields=["topic", "source", "locator", "number"], name="timeline_topiccitation_once"
            ),
            models.CheckConstraint(name="timeline_topiccitation_counts_from_one", condition=Q(number__gte=1)),
        ]


class OrganizationCitation(SourceReference):
    """A citation of an organization."""

    PLURAL = "organization_citations"
    OWNER_FIELD = "organization"

    organization = models.ForeignKey(
        Organization, verbose_name=_("organization"), on_delete=models.CASCADE, related_name="citations"
    )

    class Meta:
        verbose_name = _("citation of an organization")
        verbose_name_plural = _("citations of organizations")
        ordering = ["organization", *CITATION_ORDER]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "source", "locator", "number"],
                name="timeline_organizationcitation_once",
            ),
            models.CheckConstraint(
                name="timeline_organizationcitation_counts_from_one", condition=Q(number__gte=1)
            ),
        ]


class AreaCitation(SourceReference):
    """A citation of an area."""

    PLURAL = "area_citations"
    OWNER_FIELD = "area"

    area = models.ForeignKey(Area, verbose_name=_("area"), on_delete=models.CASCADE, related_name="citations")

    class Meta:
        verbose_name = _("citation of an area")
        verbose_name_plural = _("citations of areas")
        ordering = ["area", *CITATION_ORDER]
        constraints = [
            models.UniqueConstraint(
                fields=["area", "source", "locator", "number"], name="timeline_areacitation_once"
            ),
            models.CheckConstraint(name="timeline_areacitation_counts_from_one", condition=Q(number__gte=1)),
        ]


# In the order of imports.
REFERENCE_CITATIONS: tuple[type[SourceReference], ...] = (
    PhaseCitation,
    TopicCitation,
    OrganizationCitation,
    AreaCitation,
)
CITATIONS: tuple[type[SourceReference], ...] = (*REFERENCE_CITATIONS, Citation, AssessmentCitation)


def cites_sources(model: type[models.Model]) -> bool:
    """Whether records of this model have citations."""
    return any(issubclass(model, citation.owner_model()) for citation in CITATIONS)


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
    change = ProseField(
        _("what changed"),
        blank=True,
        help_text=_("What the policy changes in the other, as far as a source says it."),
    )
    change_en = ProseField(_("what changed, in English"), blank=True)

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
