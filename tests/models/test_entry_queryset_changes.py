"""The querysets of entries: which were changed last."""

import datetime
from operator import itemgetter

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests import factories as make
from timeline.editing.revisions import record_revision
from timeline.models import Entry, Revision

pytestmark = pytest.mark.django_db


def change(entry, days_ago):
    """Record a change of a public entry so many days ago."""
    entry.summary += "改"
    entry.save()
    revision = record_revision(entry, by=entry.published_by)
    Revision.objects.filter(pk=revision.pk).update(
        created_at=timezone.now() - datetime.timedelta(days=days_ago)
    )


def lately(count, **narrowed):
    return [*Entry.objects.published().filter(**narrowed).lately_changed(count).values_list("pk", flat=True)]


def published(days_ago, **kw):
    entry = make.make_milestone(published=True, **kw)
    at = timezone.now() - datetime.timedelta(days=days_ago)
    QuerySet(Entry).filter(pk=entry.pk).update(published_at=at)
    Revision.objects.for_record(entry).update(created_at=at)
    return entry


def test_those_changed_last_are_the_first_by_their_last_public_change():
    for number in range(12):
        entry = published(days_ago=40 - number)
        for days in sorted(((7 * number + 11 * n) % 39 for n in range(number % 4)), reverse=True):
            change(entry, days_ago=days)
    make.make_milestone()
    in_order = [*Entry.objects.published().by_last_public_change().values_list("pk", flat=True)]
    assert len(in_order) == 12
    for count in (1, 3, 7, 12, 20):
        assert lately(count) == in_order[:count]


def test_a_change_before_the_publication_does_not_count():
    late = published(days_ago=1)
    early = published(days_ago=9)
    change(early, days_ago=20)
    assert lately(2) == [late.pk, early.pk]
    change(early, days_ago=0)
    assert lately(1) == [early.pk]


def test_only_the_narrowed_entries_are_those_changed_last():
    older, newer = published(days_ago=5, title="旧"), published(days_ago=1, title="新")
    assert lately(1, title="旧") == [older.pk]
    assert lately(1) == [newer.pk]


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL chooses by the sizes of tables.")
def test_the_last_changes_are_read_in_the_order_of_an_index():
    change(published(days_ago=5), days_ago=1)
    with CaptureQueriesContext(connection) as captured:
        assert len(lately(1)) == 1
    (of_changes,) = [
        sql for sql in map(itemgetter("sql"), captured) if sql.startswith('SELECT "timeline_revision"')
    ]
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {of_changes}")
        steps = [step for _id, _parent, _unused, step in cursor.fetchall()]
    assert "timeline_revision_lately (created_at<?)" in steps[0]
    assert not any("TEMP B-TREE" in step for step in steps)
