"""Scheduled working copies become public at their time: once, by whoever comes first, or not at all and with the reason."""

import contextlib
import subprocess
import sys
import time

import pytest
from django.db import connection
from django.utils import timezone

from tests.copies import DAY, let_its_time_come, make_member, make_revised, schedule
from tests.editing.entries import whole
from tests.factories import ROOT, make_user
from tests.servers import connection_url, environment
from tests.sqlite_files import in_a_file, somebody_writing
from timeline.accounts.roles import EDITORS, REVIEWERS
from timeline.editing import scheduled_copies
from timeline.editing.revisions import record_revision
from timeline.editing.scheduled_copies import publish_due_copies
from timeline.editing.stages import at_stage
from timeline.editing.working_copies import (
    conflict_with_public_text,
    find_scheduled_copy,
    find_working_copy,
    save_working_copy,
)
from timeline.models import Entry, Milestone, Revision
from timeline.rows.tables import table_of


@pytest.fixture
def reviewer(db):
    return make_member(REVIEWERS, username="qian")


@pytest.fixture
def due(reviewer):
    """A public entry with a scheduled working copy whose time has come."""
    entry = make_revised(make_member(EDITORS))
    schedule(entry, reviewer)
    let_its_time_come(entry)
    return entry


def outcomes(entry):
    revisions = Revision.objects.for_record(entry).filter(action__in=["revised", "not_applied"]).by_number()
    return [(one.action, one.created_by.username) for one in revisions]


def test_a_scheduled_change_is_public_once_its_time_has_come(due):
    publish_due_copies()
    publish_due_copies()
    assert Milestone.objects.get().title == "改题"
    assert outcomes(due) == [("revised", "qian")]
    assert find_working_copy(due) is find_scheduled_copy(due) is None


def test_nothing_is_public_before_its_time(reviewer):
    entry = make_revised(make_user())
    schedule(entry, reviewer, timezone.now() + DAY)
    publish_due_copies()
    assert Milestone.objects.get().title == "原题"


def test_looking_for_what_is_due_is_one_query(db, django_assert_num_queries):
    with django_assert_num_queries(1):
        publish_due_copies()


def test_what_was_begun_over_it_is_published_later_without_a_conflict(due, reviewer):
    scheduled = find_scheduled_copy(due)
    save_working_copy(due, scheduled.content | {"summary": "再补"}, by=make_user())
    publish_due_copies()
    copy = find_working_copy(due)
    assert (copy.content["summary"], copy.is_scheduled) == ("再补", False)
    assert Milestone.objects.get().title == "改题"
    due.refresh_from_db()
    assert conflict_with_public_text(due, copy) is None


def test_what_was_changed_meanwhile_is_not_overwritten_and_goes_back_to_the_reviewers(due):
    stored = Milestone.objects.get()
    table_of(Milestone).apply(stored, whole(due) | {"title": "他人所改"})
    record_revision(stored, by=make_user())
    publish_due_copies()
    publish_due_copies()
    assert Milestone.objects.get().title == "他人所改"
    assert outcomes(due) == [("not_applied", "qian")]
    copy = find_working_copy(due)
    assert (copy.status, copy.is_scheduled, copy.content["title"]) == ("review", False, "改题")
    assert copy.comment
    assert [one.pk for one in at_stage(Entry.objects.all(), "change_missed")] == [due.pk]


def test_what_can_no_longer_be_public_says_why(due):
    copy = find_scheduled_copy(due)
    Revision.objects.filter(pk=copy.pk).update(content=copy.content | {"citations": []})
    publish_due_copies()
    assert "至少要引用一个来源" in find_working_copy(due).comment
    assert Milestone.objects.get().citations.count() == 1


def test_an_error_of_the_software_keeps_no_page_from_being_made(due, monkeypatch, caplog):
    def fail(*args, **kwargs):
        raise RuntimeError("broken")

    monkeypatch.setattr(scheduled_copies, "apply_working_copy", fail)
    publish_due_copies()
    assert outcomes(due) == [("not_applied", "qian")]
    assert "broken" in caplog.text


def test_it_is_public_although_its_reviewer_has_written_since_where_nobody_publishes_their_own_work(
    due, settings, reviewer
):
    settings.NOBODY_PUBLISHES_OWN_WORK = True
    save_working_copy(due, find_scheduled_copy(due).content | {"summary": "再补"}, by=reviewer)
    publish_due_copies()
    assert Milestone.objects.get().title == "改题"


@pytest.mark.skipif(connection.vendor != "sqlite", reason="Elsewhere nobody holds all of the database.")
@pytest.mark.django_db(transaction=True)
def test_nobody_waits_for_others_who_write(tmp_path, due):
    with in_a_file(tmp_path / "site.sqlite3"):
        connection.settings_dict["OPTIONS"]["timeout"] = 60
        connection.ensure_connection()
        with somebody_writing(tmp_path / "site.sqlite3"):
            publish_due_copies()
            assert Milestone.objects.get().title == "原题"
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA busy_timeout")
            assert cursor.fetchone() == (60_000,)
        publish_due_copies()
        assert Milestone.objects.get().title == "改题"


@pytest.mark.skipif(connection.vendor != "postgresql", reason="Rows are locked there only.")
@pytest.mark.django_db(transaction=True)
def test_nobody_waits_for_others_who_write_the_entry(due):
    other = connection.copy()
    other.set_autocommit(False)
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT 1 FROM timeline_entry WHERE id = %s FOR UPDATE", [due.pk])
        publish_due_copies()
        assert Milestone.objects.get().title == "原题"
    finally:
        other.rollback()
        other.close()
    publish_due_copies()
    assert Milestone.objects.get().title == "改题"


@pytest.mark.skipif(connection.vendor != "postgresql", reason="Rows are locked there only.")
@pytest.mark.django_db(transaction=True)
def test_one_that_somebody_is_changing_does_not_keep_others_waiting(due):
    other_due = make_revised(make_user(), title="另改")
    schedule(other_due, make_member(REVIEWERS))
    let_its_time_come(other_due)
    other = connection.copy()
    other.set_autocommit(False)
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT 1 FROM timeline_entry WHERE id = %s FOR UPDATE", [due.pk])
        publish_due_copies()
    finally:
        other.rollback()
        other.close()
    titles = dict(Milestone.objects.values_list("pk", "title"))
    assert titles == {due.pk: "原题", other_due.pk: "另改"}


# Waits for all to be ready, so that they look for what is due at the same time.
PROCESS = """
import sys, time, django
django.setup()
from timeline.editing.scheduled_copies import publish_due_copies
from timeline.models import Milestone
time.sleep(max(0, float(sys.argv[1]) - time.time()))
for _attempt in range(100):
    publish_due_copies()
    if Milestone.objects.get().title != "原题":
        break
    time.sleep(0.05)
else:
    sys.exit("It is not published.")
"""


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_of_many_processes_one_publishes_it(tmp_path, due):
    path = tmp_path / "site.sqlite3"
    with in_a_file(path) if connection.vendor == "sqlite" else contextlib.nullcontext():
        # The first connection makes the journal that of a site.
        connection.ensure_connection()
        database = f"sqlite:///{path}"
        if connection.vendor == "postgresql":
            database = connection_url(connection)
        processes = [
            subprocess.Popen(
                [sys.executable, "-c", PROCESS, str(time.time() + 8)],
                cwd=ROOT,
                env=environment(database),
                stderr=subprocess.PIPE,
            )
            for _number in range(6)
        ]
        errors = [process.communicate(timeout=120)[1].decode() for process in processes]
        assert [(process.returncode, text) for process, text in zip(processes, errors, strict=True)] == [
            (0, "")
        ] * 6
        assert outcomes(due) == [("revised", "qian")]
        assert not Revision.objects.scheduled().exists()
