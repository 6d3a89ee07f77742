"""The hidden file of an exported folder that says which state of the record its files have."""

import json

import pytest
from django.core.management import call_command

from tests.factories import make_milestone, make_user
from timeline.editing.revisions import delete_draft, record_revision
from timeline.exchange.exported_state import NAME, UntrustedStateError, exported_revision, is_as_exported
from timeline.exchange.importing.import_files import import_files
from timeline.exchange.importing.undo import undo
from timeline.models import Milestone, Revision

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@pytest.fixture
def folder(tmp_path):
    record_revision(make_milestone(slug="launch"), by=make_user())
    return export_to(tmp_path / "苏州")


def export_to(path, **options):
    call_command("export_content", path, verbosity=0, **options)
    return path


def test_an_exported_folder_says_which_revision_was_the_newest(folder):
    assert exported_revision(folder) == Revision.objects.get().pk


def test_a_new_export_replaces_the_state_and_keeps_other_hidden_files(folder):
    (folder / ".gitignore").write_text("*.bak", encoding="utf-8")
    record_revision(make_milestone(slug="second"), by=make_user())
    export_to(folder, format="csv", force=True)
    assert exported_revision(folder) == max(Revision.objects.values_list("pk", flat=True))
    assert {".gitignore", NAME, "milestones.csv"} < {path.name for path in folder.iterdir()}


def test_an_export_of_what_everybody_may_read_has_no_state_of_the_record(folder, tmp_path):
    assert exported_revision(export_to(tmp_path / "公开", public=True)) is None
    (folder / ".gitignore").write_text("*.bak", encoding="utf-8")
    export_to(folder, public=True, force=True)
    assert exported_revision(folder) is None
    assert {path.name for path in folder.iterdir() if path.name.startswith(".")} == {".gitignore", NAME}


@pytest.mark.parametrize("public", [False, True])
def test_a_folder_is_as_it_was_exported_until_a_file_is_changed_or_added(folder, public):
    assert is_as_exported(export_to(folder, public=public, force=True))
    (folder / ".gitignore").write_text("*.bak", encoding="utf-8")
    assert is_as_exported(folder)
    milestones = folder / "milestones.yaml"
    milestones.write_text(milestones.read_text("utf-8") + "# 待补\n", encoding="utf-8")
    assert not is_as_exported(folder)
    export_to(folder, public=public, force=True)
    (folder / "phases.csv").write_text("slug\n", encoding="utf-8")
    assert not is_as_exported(folder)


def test_an_export_of_some_tables_has_none_either(folder):
    assert exported_revision(export_to(folder, kind=["milestones"], force=True)) is None
    assert is_as_exported(folder)


def test_an_export_to_a_file_writes_nothing_beside_it(folder, tmp_path):
    export_to(tmp_path / "content.xlsx")
    assert {path.name for path in tmp_path.iterdir()} == {"content.xlsx", "苏州"}


VALID = '{"revision": %s, "at": "2026-12-03T00:00:00+00:00", "count": 1}'


@pytest.mark.parametrize(
    "text",
    [
        *("", "[]", "{}", "null", "1", "\udcff", "[" * 100_000),
        *(VALID % one for one in ("Infinity", "NaN", "true", "1.0", '"1"', "null", "[1]", "1" * 5000)),
        '{"revision": 1, "at": 1, "count": 1}',
        '{"revision": 1, "at": null, "count": 1}',
        '{"revision": 1, "at": "2026-12-03T00:00:00+00:00", "count": null}',
        '{"revision": 1, "at": "2026-12-03T00:00:00+00:00"}',
    ],
)
def test_a_damaged_state_is_not_trusted(folder, text):
    (folder / NAME).write_bytes(text.encode(errors="surrogateescape"))
    with pytest.raises(UntrustedStateError, match="does not say which state"):
        exported_revision(folder)


def test_a_state_that_cannot_be_read_is_not_trusted(folder):
    (folder / NAME).unlink()
    (folder / NAME).mkdir()
    with pytest.raises(UntrustedStateError, match="does not say which state"):
        exported_revision(folder)


@pytest.mark.parametrize("key", ["-1", "0", "1" * 30])
def test_a_number_that_no_revision_has_is_that_of_another_database(folder, key):
    (folder / NAME).write_text(VALID % key, encoding="utf-8")
    assert exported_revision(folder) is None


@pytest.mark.parametrize("at", ["", "2026-12-03T00:00:00", "0001-01-01T00:00:00+23:59", "2026-99-03"])
def test_a_time_that_the_revision_does_not_have_is_that_of_another_database(folder, at):
    state = {"revision": Revision.objects.get().pk, "at": at, "count": 1}
    (folder / NAME).write_text(json.dumps(state), encoding="utf-8")
    assert exported_revision(folder) is None


def test_a_state_before_which_something_was_committed_since_is_not_trusted(tmp_path):
    """On PostgreSQL, a transaction that runs during the export may have taken its number before."""
    record_revision(make_milestone(slug="launch"), by=make_user())
    earlier = Revision.objects.get()
    record_revision(make_milestone(slug="second"), by=make_user())
    Revision.objects.filter(pk=earlier.pk).delete()
    folder = export_to(tmp_path / "苏州")
    assert exported_revision(folder) is not None
    earlier.save(force_insert=True)
    with pytest.raises(UntrustedStateError, match="something was being saved"):
        exported_revision(folder)


def test_what_is_written_undone_or_deleted_after_the_export_leaves_the_state(folder, tmp_path):
    exported = Revision.objects.get().pk
    other = tmp_path / "topics.yaml"
    other.write_text("- {slug: cloud, title: 云}\n", encoding="utf-8")
    report = import_files([other])
    assert exported_revision(folder) == exported
    undo(report.batch, by=make_user())
    assert exported_revision(folder) == exported
    delete_draft(Milestone.objects.get(), by=make_user())
    assert exported_revision(folder) == exported


def test_a_folder_without_a_state_has_none(tmp_path):
    assert exported_revision(tmp_path) is None


def test_without_a_revision_there_is_none(tmp_path):
    assert exported_revision(export_to(tmp_path / "苏州")) is None
