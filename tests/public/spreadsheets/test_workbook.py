"""The workbook as people open it: heads in view, filters, links, wrapped text, and never a formula."""

import datetime
import io
import re
import zipfile

import pytest
from hypothesis import example, given
from openpyxl import load_workbook

from tests.texts import TRICKY, texts
from timeline.models import Policy
from timeline.public.spreadsheets import workbook
from timeline.public.spreadsheets.columns import SheetColumn, SheetContent
from timeline.public.spreadsheets.filled import filled_sheet
from timeline.public.spreadsheets.notes import Note
from timeline.public.spreadsheets.workbook import MAX_ADDRESS, write_workbook

SITE = "https://chronicle.example/"


def written(rows, notes=(), columns=()):
    """Return a workbook with one sheet of these rows of texts, the first a link."""
    width = len(rows[0]) if rows else 2
    columns = columns or [
        SheetColumn(
            f"head {number}",
            lambda row, number=number: row[number],
            20,
            address=(lambda row: f"/{rows.index(row)}/") if not number else lambda _row: "",
        )
        for number in range(width)
    ]
    file = io.BytesIO()
    write(file, SheetContent("政策", columns, lambda: rows), notes)
    return file


def write(file, content, notes=(), **properties):
    with filled_sheet(content, SITE) as sheet:
        write_workbook(file, notes, [sheet], **properties)


def test_the_heads_stay_in_view_and_filter():
    sheet = load_workbook(written([["a", "b"], ["c", "d"]]))["政策"]
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("B2", "A1:B3")
    assert [cell.value for cell in sheet[1]] == ["Head 0", "Head 1"]
    assert all(cell.font.bold for cell in sheet[1])
    assert sheet.print_title_rows == "$1:$1"
    assert sheet.column_dimensions["A"].width >= 20


def test_long_texts_are_wrapped_and_lines_are_lines():
    cell = load_workbook(written([["a", "第一行\n第二行"]]))["政策"]["B2"]
    assert cell.value == "第一行\n第二行"
    assert (cell.alignment.wrap_text, cell.alignment.vertical) == (True, "top")


def test_an_address_is_a_link_on_its_text():
    cell = load_workbook(written([["题名", ""]]))["政策"]["A2"]
    assert (cell.value, cell.hyperlink.target) == ("题名", f"{SITE}0/")


def test_beyond_the_links_that_a_sheet_can_have_addresses_are_text(monkeypatch):
    monkeypatch.setattr(workbook, "MAX_LINKS", 1)
    sheet = load_workbook(written([["a", ""], ["b", ""]]))["政策"]
    assert [sheet[name].hyperlink is not None for name in ("A2", "A3")] == [True, False]
    assert sheet["A3"].value == "b"


def test_an_address_that_is_too_long_for_a_link_is_text():
    longest = f"https://a.example/?q={'汉' * (MAX_ADDRESS - 21)}"
    notes = [Note("编年", ""), Note("最长", longest, longest), Note("超长", f"{longest}字", f"{longest}字")]
    sheet = load_workbook(written([["a", "b"]], notes)).worksheets[0]
    assert [sheet[name].value for name in ("B2", "B3")] == [longest, f"{longest}字"]
    assert [sheet[name].hyperlink is not None for name in ("B2", "B3")] == [True, False]


def test_the_notes_are_the_first_sheet():
    notes = [Note("编年", "一句话"), Note("网址", SITE, SITE), Note("说明", "两行\n文字")]
    sheet = load_workbook(written([["a", "b"]], notes)).worksheets[0]
    assert [[cell.value for cell in row] for row in sheet] == [
        ["编年", "一句话"],
        ["网址", SITE],
        ["说明", "两行\n文字"],
    ]
    assert sheet["B2"].hyperlink.target == SITE


def test_a_sheet_without_rows_has_its_heads():
    sheet = load_workbook(written([], columns=[SheetColumn("head", str)]))["政策"]
    assert [[cell.value for cell in row] for row in sheet] == [["Head"]]


@given(texts)
@example("=1+1")
@example("".join(TRICKY))
def test_no_text_becomes_a_formula_and_none_is_changed(text):
    # In a line before, so that the column is not left out.
    file = written([["a", "b"], ["a", text]])
    cell = load_workbook(file)["政策"]["B3"]
    assert cell.data_type != "f"
    with zipfile.ZipFile(file) as archive:
        sheets = [archive.read(name).decode() for name in archive.namelist() if "worksheets/sheet" in name]
    assert [sheet for sheet in sheets if re.search(r"<f[ >]", sheet)] == []
    # What reads workbooks differs in control characters alone.
    if text.isprintable() and "_x" not in text:
        assert (cell.value or "") == text


def test_the_same_content_gives_the_same_bytes():
    rows = [["a", "b"]]
    assert written(rows).getvalue() == written(rows).getvalue()


def test_a_workbook_says_what_it_is_who_made_it_and_of_when_it_is():
    file = io.BytesIO()
    content = SheetContent("政策", [SheetColumn("head", str)], lambda: ["a"])
    created = datetime.datetime(2026, 11, 30)
    write(file, content, title="某市编年", creator="某馆", created=created, notice="CC BY 4.0")
    found = load_workbook(file).properties
    assert (found.title, found.creator, found.created) == ("某市编年", "某馆", created)
    assert found.description == "CC BY 4.0"


@pytest.mark.parametrize("record", [Policy(title="甲")])
def test_a_cell_has_the_format_of_text(record):
    column = SheetColumn("title", lambda policy: policy.title)
    file = io.BytesIO()
    write(file, SheetContent("政策", [column], lambda: [record]))
    assert load_workbook(file)["政策"]["A2"].number_format == "@"
