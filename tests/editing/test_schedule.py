"""The schedule: what of all records and working copies becomes public, and when, in a fixed number of queries."""

import datetime

import pytest
from django.contrib.auth.models import Permission
from django.utils import timezone

from tests import factories as make
from tests.copies import DAY, let_its_time_come, make_member, make_revised, schedule
from timeline.accounts.roles import EDITORS
from timeline.editing.revisions import record_revision
from timeline.editing.schedule import (
    Period,
    is_scheduled,
    missed_copies,
    read_keys,
    scheduled_days,
    scheduled_keys,
)
from timeline.editing.scheduled_copies import publish_due_copies
from timeline.models import REFERENCES, Kind
from timeline.models.records import key_of
from timeline.rows.tables import table_of

pytestmark = pytest.mark.django_db

# Noon, so that some hours more or less are the same day.
NOON = timezone.make_aware(datetime.datetime(2099, 3, 4, 12))


@pytest.fixture
def reviewer():
    return make.make_editor()


def scheduled(maker, by, at, **kw):
    record = maker(published=False, **kw)
    record.publish(by=by, public_from=at)
    return record


def test_the_schedule_has_records_of_every_table_by_time(reviewer, django_assert_num_queries):
    made = [make.make_chronicle(published=False)]
    made += [make.make_reference(model, published=False) for model in REFERENCES]
    for kind in Kind:
        made.append(make.ENTRY_MAKERS[kind.model]())
        make.make_citation(made[-1])
    for number, record in enumerate(made):
        record.publish(by=reviewer, public_from=NOON + number * DAY)
    with django_assert_num_queries(1):
        found = read_keys(scheduled_keys(reviewer))
    assert [(one.key, one.at, one.is_copy) for one in found] == [
        (key_of(record), NOON + number * DAY, False) for number, record in enumerate(made)
    ]
    assert all(is_scheduled(reviewer, one.key) for one in found)


def test_working_copies_stand_beside_records_also_after_their_time(reviewer):
    later = scheduled(make.make_topic, reviewer, NOON)
    make.make_topic()
    revised = make_revised(reviewer)
    schedule(revised, reviewer)
    let_its_time_come(revised)
    found = read_keys(scheduled_keys(reviewer))
    assert [(one.key, one.is_copy) for one in found] == [(key_of(revised), True), (key_of(later), False)]


def test_a_period_begins_with_its_first_moment_and_ends_before_its_last(reviewer):
    topics = [scheduled(make.make_topic, reviewer, NOON + number * DAY) for number in range(3)]
    found = read_keys(scheduled_keys(reviewer, Period(NOON, NOON + 2 * DAY)))
    assert [one.key for one in found] == [key_of(topic) for topic in topics[:2]]


def test_each_day_has_its_number_and_the_first_titles_of_all_tables(reviewer, django_assert_num_queries):
    hour = datetime.timedelta(hours=1)
    for number in range(4):
        scheduled(make.make_topic, reviewer, NOON + number * hour, title=f"题{number}")
    scheduled(make.make_area, reviewer, NOON - hour, title="区")
    revised = make_revised(reviewer, title="改题")
    schedule(revised, reviewer, NOON + DAY)
    with django_assert_num_queries(8):
        days = scheduled_days(reviewer, Period(NOON - DAY, NOON + 9 * DAY), limit=3)
    assert {day: (one.count, [title for _at, title in one.first]) for day, one in days.items()} == {
        NOON.date(): (5, ["区", "题0", "题1"]),
        (NOON + DAY).date(): (1, ["改题"]),
    }


def test_nobody_sees_what_he_may_not_view(reviewer):
    topic = scheduled(make.make_topic, reviewer, NOON)
    area = scheduled(make.make_area, reviewer, NOON)
    row = make.make_topic()
    record_revision(row, by=reviewer)
    user = make.make_user(is_staff=True)
    assert not scheduled_keys(user).exists()
    user.user_permissions.add(Permission.objects.get(codename="view_area"))
    user = type(user).objects.get(pk=user.pk)
    assert [one.key for one in read_keys(scheduled_keys(user))] == [key_of(area)]
    assert [is_scheduled(user, key_of(one)) for one in (area, topic)] == [True, False]
    assert scheduled_keys(make_member(EDITORS)).count() == 2


def test_what_could_not_be_published_at_its_time_is_listed_until_somebody_decides(reviewer):
    revised = make_revised(reviewer)
    schedule(revised, reviewer)
    table_of(type(revised)).apply(type(revised).objects.get(), {"summary": "别人改的"})
    record_revision(revised, by=reviewer)
    let_its_time_come(revised)
    assert not missed_copies(reviewer).exists()
    publish_due_copies()
    assert [one.record_key for one in missed_copies(reviewer)] == [key_of(revised)]
    assert not missed_copies(make.make_user(is_staff=True)).exists()


def test_nothing_is_scheduled_without_a_record(reviewer):
    assert not is_scheduled(reviewer, ("topic", 0))
    assert not is_scheduled(reviewer, ("nothing", 1))
    assert scheduled_days(reviewer, Period(NOON, NOON + DAY), limit=3) == {}
