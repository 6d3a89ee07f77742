"""The parts of a workbook: shared strings, and the number formats of styles."""

import time

import pytest

from tests.files import cells_of, problem_of, replaced
from tests.workbooks import SHEET, of_format_number, with_shared_strings

pytestmark = pytest.mark.usefixtures("english")


def cells(content, name="content.xlsx"):
    return cells_of(name, content)


def problem(content, name="content.xlsx"):
    return problem_of(name, content)


@pytest.mark.parametrize("number", [44, 80])
def test_a_format_that_the_file_does_not_spell_out_is_refused_by_its_number(number):
    found = problem(of_format_number(number))
    assert (found.column, found.value) == ("date", "42639")
    assert f"its format [{number}]" in found.message


def test_a_long_text_that_a_million_cells_share_is_refused():
    began = time.process_time()
    line = b'<row><c t="s"><v>2</v></c><c t="s"><v>3</v></c></row>'
    content = with_shared_strings("<t>slug</t>", "<t>title</t>", "<t>a</t>", f"<t>{'长' * 200_000}</t>")
    content = replaced(
        content, {SHEET: lambda xml: xml.replace(b"</sheetData>", line * 20_000 + b"</sheetData>")}
    )
    assert "damaged" in problem(content).message
    assert time.process_time() - began < 3


def test_text_in_several_styles_is_one_text_without_its_pronunciation():
    rich = '<r><t>甲</t></r><r><t xml:space="preserve"> 乙</t></r><rPh sb="0" eb="1"><t>jia</t></rPh>'
    content = with_shared_strings("<t>slug</t>", "<t>title</t>", "<t>a</t>", rich)
    assert cells(content) == [{"slug": "a", "title": "甲 乙"}]


def test_what_excel_escapes_is_read():
    content = with_shared_strings("<t>slug</t>", "<t>title</t>", "<t>a</t>", "<t>b_x000A_c_x005F_x000A_</t>")
    assert cells(content) == [{"slug": "a", "title": "b\nc_x000A_"}]
