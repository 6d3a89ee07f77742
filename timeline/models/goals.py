"""Goals, with the states of their due dates."""

import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from timeline.models.entries import Entry, GoalState
from timeline.models.fields import LineField, PartialDateField, date_or_none
from timeline.models.kinds import Kind
from timeline.models.timeline_position import TimelineDate, TimelineDateSource


class Goal(Entry):
    """What a policy or an announcement set out to reach, and by when, where a source says so."""

    KIND = Kind.GOAL
    PLURAL = "goals"
    IS_PLAN = True
    NOT_PUBLIC_MESSAGES = {
        "declared_by": (
            _("“%(title)s”, which declared this goal, was withdrawn."),
            _("“%(title)s”, which declared this goal, is not published."),
        )
    }
    SEARCHED = ("indicator", "indicator_en")
    DERIVED_FROM = {**Entry.DERIVED_FROM, "due_by": frozenset({"target"})}
    TIMELINE_DATES = (
        *Entry.TIMELINE_DATES,
        TimelineDate("declared_by__timeline_date", TimelineDateSource.DECLARED),
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
        # So that policy.goals_declared.add(goal), which updates without save(), is refused like any such update.
        base_manager_name = "objects"

    def save(self, **kwargs: Any) -> None:
        with transaction.atomic():
            if self.declared_by_id is not None:
                # Nobody can change the date of the declaring entry until this goal has been saved with it.
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

    def refresh_timeline_date(self) -> None:
        """Update the position from the declaring entry. `changed_at` stays, because the goal itself does not change."""
        if self.is_stale():
            Goal.objects.filter(pk=self.pk).update(phase=self.phase, **self.derived_values())

    def take_timeline_date_of(self, declaring: Entry) -> None:
        """Set the position to that of the declaring entry, which may not be saved yet. The goal has no date of its own."""
        dated = declaring.timeline_date is not None
        self.timeline_date = declaring.timeline_date
        self.timeline_date_source = TimelineDateSource.DECLARED if dated else TimelineDateSource.NONE
        self.sort_earliest, self.sort_latest = declaring.sort_earliest, declaring.sort_latest

    def derive(self) -> None:
        super().derive()
        target = self._cleaned("target")
        self.due_by = target.latest if target else None

    def state(self, today: datetime.date | None = None) -> GoalState:
        """The state of the due date. Prefetch the assessments for lists."""
        if self.due_by is None:
            return GoalState.NOT_STATED
        if self.due_by >= (today or timezone.localdate()):
            return GoalState.NOT_YET_DUE
        return GoalState.ASSESSED if self.assessments.all() else GoalState.UNASSESSED

    def state_label(self, today: datetime.date | None = None) -> str:
        """The label of the state, with the result of the newest assessment."""
        state = self.state(today)
        if state != GoalState.ASSESSED:
            return str(state.label)
        newest = max(self.assessments.all(), key=lambda assessment: assessment.date.earliest)
        return str(
            _("Due date past, assessed as “%(delivery)s”") % {"delivery": newest.get_delivery_display()}
        )
