"""The hidden file of an exported folder that says which state of the record its files have."""

import pytest
from django.core.management import call_command

from tests.factories import make_milestone, make_user
from timeline.editing.revisions import record_revision
from timeline.exchange.exported_state import NAME, exported_revision, is_as_exported
from timeline.models import Revision

pytestmark = pytest.mark.django_db


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


def test_an_export_of_what_everybody_may_read_has_no_state_of_the_record(folder):
    assert exported_revision(export_to(folder, public=True, force=True)) is None


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


def test_an_export_to_a_file_writes_nothing_beside_it(folder, tmp_path):
    export_to(tmp_path / "content.xlsx")
    assert {path.name for path in tmp_path.iterdir()} == {"content.xlsx", "苏州"}


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", "null", '{"revision": "x", "at": "y"}', '{"revision": 1, "at": "y"}']
)
def test_a_damaged_state_is_none(folder, text):
    (folder / NAME).write_text(text, encoding="utf-8")
    assert exported_revision(folder) is None


def test_a_folder_without_a_state_has_none(tmp_path):
    assert exported_revision(tmp_path) is None


def test_without_a_revision_there_is_none(tmp_path):
    assert exported_revision(export_to(tmp_path / "苏州")) is None
