"""Slugs that new records may not have: those of another kind, and former slugs of other records."""

import pytest

from tests.factories import make_milestone, make_policy, make_topic
from timeline.exchange.importing.addresses import unavailable_slugs
from timeline.exchange.importing.import_files import import_files
from timeline.rows.tables import TABLES

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def taken(table, *slugs):
    return unavailable_slugs(TABLES[table], slugs)


def test_a_slug_that_nobody_has_or_had_is_free():
    make_policy(slug="plan")
    assert taken("milestones", "launch") == {}
    assert taken("milestones") == {}


def test_a_slug_of_another_kind_is_taken_and_says_by_what():
    make_policy(slug="plan", title="规划")
    assert taken("milestones", "plan", "launch") == {
        "plan": "This address is that of the Policy “规划”; choose another."
    }


def test_a_slug_that_a_record_once_had_is_taken_under_its_title_of_today():
    topic = make_topic(slug="optical", title="光网")
    topic.slug, topic.title = "fibre", "光纤"
    topic.save()
    words = (
        "This address once was that of “光纤”, and leads there for good."
        " If that is meant, write its present slug: fibre."
    )
    assert taken("topics", "optical") == {"optical": words}
    # Each of these tables has its own addresses.
    assert taken("organizations", "optical", "fibre") == {}


def test_a_slug_that_an_entry_of_any_kind_once_had_is_taken_for_all_kinds():
    launch = make_milestone(slug="launch", title="启动")
    launch.slug = "start"
    launch.save()
    assert {*taken("policies", "launch")} == {*taken("milestones", "launch")} == {"launch"}


def test_parts_have_no_addresses():
    make_policy(slug="plan")
    assert taken("citations", "plan") == {}


def test_a_row_under_a_former_address_is_told_that_and_not_what_a_new_record_needs(folder):
    policy = make_policy(slug="opinion")
    policy.slug = "opinions"
    policy.save()
    report = import_files([folder(policies="- {slug: opinion, summary: 摘要, date: 2010年13月}")])
    assert sorted(problem.column for problem in report.problems) == ["date", "slug"]
