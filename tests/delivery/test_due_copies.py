"""Whoever asks first after the time of a scheduled working copy sees it, with and without the page cache."""

import pytest
from django.test import Client
from django.utils import timezone

from tests.copies import DAY, let_its_time_come, make_member, make_revised, schedule
from tests.factories import make_user
from timeline.accounts.roles import REVIEWERS
from timeline.delivery import due_copies
from timeline.delivery.current_moment import CurrentMoment
from timeline.editing.working_copies import find_scheduled_copy
from timeline.models import content_version

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def forgotten():
    content_version.forget()
    yield
    content_version.forget()


@pytest.fixture
def entry():
    """A public entry with a working copy that is scheduled for tomorrow."""
    revised = make_revised(make_user())
    schedule(revised, make_member(REVIEWERS))
    return revised


def test_the_first_who_asks_after_the_time_sees_the_change_everywhere(client, entry):
    pages = (entry.get_absolute_url(), "/", "/?q=改题")
    before = {page: client.get(page) for page in pages}
    assert "改题" not in before[pages[0]].content.decode()
    let_its_time_come(entry)
    for page in pages:
        known = Client().get(page, headers={"If-None-Match": before[page].headers["ETag"]})
        assert known.status_code == 200
        assert "改题" in known.content.decode(), page


def test_caches_keep_no_page_beyond_the_time(entry):
    at = find_scheduled_copy(entry).public_from
    assert content_version.read().next_publication == at
    assert not content_version.read().has_due_copy


def test_the_moment_of_the_page_cache_is_after_what_is_due(entry, kept_connection):
    before = CurrentMoment().get()
    let_its_time_come(entry)
    assert content_version.read().has_due_copy
    after = CurrentMoment().get()
    assert after.identifier != before.identifier
    assert not after.version.has_due_copy
    entry.refresh_from_db()
    assert entry.title == "改题"


def test_a_page_that_is_being_made_is_not_made_from_what_is_newer(entry):
    let_its_time_come(entry)
    with content_version.pinned(content_version.read()):
        assert due_copies.current_version().has_due_copy
    assert not due_copies.current_version().has_due_copy


def test_without_anything_due_the_version_is_read_as_before(django_assert_num_queries, entry):
    with django_assert_num_queries(1):
        due_copies.read_version()


def test_a_time_that_is_moved_away_is_not_due(client, entry):
    assert find_scheduled_copy(entry).public_from < timezone.now() + 2 * DAY
    client.get("/")
    entry.refresh_from_db()
    assert entry.title == "原题"
