"""Written workbooks: texts are read back as they were; what fails leaves nothing behind."""

import errno
import gc
import io
import tempfile

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from openpyxl import load_workbook

from tests.exports import exported
from tests.files import cells_of
from timeline.exchange.exporting import workbooks
from timeline.exchange.exporting.workbooks import TEXT, new_workbook

pytestmark = [pytest.mark.django_db, pytest.mark.any_database, pytest.mark.usefixtures("english")]


def workbook_of(*texts):
    """A workbook of milestones with these summaries."""
    file = io.BytesIO()
    with new_workbook(file, "甬城编年") as workbook:
        sheet, format = workbook.add_worksheet("milestones"), workbook.add_format(TEXT)
        for line, cells in enumerate([("slug", "summary"), *(("a", text) for text in texts)]):
            for column, cell in enumerate(cells):
                sheet.write_string(line, column, cell, format)
    return file.getvalue()


@given(st.text(alphabet="_x005FDd\r\n\x07a<r>/&\ufffe", max_size=30) | st.text())
@example("_x0041_x0042_x0043_x000D_")
@example("x_x0041_x005F_x0042_")
def test_every_text_is_read_back_as_it_was(text):
    marked = f"甲{text}乙"
    assert [row["summary"] for row in cells_of("a.xlsx", workbook_of(marked))] == [marked]


@pytest.mark.parametrize("text", ["<r>a</r>", "<r><t>a</t></r>", "<r></r>", "<r>", "_x0041_x0042_"])
def test_a_text_that_looks_like_the_xml_of_a_cell_is_text(text):
    content = workbook_of(text)
    assert cells_of("a.xlsx", content) == [{"slug": "a", "summary": text}]
    cell = load_workbook(io.BytesIO(content))["milestones"]["B2"]
    assert (cell.data_type, cell.number_format) == ("s", "@")


def test_a_workbook_says_nothing_of_when_it_was_written(tmp_path, policy):
    properties = load_workbook(exported(tmp_path, "xlsx")).properties
    assert properties.created == properties.modified
    assert properties.created.year == 1980


def test_what_was_begun_leaves_nothing_behind(monkeypatch, tmp_path):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    file = io.BytesIO()

    def fail():
        with new_workbook(file) as workbook:
            sheet, format = workbook.add_worksheet("milestones"), workbook.add_format(TEXT)
            for line in range(100):
                sheet.write_string(line, 0, "长" * 1000, format)
            raise OSError(errno.ENOSPC, "full")

    with pytest.raises(OSError, match="full"):
        fail()
    assert (file.getvalue(), [*tmp_path.iterdir()]) == (b"", [])


class FullDisk(io.BytesIO):
    """A file that has room for 2,000 bytes."""

    def write(self, data):
        if self.tell() + len(data) > 2000:
            raise OSError(errno.ENOSPC, "full")
        return super().write(data)


def test_a_workbook_for_which_there_is_no_room_is_an_error_and_nothing_writes_later():
    file = FullDisk()

    def fill():
        with new_workbook(file) as workbook:
            sheet, format = workbook.add_worksheet("milestones"), workbook.add_format(TEXT)
            sheet.write_string(0, 0, "".join(chr(0x4E00 + number) for number in range(5000)), format)

    with pytest.raises(OSError, match="full"):
        fill()
    size = file.tell()
    gc.collect()
    assert file.tell() == size


def test_a_workbook_is_the_same_whatever_was_written_before(monkeypatch):
    def written():
        file = io.BytesIO()
        with new_workbook(file) as workbook:
            workbook.add_worksheet("a").write_string(0, 0, "甲", workbook.add_format(TEXT))
        return file.getvalue()

    # As at the start of the process.
    monkeypatch.setattr(workbooks, "FONT", {"font_name": "等线", "font_size": 11})
    assert written() == written()
