"""The content version: read once a second, and after each publication whose time has come."""

import datetime

import pytest
from django.core.cache import cache
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.factories import (
    make_citation,
    make_policy,
    make_reference,
    make_topic,
    make_user,
    update_unchecked,
)
from timeline.models import Chronicle, Policy, content_version
from timeline.models.records import models_with_status
from timeline.models.reference import Reference

pytestmark = pytest.mark.django_db
HOUR = datetime.timedelta(hours=1)


@pytest.fixture(autouse=True)
def memory(monkeypatch):
    """A process that has read nothing, and for which a second does not pass."""
    content_version.forget()
    monkeypatch.setattr(content_version, "MAX_AGE", 3600)
    yield
    content_version.forget()


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


@pytest.mark.django_db(transaction=True)
def test_a_process_reads_the_version_once_a_second(monkeypatch):
    known = content_version.current()
    make_topic()
    with CaptureQueriesContext(connection) as captured:
        assert content_version.current() == known
    assert len(captured) == 0
    monkeypatch.setattr(content_version, "MAX_AGE", 0)
    assert content_version.current() != known


@pytest.mark.django_db(transaction=True)
def test_within_a_block_the_version_is_the_pinned_one():
    pinned = content_version.read()
    make_topic()
    content_version.forget()
    with content_version.pinned(pinned):
        assert content_version.current() is pinned
    assert content_version.current() != pinned


def test_the_version_is_read_in_one_query(django_assert_num_queries):
    with django_assert_num_queries(1):
        content_version.current()


@pytest.mark.django_db(transaction=True)
def test_transactions_that_change_the_content_at_once_do_not_wait_and_each_counts():
    if connection.vendor == "sqlite":
        pytest.skip("One transaction at a time writes to SQLite.")
    topics = [make_topic(), make_topic()]
    before = content_version.current()
    assert before.is_settled
    other = connection.copy()
    other.set_autocommit(False)
    try:
        for one, topic in zip((other, connection), topics, strict=True):
            with one.cursor() as cursor:
                cursor.execute("SET lock_timeout = '5s'")
                cursor.execute("UPDATE timeline_topic SET title = 'x' WHERE id = %s", [topic.pk])
        content_version.forget()
        between = content_version.current()
        assert (between.number, between.is_settled, between.modified_at) == (before.number + 1, False, None)
        other.commit()
        content_version.forget()
        assert content_version.current().number == before.number + 2
    finally:
        other.close()
    make_topic()
    content_version.forget()
    after = content_version.current()
    assert after.is_settled
    assert after.changed_at > between.changed_at


@pytest.mark.django_db(transaction=True)
def test_the_version_comes_from_the_shared_cache_where_there_is_one(settings, tmp_path):
    backend = "django.core.cache.backends.filebased.FileBasedCache"
    settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": tmp_path}}
    settings.HAS_SHARED_CACHE = True
    known = content_version.current()
    make_topic()
    with CaptureQueriesContext(connection) as captured:
        assert content_version.current() == known
    assert len(captured) == 0
    cache.clear()
    assert content_version.current() != known


@pytest.mark.django_db(transaction=True)
def test_without_an_answer_of_the_shared_cache_the_version_comes_from_the_database(settings, tmp_path):
    backend = "django.core.cache.backends.filebased.FileBasedCache"
    (tmp_path / "file").touch()
    settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": tmp_path / "file"}}
    settings.HAS_SHARED_CACHE = True
    before = content_version.current()
    make_topic()
    content_version.forget()
    assert content_version.current() != before


@pytest.mark.django_db(transaction=True)
def test_a_database_that_fails_is_not_told_as_a_failure_of_the_shared_cache(settings, tmp_path, caplog):
    backend = "django.core.cache.backends.filebased.FileBasedCache"
    settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": tmp_path}}
    settings.HAS_SHARED_CACHE = True

    def fail(*statement):
        raise OperationalError("away")

    content_version.forget()
    with connection.execute_wrapper(fail), pytest.raises(OperationalError):
        content_version.current()
    assert caplog.messages == []


def test_the_next_and_the_last_publication_are_those_of_all_tables():
    by, now = make_user(), timezone.now()
    for number, model in enumerate(models_with_status(), 1):
        if issubclass(model, Reference):
            make_reference(model, published=False).publish(by=by, public_from=now + number * HOUR)
    first = min(
        number for number, model in enumerate(models_with_status(), 1) if issubclass(model, Reference)
    )
    assert content_version.read().next_publication == now + first * HOUR
    topic = make_topic(published=False)
    topic.publish(by=by)
    assert content_version.read().last_publication == topic.published_at


def test_the_version_is_read_from_the_indexes_of_all_tables():
    with CaptureQueriesContext(connection) as captured:
        content_version.read()
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {captured[0]['sql']}")
        steps = [detail for *_numbers, detail in cursor.fetchall()]
    for model in models_with_status():
        own = [step for step in steps if f" {model._meta.db_table} " in f"{step} "]
        assert own
        # The chronicle is one row.
        assert model is Chronicle or all(" INDEX " in step and "SCAN" not in step for step in own), own
