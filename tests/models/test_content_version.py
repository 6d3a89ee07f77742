"""The content version: read once a second, and after each publication whose time has come."""

import datetime

import pytest
from django.db import connection, transaction
from django.utils import timezone

from tests.factories import make_citation, make_policy, make_topic, make_user, update_unchecked
from timeline.models import Policy, content_version

pytestmark = pytest.mark.django_db
HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def scheduled():
    """A function that creates a policy that will be public in an hour."""

    def make():
        policy = make_policy()
        make_citation(policy)
        policy.publish(by=make_user(), public_from=timezone.now() + HOUR)
        return policy

    return make


def test_a_change_has_a_higher_number_and_a_time():
    before = content_version.current()
    make_topic()
    after = content_version.current()
    assert after.number > before.number
    assert after.changed_at >= before.changed_at
    assert after.identifier != before.identifier
    assert after.modified_at == after.changed_at


def test_without_a_change_the_version_is_the_same():
    make_topic()
    assert content_version.current() == content_version.current()


def test_each_reading_in_a_transaction_notices_what_was_written_since():
    numbers = []
    for _time in range(3):
        make_topic()
        numbers.append(content_version.current().number)
    assert numbers == sorted(set(numbers))


def test_the_version_differs_once_the_time_of_a_scheduled_publication_has_come(scheduled):
    policy = scheduled()
    before = content_version.current()
    assert before.next_publication == policy.published_at
    # As if an hour had passed. The number is that of a write here, which the passing of time would not raise.
    update_unchecked(Policy.objects.filter(pk=policy.pk), published_at=timezone.now())
    after = content_version.current()
    assert after.next_publication is None
    assert after.last_publication > before.changed_at
    assert after.modified_at >= after.last_publication
