"""The folder of a new chronicle: it can be imported as it is, and its examples are a chronicle."""

import re

import pytest
import yaml
from openpyxl import load_workbook

from tests.factories import make_user
from tests.imports import row_counts
from timeline.editing.integrity import violations
from timeline.exchange.exporting.destinations import ExportError
from timeline.exchange.exporting.starter import write_starter
from timeline.exchange.exporting.starter_examples import EXAMPLES
from timeline.exchange.importing.import_files import import_files
from timeline.models import Chronicle, Entry
from timeline.models.kinds import Kind
from timeline.rows.tables import TABLES

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

SITE = {"slug": "suzhou", "title": "苏州政策编年", "city": "苏州"}


def with_examples(folder):
    """Write the examples of a folder without their comment signs, as its first lines tell."""
    for path in folder.glob("*.yaml"):
        head, sign, example = path.read_text(encoding="utf-8").partition("\n# - ")
        if sign:
            path.write_text(head + "\n- " + re.sub(r"^# ", "", example, flags=re.M), encoding="utf-8")
    return folder


def test_the_folder_as_it_is_has_the_chronicle_and_no_record(tmp_path):
    files = write_starter(tmp_path / "苏州", SITE)
    assert all(file.is_file() for file in files)
    report = import_files([tmp_path / "苏州"], by=make_user(), publish=True)
    assert [str(problem) for problem in (*report.problems, *report.notices)] == []
    assert row_counts(report) == {"new": 1}
    chronicle = Chronicle.objects.current()
    assert (chronicle.title, chronicle.city, chronicle.english_pages) == ("苏州政策编年", "苏州", True)


@pytest.mark.parametrize("english_pages", [True, False])
def test_the_examples_without_their_signs_are_a_chronicle_of_every_kind(tmp_path, english_pages):
    folder = tmp_path / "苏州"
    write_starter(folder, {**SITE, "english_pages": english_pages})
    report = import_files([with_examples(folder)], by=make_user(), publish=True)
    assert [str(problem) for problem in (*report.problems, *report.notices)] == []
    assert {entry.kind for entry in Entry.objects.published()} == {kind.value for kind in Kind}
    assert all("示例" in entry.title for entry in Entry.objects.all())
    assert list(violations()) == []
    assert any(entry.title_en for entry in Entry.objects.all()) == english_pages


def test_every_table_has_a_file_with_its_columns_and_an_example(tmp_path):
    write_starter(tmp_path / "苏州", SITE)
    for table in TABLES.values():
        if table.within:
            continue
        text = (tmp_path / "苏州" / f"{table.name}.yaml").read_text(encoding="utf-8")
        assert [name for name in table.columns if f"（{name}）" not in text] == []
        assert table.name == "site" or "\n# - slug: example-" in text


def test_the_file_of_the_chronicle_shows_colours_as_yaml_needs_them_and_names_no_city(tmp_path):
    write_starter(tmp_path / "苏州", SITE)
    text = (tmp_path / "苏州" / "site.yaml").read_text(encoding="utf-8")
    assert '"#1d4f7c"' in text
    assert not re.search(r'[^"]#[0-9a-f]{6}', text)
    assert [word for word in ("《", "浙", "3302") if word in text] == []


def test_every_table_has_an_example():
    assert {"site", *EXAMPLES} == {table.name for table in TABLES.values() if not table.within}


def test_without_english_no_column_of_english_is_there(tmp_path):
    write_starter(tmp_path / "苏州", {**SITE, "english_pages": False})
    texts = [path.read_text(encoding="utf-8") for path in (tmp_path / "苏州").glob("*.yaml")]
    assert [text for text in texts if "_en" in text] == []
    (site,) = yaml.safe_load((tmp_path / "苏州" / "site.yaml").read_text(encoding="utf-8"))
    assert site == {**SITE, "english_pages": False}


def test_an_empty_folder_is_filled_and_another_is_refused(tmp_path):
    folder = tmp_path / "苏州"
    folder.mkdir()
    write_starter(folder, SITE)
    before = {path: path.read_bytes() for path in folder.iterdir()}
    for taken in (folder, folder / "site.yaml"):
        with pytest.raises(ExportError):
            write_starter(taken, SITE)
    assert {path: path.read_bytes() for path in folder.iterdir()} == before


def test_a_folder_that_cannot_be_made_is_an_error_with_the_reason(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(ExportError, match="file"):
        write_starter(tmp_path / "file" / "苏州", SITE)


def test_another_chronicle_in_the_database_does_not_come_into_the_workbook(
    tmp_path, django_assert_num_queries
):
    with django_assert_num_queries(0):
        write_starter(tmp_path / "苏州", SITE)


@pytest.mark.parametrize("english_pages", [True, False])
def test_the_workbook_has_columns_in_english_and_lists_of_codes_alone(tmp_path, english_pages):
    *_files, workbook = write_starter(tmp_path / "苏州", {**SITE, "english_pages": english_pages})
    notes = [cell.comment.text for sheet in load_workbook(workbook) for cell in sheet[1] if cell.comment]
    assert any("_en）" in note for note in notes) == english_pages
    phase = next(note for note in notes if "（phase）" in note)
    assert "从下拉列表中选择" not in phase
