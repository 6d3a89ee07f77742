"""Goals: timeline dates, validation of the due date, and assessments."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from tests.factories import (
    make_assessment,
    make_designation,
    make_goal,
    make_milestone,
    make_phase,
    make_policy,
)
from timeline.models import Entry, Goal, GoalState
from timeline.models.goals import STATE_WORDS
from timeline.rows.tables import table_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def fresh(entry):
    return type(entry).objects.get(pk=entry.pk)


def days(entry):
    return str(entry.sort_earliest), str(entry.sort_latest)


def test_a_goal_stands_where_its_policy_stands():
    policy = make_policy(issued="2013-05")
    goal = fresh(make_goal(declared_by=policy, target="2015"))
    assert (str(goal.timeline_date), goal.timeline_date_source) == ("2013-05", "declared")
    assert days(goal) == ("2013-05-01", "2013-05-31")


def test_a_goal_with_a_date_of_its_own_stands_there():
    goal = fresh(make_goal(declared_by=make_policy(date="2013"), date="2014"))
    assert (str(goal.timeline_date), goal.timeline_date_source) == ("2014", "own")


def test_a_goals_due_date_gives_it_no_place():
    assert fresh(make_goal(target="2015")).timeline_date is None
    assert fresh(make_goal(target="2015", declared_by=make_policy())).timeline_date is None


def test_a_goal_follows_whatever_kind_declares_it():
    for make in (make_milestone, make_designation):
        entry = make(date="2013")
        goal = make_goal(declared_by=entry)
        entry.date = "2014"
        entry.save()
        assert str(fresh(goal).timeline_date) == "2014"


def test_a_goal_given_to_another_policy_moves_there():
    goal = make_goal(declared_by=make_policy(date="2013"))
    goal.declared_by = Entry.objects.get(pk=make_policy(date="2014").pk)
    goal.save()
    assert str(fresh(goal).timeline_date) == "2014"


def test_a_goal_that_follows_takes_a_phase_when_it_is_first_dated():
    phase = make_phase(period="2011/2015")
    policy = make_policy()
    goal = make_goal(declared_by=policy)
    assert fresh(goal).phase is None
    policy.date = "2013"
    policy.save()
    assert fresh(goal).phase == phase


def test_a_goal_due_before_it_is_set_is_refused():
    policy = Entry.objects.get(pk=make_policy(date="2014").pk)
    with pytest.raises(ValidationError) as refusal:
        Goal(title="目标", declared_by=policy, target="2013").full_clean()
    assert refusal.value.message_dict == {"target": ["Due 2013, before it is set (2014)."]}
    Goal(title="目标", declared_by=policy, target="2014-01").full_clean()
    Goal(title="目标", target="1999").full_clean()


@pytest.mark.parametrize("column", ["search_note", "search_note_en"])
def test_a_note_on_a_search_has_a_date(column):
    with pytest.raises(ValidationError) as refusal:
        Goal(title="目标", **{column: "Official site"}).full_clean()
    assert refusal.value.message_dict == {"searched_on": ["When was it searched? The note says only where."]}
    Goal(title="目标", searched_on="2022-01", **{column: "Official site"}).full_clean()
    Goal(title="目标", searched_on="2022-01").full_clean()


def test_a_search_lies_in_the_past():
    today = timezone.localdate()
    for past in (str(today), str(today.year), f"{today:%Y-%m}"):
        Goal(title="目标", searched_on=past).full_clean()
    for future in (str(today + datetime.timedelta(days=2)), str(today.year + 2)):
        with pytest.raises(ValidationError) as refusal:
            Goal(title="目标", searched_on=future).full_clean()
        assert refusal.value.message_dict == {"searched_on": ["A search cannot lie in the future."]}


def test_a_goal_is_not_declared_by_a_goal():
    declaring = Entry.objects.get(pk=make_goal().pk)
    with pytest.raises(ValidationError) as refusal:
        Goal(title="目标", declared_by=declaring).full_clean()
    assert list(refusal.value.message_dict) == ["declared_by"]


TODAY = datetime.date(2021, 1, 1)


def test_a_goal_without_a_due_date_is_said_to_have_none():
    goal = make_goal()
    assert goal.state_label(TODAY) == "no due date"
    make_assessment(goal, date="2015", delivery="achieved")
    assert goal.state_label(TODAY) == "no due date · assessed 2015: achieved"


@pytest.mark.parametrize("target", ["2021", "2021-01-01", "2020/2021", "2020/..", "2020/", "2021-33"])
def test_a_goal_is_not_due_until_the_last_day_that_its_due_date_can_mean(target):
    goal = fresh(make_goal(target=target))
    make_assessment(goal, date="2015", delivery="not_achieved")
    assert goal.state_label(TODAY) == "not yet due"
    assert goal.result_label() == "assessed 2015: not achieved"


@pytest.mark.parametrize("target", ["2020", "2020-12-31", "2015", "2020~"])
def test_a_goal_whose_due_date_is_past_is_not_judged_where_no_assessment_is_known(target):
    assert fresh(make_goal(target=target)).state_label(TODAY) == "no assessment known"


def test_a_goal_whose_due_date_is_past_is_told_by_its_latest_assessment():
    goal = fresh(make_goal(target="2015"))
    make_assessment(goal, date="2019-06", delivery="achieved")
    make_assessment(goal, date="2016", delivery="not_achieved")
    make_assessment(goal, date="2018", delivery="partly")
    assert goal.state_label(TODAY) == "assessed 2019: achieved"


@pytest.mark.parametrize(
    ("target", "date", "state"),
    [
        ("2015", "2014-12-31", GoalState.ASSESSED_BEFORE),
        ("2015", "2013", GoalState.ASSESSED_BEFORE),
        ("2011/2015", "2013", GoalState.ASSESSED_BEFORE),
        ("2015-06-30", "2015-06-29", GoalState.ASSESSED_BEFORE),
        ("2015-06", "2015-03", GoalState.ASSESSED_BEFORE),
        ("2015-06-30", "2015-06-30", GoalState.ASSESSED),
        ("2015-06", "2015-07", GoalState.ASSESSED),
        ("2015", "2015-03", GoalState.ASSESSED),
        ("2015", "2015", GoalState.ASSESSED),
        ("2015", "2016", GoalState.ASSESSED),
        ("2015-12-31", "2015-12-20", GoalState.ASSESSED),
    ],
)
def test_an_assessment_from_before_the_due_date_is_not_one_of_the_outcome(target, date, state):
    goal = fresh(make_goal(target=target))
    make_assessment(goal, date=date)
    assert goal.state(TODAY) == state
    assert Entry.objects.goals_with_state(TODAY).get().goal_state == state


def test_an_assessment_of_the_outcome_counts_beside_one_from_before_the_due_date():
    goal = fresh(make_goal(target="2015"))
    make_assessment(goal, date="2013", delivery="in_progress")
    assert goal.state_label(TODAY) == "last assessed before the due date (2013): in progress"
    make_assessment(goal, date="2016", delivery="achieved")
    assert goal.state_label(TODAY) == "assessed 2016: achieved"
    assert Entry.objects.goals_with_state(TODAY).get().goal_state == goal.state(TODAY) == GoalState.ASSESSED


def test_the_newest_assessment_of_a_list_is_that_of_the_goal_alone():
    goal = fresh(make_goal(target="2014"))
    make_assessment(goal, date="2015~", delivery="achieved")
    make_assessment(goal, date="2015-06", delivery="not_achieved")
    listed = Goal.objects.with_newest_assessment().get()
    assert [one.newest_assessment.delivery for one in (goal, listed)] == ["not_achieved"] * 2


def test_of_assessments_of_one_date_the_last_number_counts():
    goal = fresh(make_goal(target="2015"))
    make_assessment(goal, date="2019", number=1, delivery="achieved")
    make_assessment(goal, date="2019", number=2, delivery="partly")
    assert goal.newest_assessment.delivery == "partly"


def test_only_a_due_date_without_an_end_is_open_ended():
    assert fresh(make_goal(target="2015/..")).is_open_ended
    assert not fresh(make_goal(target="2015")).is_open_ended
    assert not fresh(make_goal()).is_open_ended


def test_the_state_is_that_of_today_where_no_day_is_named():
    today = timezone.localdate()
    assert fresh(make_goal(target=str(today))).state_label() == "not yet due"
    yesterday = today - datetime.timedelta(days=1)
    assert fresh(make_goal(target=str(yesterday))).state_label() == "no assessment known"


def test_a_state_reads_assessments_that_were_fetched_before(django_assert_num_queries):
    make_assessment(make_goal(target="2015"))
    make_assessment(make_goal(target="2016"))
    goals = list(Goal.objects.prefetch_related("assessments"))
    with django_assert_num_queries(0):
        sentences = {goal.state_label(TODAY) for goal in goals}
    assert sentences == {"assessed 2020: achieved"}


def test_an_assessment_whose_date_a_preview_dropped_is_none():
    goal = make_goal(target="2014")
    make_assessment(goal, date="2015")
    table = table_of(Goal)
    row = table.whole_row_of(goal)
    row["assessments"][0]["date"] = "2015-13"
    preview = table.preview_as(goal.pk, row)
    assert preview.newest_assessment is None
    assert preview.state() == GoalState.UNASSESSED
    assert preview.state_label() == preview.result_label() == str(STATE_WORDS[GoalState.UNASSESSED])
