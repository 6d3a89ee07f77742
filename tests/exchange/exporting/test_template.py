"""The import template: imported empty it has no rows, filled in it is valid, and it offers the choices."""

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation
from openpyxl import load_workbook
from openpyxl.utils import range_boundaries

from tests import factories as make
from tests.files import read_all
from timeline.exchange.exporting.template import described_columns, template_workbook, write_template
from timeline.exchange.readers.headers import find_column, find_table
from timeline.exchange.reading import read
from timeline.rows.references import References
from timeline.rows.tables import TABLES

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


@pytest.fixture(scope="module")
def template(module_records, tmp_path_factory):
    """The template of a database with a source, a topic and an organization, shared between tests."""
    make.make_source(slug="daily", title="=《日报》")
    make.make_topic(slug="cloud", title="政务云")
    make.make_organization(slug="government", title="市政府")
    path = tmp_path_factory.mktemp("template") / "template.xlsx"
    call_command("export_content", "--template", str(path))
    return path


@pytest.fixture(scope="module")
def workbook(template):
    return load_workbook(template)


def sheet_of(workbook, table):
    return workbook[str(TABLES[table].model._meta.verbose_name_plural)]


def cells_of(sheet, table):
    """Return the header cell of each column."""
    return {find_column(TABLES[table], cell.value): cell for cell in sheet[1]}


def choices(workbook, table, column):
    """Return the choices of a column's drop-down list, each with the cell to its right, or None."""
    sheet = sheet_of(workbook, table)
    letter = cells_of(sheet, table)[column].column_letter
    for validation in sheet.data_validations.dataValidation:
        if f"{letter}2" in validation.sqref:
            name, _, place = validation.formula1.rpartition("!")
            column, first, _column, last = range_boundaries(place)
            found = workbook[name.strip("'")]
            return [
                (found.cell(row, column).value, found.cell(row, column + 1).value)
                for row in range(first, last + 1)
            ]
    return None


def test_empty_it_has_no_rows_and_nothing_is_wrong_with_it(template):
    reading = read([template])
    (notice,) = reading.notices
    assert (reading.problems, str(notice.place)) == ([], "template.xlsx")
    assert [sheet.table.name for sheet in reading.sheets] == list(TABLES)
    assert read_all(template) == ([], [])


def test_every_column_of_every_table_stands_under_its_chinese_name(workbook):
    visible = [sheet for sheet in workbook if sheet.sheet_state == "visible"]
    assert [find_table(sheet.title).name for sheet in visible] == list(TABLES)
    for sheet, (name, table) in zip(visible, TABLES.items(), strict=True):
        assert list(cells_of(sheet, name)) == list(table.columns)
        assert not any(cell.value.isascii() for cell in sheet[1])
        assert sheet.freeze_panes == "B2"


def test_what_must_be_filled_in_has_a_star(workbook):
    cells = cells_of(sheet_of(workbook, "policies"), "policies")
    assert {name for name, cell in cells.items() if cell.value.endswith("*")} == {
        "slug",
        "title",
        "document_type",
    }


def test_every_header_has_a_note_that_names_the_column_and_says_what_it_means(workbook):
    for name in TABLES:
        for column, cell in cells_of(sheet_of(workbook, name), name).items():
            assert f"（{column}）" in cell.comment.text
    note = cells_of(sheet_of(workbook, "policies"), "policies")["document_number"].comment.text
    assert "国发〔2015〕50号" in note


def test_cells_are_text_so_that_a_month_stays_a_month(workbook):
    for name in TABLES:
        sheet = sheet_of(workbook, name)
        # One dimension stands for neighbours of the same width and format.
        shapes = [shape for shape in sheet.column_dimensions.values() if shape.number_format == "@"]
        as_text = {column for shape in shapes for column in range(shape.min, shape.max + 1)}
        assert as_text == {cell.column for cell in cells_of(sheet, name).values()}


def test_choices_are_offered_by_their_chinese_names(workbook):
    assert ("决定", "decision") in choices(workbook, "policies", "document_type")
    assert choices(workbook, "policies", "provisional") == [("是", "true"), ("否", "false")]
    assert choices(workbook, "policies", "title") is None


def test_references_are_offered_by_slug_with_the_title_beside(workbook):
    assert choices(workbook, "policies", "topics") == [("cloud", "政务云")]
    assert choices(workbook, "citations", "source") == [("daily", "'=《日报》")]
    assert workbook["选项"].sheet_state == "hidden"


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_filled_in_it_is_imported(template, tmp_path, language):
    workbook = load_workbook(template)
    for table, row in {
        "policies": {"slug": "cloud-plan", "title": "云计算规划", "date": "2013-01", "document_type": "规划",
                     "topics": "cloud", "issuers": "government", "provisional": "否"},
        "citations": {"entry": "cloud-plan", "source": "daily", "locator": "第3版"},
    }.items():  # fmt: skip
        sheet = sheet_of(workbook, table)
        for column, cell in cells_of(sheet, table).items():
            sheet.cell(2, cell.column, row.get(column))
    workbook.save(tmp_path / "filled.xlsx")
    with translation.override(language):
        rows, problems = read_all(tmp_path / "filled.xlsx")
        assert problems == []
        assert [row.table.name for row in rows] == ["policies", "citations"]
        for row in rows:
            for name, cell in row.cells.items():
                if name not in row.table.key or name == "source":
                    References().read(row.table.columns[name], cell)
        assert str(TABLES["policies"].columns["document_type"].read(rows[0].cells["document_type"])) == "plan"
        assert rows[0].cells["date"] == "2013-01"


def test_the_same_database_gives_the_same_workbook(workbook, tmp_path):
    with translation.override("en"):
        write_template(tmp_path / "again.xlsx")
    again = load_workbook(tmp_path / "again.xlsx")
    assert [[cell.value for cell in sheet[1]] for sheet in again] == [
        [cell.value for cell in sheet[1]] for sheet in workbook
    ]
    write_template(tmp_path / "third.xlsx")
    assert (tmp_path / "third.xlsx").read_bytes() == (tmp_path / "again.xlsx").read_bytes()


def test_it_is_not_written_over_another_file_nor_under_another_ending(tmp_path):
    template = tmp_path / "template.xlsx"
    template.write_bytes(b"another")
    with pytest.raises(CommandError, match="--force"):
        call_command("export_content", "--template", str(template))
    with pytest.raises(CommandError, match="xlsx"):
        call_command("export_content", "--template", str(template.with_suffix(".csv")))
    call_command("export_content", "--template", str(template), "--force")
    assert load_workbook(template).sheetnames


def test_the_template_is_offered_as_bytes_and_its_columns_in_words(template):
    assert template_workbook()[:2] == b"PK"
    names = [name for name, _sentences in described_columns(TABLES["topics"])]
    assert [name.partition("（")[2] for name in names][:2] == ["slug）", "title）"]


@pytest.mark.parametrize("english_pages", [True, False])
def test_it_has_columns_in_english_where_the_chronicle_has_pages_in_english(tmp_path, english_pages):
    make.make_chronicle(english_pages=english_pages)
    write_template(tmp_path / "template.xlsx")
    workbook = load_workbook(tmp_path / "template.xlsx")
    notes = [cell.comment.text.splitlines()[0] for sheet in workbook for cell in sheet[1] if cell.comment]
    assert any(note.endswith("_en）") for note in notes) == english_pages
    assert any("_en" in note for note in notes) == english_pages


def test_only_columns_with_a_list_say_that_there_is_one(tmp_path):
    write_template(tmp_path / "template.xlsx")
    workbook = load_workbook(tmp_path / "template.xlsx")
    for sheet in workbook:
        rules = sheet.data_validations.dataValidation
        listed = {range_boundaries(str(rule.sqref))[0] for rule in rules}
        told = {cell.column for cell in sheet[1] if cell.comment and "从下拉列表中选择" in cell.comment.text}
        assert told <= listed, sheet.title
    notes = {cell.comment.text for sheet in workbook for cell in sheet[1] if cell.comment}
    assert any("从下拉列表中选择" in note for note in notes)
