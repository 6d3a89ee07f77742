"""Entries: timeline dates, phases, times of change, deletion."""

import pytest

from tests.factories import (
    ENTRY_MAKERS,
    document_of,
    make_assessment,
    make_citation,
    make_goal,
    make_milestone,
    make_phase,
    make_policy,
    make_topic,
)
from timeline.models import Entry, Milestone, Phase
from timeline.models.derived import StaleDerivedColumnError

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

MAKERS = pytest.mark.parametrize("make", ENTRY_MAKERS.values(), ids=lambda make: make.__name__)


def fresh(entry):
    return type(entry).objects.get(pk=entry.pk)


def days(entry):
    return str(entry.sort_earliest), str(entry.sort_latest)


def test_a_bare_entry_cannot_be_saved():
    with pytest.raises(TypeError, match="save one of Policy, PilotDesignation, Milestone, Goal"):
        Entry(title="条目", slug="entry").save()
    with pytest.raises(TypeError, match="save one of Policy, PilotDesignation, Milestone, Goal"):
        Entry.objects.create(title="条目", slug="entry")
    make_milestone()
    with pytest.raises(TypeError, match="save one of Policy, PilotDesignation, Milestone, Goal"):
        Entry.objects.get().save()


@MAKERS
def test_an_entry_is_of_the_kind_that_its_model_says(make):
    entry = make()
    assert Entry.objects.get(pk=entry.pk).kind == type(entry).KIND


@MAKERS
def test_an_entry_stands_at_its_own_date(make):
    entry = fresh(make(date="2013-01"))
    assert (str(entry.timeline_date), entry.timeline_date_source) == ("2013-01", "own")
    assert days(entry) == ("2013-01-01", "2013-01-31")


@MAKERS
def test_an_entry_without_any_date_stands_nowhere(make):
    entry = fresh(make())
    assert (entry.timeline_date, entry.timeline_date_source, entry.sort_earliest, entry.sort_latest) == (
        None,
        "",
        None,
        None,
    )


@pytest.mark.parametrize("field", ["date", "published_on", "issued", "effective_from"])
def test_a_changed_date_of_a_policy_moves_its_goals_in_the_database_and_makes_them_no_newer(field):
    policy = make_policy(**{field: "2013"})
    goals = [make_goal(declared_by=policy), make_goal(declared_by=policy, date="2014"), make_goal()]
    before = [fresh(goal) for goal in goals]
    policy.refresh_from_db()
    setattr(policy, field, "2012-06")
    policy.save()
    after = [fresh(goal) for goal in goals]

    assert [str(goal.timeline_date) for goal in after] == ["2012-06", "2014", "None"]
    assert days(after[0]) == ("2012-06-01", "2012-06-30")
    assert [goal.changed_at for goal in after] == [goal.changed_at for goal in before]


def test_a_policy_that_loses_its_date_takes_that_of_its_goals():
    policy = make_policy(date="2013")
    goal = make_goal(declared_by=policy)
    policy.date = None
    policy.save()
    assert (fresh(goal).timeline_date, fresh(goal).timeline_date_source) == (None, "")


def test_a_policy_saved_in_part_still_moves_its_goals():
    policy = make_policy(date="2013")
    goal = make_goal(declared_by=policy)
    policy.date = "2014"
    policy.save(update_fields=["date"])
    assert str(fresh(policy).timeline_date) == "2014"
    assert str(fresh(goal).timeline_date) == "2014"


def test_a_goal_is_added_from_its_policys_side_only_by_saving_it():
    policy, goal = Entry.objects.get(pk=make_policy(date="2013").pk), make_goal()
    with pytest.raises(StaleDerivedColumnError):
        policy.goals_declared.add(goal)
    policy.goals_declared.add(goal, bulk=False)
    assert str(fresh(goal).timeline_date) == "2013"


@pytest.fixture
def phases():
    return {
        "first": make_phase(slug="first", period="2011/2015"),
        "second": make_phase(slug="second", period="2015/2021"),
        "third": make_phase(slug="third", period="2021/"),
    }


@pytest.mark.parametrize(
    ("date", "slug"),
    [
        ("2010", None),
        ("2010-12-31", None),
        ("2010/2012", None),
        ("2011", "first"),
        ("2014-12-31", "first"),
        ("2015", "second"),
        ("2015-01-01", "second"),
        ("2014/2016", "first"),
        ("2020", "second"),
        ("2021", "third"),
        ("2030", "third"),
        (None, None),
    ],
)
def test_a_new_entry_takes_the_newest_phase_that_had_begun_by_its_date(phases, date, slug):
    phase = fresh(make_milestone(date=date)).phase
    assert (phase and phase.slug) == slug


def test_a_phase_that_is_given_stays(phases):
    assert fresh(make_milestone(date="2016", phase=phases["first"])).phase == phases["first"]


def test_a_phase_that_an_editor_emptied_stays_empty(phases):
    entry = make_milestone(date="2013")
    assert entry.phase == phases["first"]
    entry.phase = None
    entry.save()
    entry.save()
    assert fresh(entry).phase is None
    entry = fresh(entry)
    entry.date = "2016"
    entry.save()
    entry.full_clean()
    assert fresh(entry).phase is None


def test_a_phase_that_was_emptied_stays_empty_when_an_entry_is_loaded_in_part(phases):
    entry = make_milestone(date="2013")
    entry.phase = None
    entry.save()
    partial = Milestone.objects.only("title").get()
    partial.title = "另一题名"
    partial.save()
    assert (fresh(entry).title, fresh(entry).phase) == ("另一题名", None)


def test_a_phase_that_was_emptied_elsewhere_stays_empty_after_reloading(phases):
    entry = make_milestone()
    other = fresh(entry)
    other.date = "2013"
    other.save()
    other.phase = None
    other.save()
    entry.refresh_from_db()
    entry.save()
    assert fresh(entry).phase is None


def test_an_undated_entry_takes_a_phase_when_it_gets_a_date(phases):
    entry = fresh(make_milestone())
    assert entry.phase is None
    entry.date = "2016"
    entry.save()
    assert fresh(entry).phase == phases["second"]


def test_an_undated_entry_takes_a_phase_when_only_its_date_is_saved(phases):
    entry = fresh(make_milestone())
    entry.date = "2016"
    entry.save(update_fields=["date"])
    assert fresh(entry).phase == phases["second"]


def test_full_clean_shows_the_phase_that_saving_would_take(phases):
    entry = Milestone(title="启动", date="2016")
    entry.full_clean()
    assert entry.phase == phases["second"]


def test_the_newest_of_two_phases_that_begin_together_is_the_one_made_last():
    make_phase(period="2011/2015")
    last = make_phase(period="2011/2020")
    assert make_milestone(date="2013").phase == last


def test_each_save_is_a_new_time_of_change():
    entry = make_milestone()
    created, changed = entry.created_at, entry.changed_at
    entry.save()
    assert fresh(entry).created_at == created
    assert fresh(entry).changed_at > changed


def test_saving_one_column_also_writes_what_derives_from_it_and_the_time_of_change():
    entry = make_milestone(title="旧", date="2013")
    entry.title, entry.date = "新题名", "2014"
    entry.save(update_fields=["title"])
    stored = fresh(entry)
    assert (stored.title, document_of(stored).title) == ("新题名", "\n新题名\n")
    assert (str(stored.date), days(stored)) == ("2013", ("2013-01-01", "2013-12-31"))
    assert stored.changed_at > stored.created_at


def test_deleting_a_draft_takes_what_only_belongs_to_it():
    goal = make_goal(topics=[make_topic()], phase=make_phase())
    make_citation(goal)
    make_assessment(goal)
    goal.delete()
    assert not Entry.objects.exists()
    assert Phase.objects.exists()
