"""Milestones."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from timeline.models.entries import Entry
from timeline.models.fields import LineField
from timeline.models.kinds import Kind
from timeline.models.policies import Policy
from timeline.models.reference import Area, Organization


class Milestone(Entry):
    """Something that happened: a launch, a fund, a body set up, an assessment."""

    KIND = Kind.MILESTONE
    PLURAL = "milestones"
    NOT_PUBLIC_MESSAGES = {
        "policies": (
            _("The policy “%(title)s”, which this names, was withdrawn."),
            _("The policy “%(title)s”, which this names, is not published."),
        )
    }
    SEARCHED = (*Entry.SEARCHED, "occasion", "occasion_en")

    policies = models.ManyToManyField(
        Policy, verbose_name=_("policies"), blank=True, related_name="milestones"
    )
    organizations = models.ManyToManyField(
        Organization, verbose_name=_("organizations"), blank=True, related_name="milestones"
    )
    areas = models.ManyToManyField(
        Area,
        verbose_name=_("areas"),
        blank=True,
        related_name="milestones",
        help_text=_("Where it happened or what it concerns, as far as a source names it."),
    )
    occasion = LineField(
        _("occasion"), max_length=200, blank=True, help_text=_("The meeting or event at which it happened.")
    )
    occasion_en = LineField(_("occasion in English"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
