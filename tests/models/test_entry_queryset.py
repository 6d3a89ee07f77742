"""Querysets of entries: order, what stands before and after one, what names a record, what is incomplete."""

import pytest

from tests.factories import (
    make_area,
    make_assessment,
    make_citation,
    make_designation,
    make_goal,
    make_milestone,
    make_organization,
    make_policy,
    make_topic,
)
from timeline.models import Entry, Goal

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def test_entries_stand_by_their_earliest_day_the_more_precise_last_and_the_undated_at_the_end():
    dates = ["2014", "2013", None, "2013-01", "2013-01-28", "2013-01-01", "2012/2013", "2013-33", "2013/.."]
    for date in dates:
        make_milestone(date=date)
    assert [str(entry.date) for entry in Entry.objects.chronological()] == [
        "2012/2013",
        "2013/..",
        "2013",
        "2013-33",
        "2013-01",
        "2013-01-01",
        "2013-01-28",
        "2014",
        "None",
    ]


def test_at_one_date_a_policy_stands_before_its_designations_milestones_and_goals():
    policy = make_policy(date="2013", slug="z")
    make_goal(declared_by=policy, slug="a")
    make_milestone(date="2013", slug="b")
    make_designation(date="2013", slug="c")
    kinds = [entry.kind for entry in Entry.objects.chronological()]
    assert (kinds[0], kinds[-1]) == ("policy", "goal")
    assert len(set(kinds)) == 4


def test_entries_of_one_kind_and_date_stand_by_their_slug():
    for slug in ("b", "c", "a"):
        make_milestone(date="2013", slug=slug)
    assert [entry.slug for entry in Entry.objects.chronological()] == ["a", "b", "c"]


def test_what_stands_before_and_after_an_entry_is_what_the_order_says():
    dates = ["2010", "2010", "2010-09", "2010-01-01", "2009/2011", "2011/..", "2011", "2009", "2012~"]
    for number, date in enumerate(dates):
        make_policy(date=date, slug=f"p-{number}")
        make_milestone(date=date, slug=f"m-{number}")
    make_milestone(slug="undated")
    dated = list(Entry.objects.exclude(sort_earliest=None).chronological())
    for place, entry in enumerate(dated):
        assert list(Entry.objects.after(entry)) == dated[place + 1 :]
        assert list(Entry.objects.before(entry)) == dated[:place][::-1]


def test_nothing_stands_before_or_after_what_has_no_date():
    make_milestone(date="2010")
    undated = make_milestone()
    assert not Entry.objects.before(undated).exists()
    assert not Entry.objects.after(undated).exists()


def test_entries_that_name_a_record_do_so_in_any_of_their_columns():
    body, area, topic = make_organization(), make_area(), make_topic()
    policy = make_policy(issuers=[body], topics=[topic])
    designation = make_designation(designee=area, areas=[area], authorities=[body])
    milestone = make_milestone(organizations=[body, make_organization()])
    make_policy(issuers=[make_organization()], topics=[make_topic()])
    for record, entries in (
        (body, {policy, designation, milestone}),
        (area, {designation}),
        (topic, {policy}),
    ):
        found = [entry.pk for entry in Entry.objects.naming(record)]
        assert sorted(found) == sorted(entry.pk for entry in entries)


def test_the_uncited_and_the_untranslated_are_those_that_lack_a_source_or_an_english_text():
    make_citation(make_milestone(slug="cited", title_en="Launch", summary="摘要", summary_en="Summary"))
    make_citation(make_milestone(slug="half-translated", title_en="Launch", body="正文"))
    make_milestone(slug="bare")
    assert [entry.slug for entry in Entry.objects.uncited()] == ["bare"]
    untranslated = Entry.objects.untranslated().values_list("slug", flat=True)
    assert sorted(untranslated) == ["bare", "half-translated"]


@pytest.mark.parametrize("model", [Entry, Goal])
def test_the_state_of_goals_among_entries_is_loaded_with_only_their_newest_assessment(
    model, django_assert_num_queries
):
    for _number in range(3):
        goal = make_goal(target="2015")
        for year in ("2016", "2018", "2017"):
            make_assessment(goal, date=year, delivery="partly" if year == "2018" else "achieved")
    with django_assert_num_queries(2):
        entries = [*model.objects.with_newest_assessment().filter(kind="goal")]
        goals = [entry.goal if model is Entry else entry for entry in entries]
        assert [goal.newest_assessment.delivery for goal in goals] == ["partly"] * 3
        assert [len(goal.assessments.all()) for goal in goals] == [1] * 3


def test_entries_without_goals_have_no_assessment():
    make_policy()
    assert [hasattr(entry, "goal") for entry in Entry.objects.with_newest_assessment()] == [False]
