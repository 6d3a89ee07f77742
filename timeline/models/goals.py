"""Goals, with the states of their due dates."""

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Unpack

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from timeline.models.derived import SaveOptions
from timeline.models.entries import Entry
from timeline.models.entry_queryset import NEWEST_ASSESSMENTS, GoalState
from timeline.models.fields import LineField, PartialDateField, ProseField, date_or_none
from timeline.models.kinds import Kind
from timeline.models.timeline_position import TimelineDate, TimelineDateSource
from timeline.values.partial_date import PartialDate

if TYPE_CHECKING:
    from timeline.models.assessments import GoalAssessment

# What is said of a goal in each state, short enough to stand after its due date.
STATE_WORDS: Mapping[str, Promise] = {
    GoalState.NOT_STATED: pgettext_lazy("goal", "no due date"),
    GoalState.NOT_YET_DUE: pgettext_lazy("goal", "not yet due"),
    GoalState.UNASSESSED: pgettext_lazy("goal", "no assessment known"),
    GoalState.ASSESSED_BEFORE: pgettext_lazy("goal", "assessed only before the due date"),
    GoalState.ASSESSED: pgettext_lazy("goal", "assessed"),
}


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
    SEARCHED = (*Entry.SEARCHED, "indicator", "indicator_en")
    SEARCHED_DATES = (*Entry.SEARCHED_DATES, "target")
    LINK_COLUMNS = ("declared_by", "target", "due_by")
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
    searched_on = PartialDateField(
        _("searched on"),
        blank=True,
        help_text=_("When an assessment was last looked for, and none was found."),
    )
    search_note = ProseField(
        _("where it was searched"),
        blank=True,
        help_text=_("Where an assessment was looked for, as readers see it."),
    )
    search_note_en = ProseField(_("where it was searched, in English"), blank=True)

    class Meta:
        verbose_name = _("goal")
        verbose_name_plural = _("goals")
        # So that policy.goals_declared.add(goal), which updates without save(), is refused like any such update.
        base_manager_name = "objects"
        constraints = [
            models.CheckConstraint(
                name="timeline_goal_search_note_has_a_date",
                condition=Q(searched_on__isnull=False) | Q(search_note="", search_note_en=""),
            )
        ]

    def save(self, **kwargs: Unpack[SaveOptions]) -> None:
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
        self._check_search()
        target, place = date_or_none(self.target), date_or_none(self.date) or date_or_none(self.timeline_date)
        if target and place and target.latest < place.earliest:
            raise ValidationError(
                {
                    "target": _("Due %(target)s, before it is set (%(place)s).")
                    % {"target": target, "place": place}
                }
            )

    def _check_search(self) -> None:
        searched_on = date_or_none(self.searched_on)
        if searched_on is None:
            if self.search_note or self.search_note_en:
                raise ValidationError({"searched_on": _("When was it searched? The note says only where.")})
        elif searched_on.earliest > timezone.localdate():
            raise ValidationError({"searched_on": _("A search cannot lie in the future.")})

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
        self.due_by = target.latest if isinstance(target, PartialDate) else None

    @property
    def newest_assessment(self) -> "GoalAssessment | None":
        """The assessment of the latest date, None without one. Prefetch the assessments for lists."""
        columns = [column.removeprefix("-") for column in NEWEST_ASSESSMENTS]
        dated = (one for one in self.assessments.all() if one.date_earliest)
        return max(dated, key=lambda one: [getattr(one, column) for column in columns], default=None)

    @property
    def is_open_ended(self) -> bool:
        """Whether the goal is to be met from some day on, without an end."""
        return self.due_by == datetime.date.max

    def state(self, today: datetime.date | None = None) -> GoalState:
        """The state of the due date. Prefetch the assessments for lists."""
        if self.due_by is None:
            return GoalState.NOT_STATED
        if self.due_by >= (today or timezone.localdate()):
            return GoalState.NOT_YET_DUE
        newest = self.newest_assessment
        if newest is None:
            return GoalState.UNASSESSED
        return GoalState.ASSESSED if self.has_outcome_in(newest) else GoalState.ASSESSED_BEFORE

    def has_outcome_in(self, assessment: "GoalAssessment") -> bool:
        """Whether an assessment is one of the outcome: not from before the due date.

        A due date at the end of a year, as one that is only a year, is reached in all of that year.
        """
        due, day = self.due_by, assessment.date_earliest
        if due is None or day is None:
            return False
        return bool(day >= due or (due.month, due.day) == (12, 31) and day.year >= due.year)

    def result_label(self) -> str:
        """What is known of the result, whether or not the goal is due: that of the newest assessment, and its year."""
        newest = self.newest_assessment
        if newest is None:
            return str(STATE_WORDS[GoalState.UNASSESSED])
        return str(_("assessed %(year)s: %(delivery)s") % _said_of(newest))

    def state_label(self, today: datetime.date | None = None) -> str:
        """What is known of the goal, to stand after its due date; see `goal_state_text` for both."""
        state = self.state(today)
        if state == GoalState.NOT_STATED and self.newest_assessment:
            return f"{STATE_WORDS[state]} · {self.result_label()}"
        if state == GoalState.ASSESSED_BEFORE and (newest := self.newest_assessment):
            text = _("last assessed before the due date (%(year)s): %(delivery)s")
            return str(text % _said_of(newest))
        return self.result_label() if state == GoalState.ASSESSED else str(STATE_WORDS[state])


def _said_of(assessment: "GoalAssessment") -> dict[str, object]:
    date = assessment.date_earliest
    return {"year": date and date.year, "delivery": assessment.get_delivery_display()}
