"""The CSV as Excel and programs open it: a mark for the encoding, one table, and no formula."""

import codecs
import csv
import io

import pytest
from hypothesis import example, given

from tests import factories as make
from tests.spreadsheets import table_of
from tests.texts import texts
from timeline.exchange.formula_escaping import FORMULA, from_cell
from timeline.public.spreadsheets.columns import SheetColumn, SheetContent
from timeline.public.spreadsheets.delimited import write_csv
from timeline.public.spreadsheets.filled import filled_sheet


def written(*rows):
    columns = [SheetColumn(f"head {n}", lambda row, n=n: row[n]) for n in range(len(rows[0]))]
    file = io.BytesIO()
    with filled_sheet(SheetContent("", columns, lambda: rows), "https://chronicle.example/") as table:
        write_csv(file, table)
    return file.getvalue()


def read(content):
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_excel_knows_the_encoding_and_the_lines():
    content = written(["政策", "两行\n文字"])
    assert content.startswith(codecs.BOM_UTF8)
    assert content.removeprefix(codecs.BOM_UTF8).decode() == 'Head 0,Head 1\r\n政策,"两行\n文字"\r\n'


@given(texts, texts)
@example("=1+1", "@SUM(A1)")
@example("＝1", "\t=1")
def test_no_cell_is_a_formula_and_none_is_lost(one, other):
    # In a line before, so that no column is left out.
    _heads, _line, cells = read(written(["a", "b"], [one, other]))
    assert [cell for cell in cells if cell and cell[0] in FORMULA] == []
    assert [from_cell(cell) or "" for cell in cells] == [one, other]


@pytest.mark.django_db
def test_all_kinds_are_in_one_table(client):
    make.make_policy(title="=办法", title_en="Measures", published=True)
    make.make_goal(title="目标", title_en="Goal", published=True)
    assert [(row["Kind"], row["Title"]) for row in table_of(client, "/en/table.csv")] == [
        ("Policy", "Measures"),
        ("Goal", "Goal"),
    ]
    assert [(row["类别"], row["题名"]) for row in table_of(client)] == [("政策", "'=办法"), ("目标", "目标")]
