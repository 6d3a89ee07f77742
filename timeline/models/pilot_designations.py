"""Pilot designations."""

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from timeline.models.entries import Entry
from timeline.models.fields import CountField, LineField
from timeline.models.kinds import Kind
from timeline.models.reference import Area, Organization


class PilotDesignation(Entry):
    """The naming of an area as a pilot in a programme of a higher authority."""

    KIND = Kind.PILOT_DESIGNATION
    PLURAL = "pilot_designations"
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
    authorities = models.ManyToManyField(
        Organization, verbose_name=_("announced by"), blank=True, related_name="designations_made"
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
        indexes = [models.Index(fields=["programme"], name="timeline_designation_programme")]
