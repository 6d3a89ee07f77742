"""Generated migrations run on existing content, and released migrations run backwards and forwards."""

import contextlib

import pytest
from django.core.management import call_command
from django.db import connection, models
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.questioner import NonInteractiveMigrationQuestioner

from tests.factories import CONTENT, OTHER_CONTENT, everything, make_user
from timeline.editing.integrity import violations
from timeline.models import Entry, PreparedImport, content_triggers
from timeline.models.kinds import Kind
from timeline.search import index
from timeline.search.query import SearchResults
from timeline.workflow import Status

# SQLite cannot rebuild a table in a transaction, where the checks of foreign keys cannot be disabled.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("english")]

QUERIES = ("云澜", "雲瀾", "数据之城", "办法 云澜", "数", "2010")


@pytest.fixture
def content():
    """A complete chronicle, partly unpublished."""
    call_command("import_content", CONTENT, publish=True, verbosity=0)
    call_command("import_content", OTHER_CONTENT, verbosity=0)


def results():
    """Return the ordered results of public searches, and what editors find."""
    found = {}
    for query in QUERIES:
        public = SearchResults(query, Entry.objects.published())
        found[query, "public"] = [entry.slug for entry in public[: public.count()]]
        found[query, "all"] = sorted(entry.slug for entry in Entry.objects.matching(query))
        assert found[query, "public"]
    return found


def assert_sound():
    assert content_triggers.are_complete(connection)
    assert index.is_consistent(connection)
    assert list(violations()) == []


def a_new_column(entry):
    entry.fields["confidence"] = models.CharField(max_length=10, default="certain")


def a_new_kind(entry):
    widen(entry, "kind", [*Kind.choices, ("speech", "Speech")], "timeline_entry_kind_known")


def a_new_status(entry):
    widen(entry, "status", [*Status.choices, ("frozen", "Frozen")], "timeline_entry_status_known")


def all_three(entry):
    for change in (a_new_column, a_new_kind, a_new_status):
        change(entry)


def widen(entry, name, choices, constraint):
    """Set the choices of the field and of the check constraint on it."""
    entry.fields[name] = entry.fields[name].clone()
    entry.fields[name].choices = choices
    known = models.Q(**{f"{name}__in": [value for value, _label in choices]})
    others = [other for other in entry.options["constraints"] if other.name != constraint]
    others.append(models.CheckConstraint(condition=known, name=constraint))
    entry.options = {**entry.options, "constraints": others}


def generated(change):
    """Return the migration that makemigrations generates for the change, and the project state before it."""
    loader = MigrationLoader(connection)
    before, after = loader.project_state(), loader.project_state()
    change(after.models["timeline", "entry"])
    detector = MigrationAutodetector(before, after, NonInteractiveMigrationQuestioner())
    (migration,) = detector.changes(loader.graph)["timeline"]
    return migration, before


@contextlib.contextmanager
def migrating():
    """Change tables as `migrate` does, which removes and creates the triggers by its signals."""
    content_triggers.remove(connection)
    with connection.schema_editor() as editor:
        yield editor
    content_triggers.create(connection)


# Values that a row may have only after the change.
NEW_VALUES = {
    a_new_column: [{"confidence": "doubtful"}],
    a_new_kind: [{"kind": "speech"}],
    a_new_status: [{"status": "frozen"}],
    all_three: [{"confidence": "doubtful"}, {"kind": "speech"}, {"status": "frozen"}],
}


@pytest.mark.parametrize(
    "change",
    [
        a_new_column,
        *(pytest.param(change, marks=pytest.mark.long) for change in NEW_VALUES if change != a_new_column),
    ],
)
def test_a_generated_migration_of_entries_runs_over_content_forwards_and_back(content, change):
    rows, found = everything(), results()
    migration, before = generated(change)
    with migrating() as editor:
        after = migration.apply(before.clone(), editor)
    try:
        public = Entry.objects.published().earliest("pk")
        # The model of the migrated state: the current one does not know these values.
        row = after.apps.get_model("timeline", "Entry").objects.filter(pk=public.pk)
        for values in NEW_VALUES[change]:
            row.update(**values)
            assert row.filter(**values).exists()
        row.update(kind=public.kind, status=public.status)
        assert everything() == rows
        assert results() == found
        assert_sound()
        Entry.objects.filter(pk=public.pk).update(title="慈溪来年")
        assert Entry.objects.published().matching("慈溪来年").get() == public
        Entry.objects.filter(pk=public.pk).update(title=public.title)
    finally:
        with migrating() as editor:
            migration.unapply(before.clone(), editor)
    assert everything() == rows
    assert results() == found
    assert_sound()


def test_the_search_index_is_removed_and_created_again_over_content(content):
    rows, found = everything(), results()
    call_command("migrate", "timeline", "0001", verbosity=0)
    try:
        assert not index.is_consistent(connection)
    finally:
        call_command("migrate", "timeline", verbosity=0)
    assert everything() == rows
    assert results() == found
    assert_sound()


def test_the_content_version_is_removed_and_created_again_over_content(content):
    rows = everything()
    call_command("migrate", "timeline", "0002", verbosity=0)
    try:
        assert "timeline_content_version" not in connection.introspection.table_names()
    finally:
        call_command("migrate", "timeline", verbosity=0)
    assert everything() == rows
    assert_sound()


def test_an_upload_whose_preview_another_version_stored_is_deleted():
    for version in ("0005_indexes_of_pages", "0006_delete_prepared_imports"):
        PreparedImport.objects.create(
            created_by=make_user(), name="a.csv", content=b"", outcome={"name": "0"}
        )
        call_command("migrate", "timeline", version, verbosity=0)
        assert not PreparedImport.objects.exists()
    call_command("migrate", verbosity=0)
