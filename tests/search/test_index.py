"""The search index: every way to write keeps it current, and damage is detected and repaired."""

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from tests.factories import (
    make_editor,
    make_goal,
    make_milestone,
    make_policy,
    make_user,
    update_unchecked,
)
from tests.searches import make_plan, slugs, write_text
from timeline.editing.integrity import repair, violations
from timeline.models import Entry, Milestone, SearchDocument
from timeline.rows.bulk import insert
from timeline.search import index

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@pytest.fixture
def plan():
    return make_plan()


def written_by_save():
    make_milestone(slug="launch", title="慈溪启动", published=True)


def written_by_insert():
    launch = Milestone(
        slug="launch",
        title="慈溪启动",
        status="published",
        published_at=timezone.now(),
        published_by=make_user(),
    )
    launch.derive()
    insert(Milestone, [launch])
    SearchDocument.objects.write([launch])


def written_by_update():
    make_milestone(slug="launch", title="余姚启动", published=True)
    Entry.objects.filter(title="余姚启动").update(title="慈溪启动")


def written_by_bulk_update():
    launch = make_milestone(slug="launch", title="余姚启动", published=True)
    launch.title = "慈溪启动"
    Entry.objects.bulk_update([launch], ["title"])


def written_and_mended():
    launch = make_milestone(slug="launch", title="余姚启动", published=True)
    update_unchecked(Entry.objects.filter(pk=launch.pk), title="慈溪启动")
    repair()


def documented_by_queryset():
    write_text(make_milestone(slug="launch", published=True), "慈溪启动")


def documented_by_sql():
    make_milestone(slug="launch", published=True)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE timeline_searchdocument SET title = '慈溪启动' WHERE record_type = 0")


def written_and_renumbered():
    make_milestone(slug="launch", title="慈溪启动", published=True)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            return
        cursor.execute("PRAGMA defer_foreign_keys = ON")
        for table, column in (
            ("entry", "id"),
            ("milestone", "entry_ptr_id"),
            ("citation", "entry_id"),
            ("revision", "record"),
            ("searchdocument", "record"),
        ):
            only = " WHERE record_type = 0" if table == "searchdocument" else ""
            cursor.execute(f"UPDATE timeline_{table} SET {column} = 4711{only}")


@pytest.mark.parametrize(
    "write",
    [
        written_by_save,
        written_by_insert,
        written_by_update,
        written_by_bulk_update,
        written_and_mended,
        documented_by_queryset,
        documented_by_sql,
        written_and_renumbered,
    ],
)
def test_whichever_way_an_entry_or_its_document_is_written_the_index_follows(write):
    write()
    assert slugs("慈溪") == {"launch"}
    assert slugs("余姚") == set()


@pytest.mark.parametrize(
    "undo",
    [
        lambda entry: entry.withdraw(by=make_editor(), comment="误"),
        lambda entry: write_text(entry, "余姚"),
        lambda entry: SearchDocument.objects.filter(title="\n慈溪启动\n").update(public_from=None),
        lambda entry: SearchDocument.objects.filter(title="\n慈溪启动\n")._raw_delete("default"),
        lambda entry: (update_unchecked(Entry.objects.filter(pk=entry.pk), status="draft"), repair()),
        lambda entry: (
            entry.citations.all()._raw_delete("default"),
            entry.revisions.all()._raw_delete("default"),
            Milestone._base_manager.all()._raw_delete("default"),
            Entry._base_manager.filter(pk=entry.pk)._raw_delete("default"),
            repair(),
        ),
    ],
)
def test_what_is_no_longer_there_is_not_found(undo):
    launch = make_milestone(title="慈溪启动", published=True)
    undo(launch)
    assert slugs("慈溪") == set()


def test_what_is_taken_back_was_never_in_the_index():
    with transaction.atomic():
        make_milestone(slug="launch", title="慈溪启动", published=True)
        transaction.set_rollback(True)
    assert slugs("慈溪") == set()


@pytest.mark.django_db(transaction=True)
def test_what_loaddata_reads_is_found(tmp_path):
    make_goal(
        slug="aim", title="慈溪目标", declared_by=make_policy(date="2013", published=True), published=True
    )
    path = tmp_path / "dump.json"
    call_command("dumpdata", "timeline", "auth.user", natural_foreign=True, natural_primary=True, output=path)
    call_command("flush", interactive=False, verbosity=0)
    assert slugs("慈溪") == set()
    call_command("loaddata", path, verbosity=0)
    call_command("check_integrity", mend=True, verbosity=0)
    assert slugs("慈溪") == {"aim"}


def test_the_index_is_removed_and_made_by_its_migration(plan):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE" if connection.vendor == "postgresql" else "SELECT 1")
    index.remove(connection)
    assert not index.is_consistent(connection)
    index.create(connection)
    assert slugs("宁波") == {"plan"}


def assert_noticed_and_mended():
    (sentence,) = violations()
    assert "search index" in sentence
    repair()
    assert list(violations()) == []
    assert slugs("宁波") == {"plan"}


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="PostgreSQL keeps its index itself")
@pytest.mark.parametrize(
    "damage",
    [
        "DROP TRIGGER timeline_search_coming",
        "DROP INDEX timeline_search_public_from",
        "INSERT INTO timeline_search (timeline_search) VALUES ('delete-all')",
        "INSERT INTO timeline_search (rowid, title) VALUES (77, 'abcd')",
    ],
)
def test_damage_is_noticed_and_mended(plan, damage):
    with connection.cursor() as cursor:
        cursor.execute(damage)
    assert_noticed_and_mended()


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has no such function")
@pytest.mark.parametrize(
    "damage",
    [
        """CREATE OR REPLACE FUNCTION timeline_grams(title text, summary text, rest text) RETURNS tsvector
        LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 400 AS $$ SELECT array_to_tsvector(ARRAY[title]) $$""",
        "DROP INDEX timeline_search_entries",
        "DROP INDEX timeline_search_references",
        "DROP INDEX timeline_search_newest_first",
    ],
)
def test_an_index_of_other_statements_is_noticed_and_mended(plan, damage):
    assert index.is_consistent(connection)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(damage)
    assert_noticed_and_mended()
