"""Assessments of goals, each with its citations."""

from collections.abc import Collection
from typing import Self

from django.core.validators import MinValueValidator
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from timeline.models.derived import DerivedFieldsModel, DerivedFieldsQuerySet
from timeline.models.fields import CountField, PartialDateField, ProseField, date_or_none
from timeline.models.goals import Goal
from timeline.models.source_references import CITATION_ORDER, CitationQuerySet, SourceReference


class Delivery(models.TextChoices):
    """The delivery of a goal according to an assessment."""

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


class GoalAssessmentQuerySet(DerivedFieldsQuerySet["GoalAssessment"]):
    def get_by_natural_key(self, goal: str, date: str, number: int) -> "GoalAssessment":
        return self.get(goal__slug=goal, date=date, number=number)

    def uncited(self) -> Self:
        """The assessments without a citation, which no form and no import leaves."""
        return self.filter(citations=None)


class GoalAssessment(DerivedFieldsModel):
    """The delivery of a goal on a date, as its citations give it."""

    DERIVED_FROM = {"date_earliest": frozenset({"date"})}

    goal = models.ForeignKey(
        Goal, verbose_name=_("goal"), on_delete=models.CASCADE, related_name="assessments"
    )
    date = PartialDateField(_("date of the assessment"))
    date_earliest = models.DateField(_("earliest day of that date"), null=True, editable=False)
    number = CountField(
        _("number"),
        default=1,
        validators=[MinValueValidator(1)],
        help_text=_("Counts assessments of the same date."),
    )
    delivery = models.CharField(_("delivery"), max_length=16, choices=Delivery)
    evidence = models.CharField(_("evidence"), max_length=16, choices=Evidence)
    note = ProseField(_("note"), blank=True)
    note_en = ProseField(_("note in English"), blank=True)

    objects = GoalAssessmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("assessment of a goal")
        verbose_name_plural = _("assessments of goals")
        ordering = ["goal", "date", "number"]
        constraints = [
            models.UniqueConstraint(fields=["goal", "date", "number"], name="timeline_goalassessment_once"),
            models.CheckConstraint(
                name="timeline_goalassessment_counts_from_one", condition=Q(number__gte=1)
            ),
            models.CheckConstraint(
                name="timeline_goalassessment_delivery_known", condition=Q(delivery__in=Delivery.values)
            ),
            models.CheckConstraint(
                name="timeline_goalassessment_evidence_known", condition=Q(evidence__in=Evidence.values)
            ),
        ]

    def derive(self) -> None:
        date = date_or_none(self.date)
        self.date_earliest = date.earliest if date else None

    def __str__(self) -> str:
        return f"{self.date}: {self.get_delivery_display()}"

    def natural_key(self) -> tuple[str, str, int]:
        return (self.goal.slug, str(self.date), self.number)

    natural_key.dependencies = ["timeline.goal"]  # type: ignore[attr-defined]


class AssessmentCitationQuerySet(CitationQuerySet["AssessmentCitation"]):
    def get_by_natural_key(
        self, goal: str, date: str, assessment_number: int, source: str, locator: str, number: int
    ) -> "AssessmentCitation":
        of_assessment = self.filter(
            goal__slug=goal, assessment_date=date, assessment_number=assessment_number
        )
        return of_assessment.get(source__slug=source, locator=locator, number=number)

    def without_assessment(self) -> "AssessmentCitationQuerySet":
        """The citations that name no assessment, which no form and no import leaves."""
        return self.filter(assessment__pk=None)

    def delete(self) -> tuple[int, dict[str, int]]:
        """Delete citations.

        Raises ProtectedError if an assessment of a goal that was ever public would have none left.
        """
        with transaction.atomic():
            goals = list(self.values_list("goal", flat=True))
            deleted = super().delete()
            check_assessments_cited(goals)
            return deleted

    delete.alters_data = True  # type: ignore[attr-defined]
    delete.queryset_only = True  # type: ignore[attr-defined]


class AssessmentCitation(SourceReference):
    """A citation of an assessment, which it names by its goal, date and number.

    These are what files, revisions and forms know of an assessment: it need not be stored when its citations are checked.
    """

    PLURAL = "assessment_citations"
    OWNER_FIELD = "goal"

    goal = models.ForeignKey(
        Goal, verbose_name=_("goal"), on_delete=models.CASCADE, related_name="assessment_citations"
    )
    assessment_date = PartialDateField(
        _("date of the assessment"), help_text=_("As the assessment has it, to which the citation belongs.")
    )
    assessment_number = CountField(
        _("number of the assessment"),
        default=1,
        validators=[MinValueValidator(1)],
        help_text=_("As the assessment has it, to which the citation belongs."),
    )
    # No column: the join over those above. The assessment is deleted with its citations.
    assessment = models.ForeignObject(
        GoalAssessment,
        on_delete=models.CASCADE,
        from_fields=["goal", "assessment_date", "assessment_number"],
        to_fields=["goal", "date", "number"],
        related_name="citations",
        null=True,
        editable=False,
        serialize=False,
    )

    objects = AssessmentCitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("citation of an assessment")
        verbose_name_plural = _("citations of assessments")
        ordering = ["goal", "assessment_date", "assessment_number", *CITATION_ORDER]
        constraints = [
            models.UniqueConstraint(
                fields=["goal", "assessment_date", "assessment_number", "source", "locator", "number"],
                name="timeline_assessmentcitation_once",
            ),
            models.CheckConstraint(
                name="timeline_assessmentcitation_counts_from_one",
                condition=Q(number__gte=1, assessment_number__gte=1),
            ),
        ]

    def clean_fields(self, exclude: Collection[str] | None = None) -> None:
        super().clean_fields({*(exclude or ()), "assessment"})

    def delete(self, using: str | None = None, keep_parents: bool = False) -> tuple[int, dict[str, int]]:
        """Delete the citation.

        Raises ProtectedError if it is the last one of an assessment of a goal that was ever public.
        """
        with transaction.atomic():
            deleted = super().delete(using, keep_parents)
            check_assessments_cited([self.goal_id])
            return deleted

    def natural_key(self) -> tuple[str | int, ...]:
        key = (self.goal.slug, str(self.assessment_date), self.assessment_number)
        return (*key, self.source.slug, self.locator, self.number)

    natural_key.dependencies = ["timeline.goalassessment", "timeline.source"]  # type: ignore[attr-defined]


def check_assessments_cited(goals: list[int]) -> None:
    """Raise ProtectedError if an assessment of one of these goals has no citation and the goal was ever public."""
    uncited: set[models.Model] = {
        *GoalAssessment.objects.uncited().filter(goal__in=Goal.objects.ever_public(), goal_id__in=goals)
    }
    if uncited:
        raise models.ProtectedError(str(_("An assessment cites at least one source.")), uncited)
