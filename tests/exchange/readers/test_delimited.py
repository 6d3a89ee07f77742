"""CSV and TSV: the delimiter, quoting, the line of every row, and constant memory."""

import csv
import io
import re
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.files import cells_of, csv_file, problem_of, read_all
from timeline.exchange.formula_escaping import to_cell
from timeline.exchange.readers.sources import Upload
from timeline.exchange.reading import read

pytestmark = pytest.mark.usefixtures("english")


def sheet(text, name="policies.csv"):
    return read_all(Upload(name, text.encode() if isinstance(text, str) else text))


def cells(text, name="policies.csv"):
    return cells_of(name, text)


def problem(text, name="policies.csv"):
    return problem_of(name, text)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("name", ["policies.csv", "policies.tsv"])
def test_the_delimiter_is_found(delimiter, name):
    content = csv_file([["slug", "标题"], ["a", "一,二;三\t四"]], delimiter)
    assert cells(content, name) == [{"slug": "a", "title": "一,二;三\t四"}]


def test_excel_may_say_which_delimiter_follows():
    assert cells("sep=;\r\nslug;title\r\na;b\r\n") == [{"slug": "a", "title": "b"}]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_row_has_the_line_it_begins_in(end):
    text = end.join(["slug,summary", 'a,"one', 'two"', "", "b,three", ",", "c,"]) + end
    rows, problems = sheet(text)
    assert problems == []
    assert [(row.cells["slug"], row.place.row, row.place.line) for row in rows] == [
        ("a", 1, 2),
        ("b", 2, 5),
        ("c", 3, 7),
    ]
    assert rows[0].cells["summary"] == f"one{end}two"


@pytest.mark.parametrize("text", ["", "\n\n", "slug,title\n"])
def test_a_sheet_without_rows_has_nothing_wrong(text):
    assert sheet(text) == ([], [])


def test_a_sheet_is_read_from_its_start_each_time():
    (found,) = read([Upload("policies.csv", b"slug\na\nb\n")]).sheets
    first, second = iter(found), iter(found)
    assert next(first).cells == next(second).cells == {"slug": "a"}
    assert [row.cells["slug"] for row in found] == ["a", "b"]


def test_a_sheet_is_not_held_while_it_is_read(tmp_path):
    path = tmp_path / "policies.csv"
    path.write_text("slug,title\n" + "a,宁波市人民政府关于推进大数据发展的实施意见\n" * 20_000)  # 1.3 MB
    tracemalloc.start()
    (found,) = read([path]).sheets
    read([path])  # fills the cache of column names
    tracemalloc.reset_peak()
    before, _peak = tracemalloc.get_traced_memory()
    assert sum(1 for row in found) == 20_000
    _after, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak - before < 200_000


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ('slug,title\na,b\nc,"d\n', 3, "never closed"),
        ('slug,title\na,b\nc,"d"e"\n', 3, "doubled"),
        ("slug,title\na,b\nc," + "x" * 1_000_001, 3, "longer than"),
        ("slug,title\na,b\nc," + "x," * 2_000_001, 3, "longer than"),
        ('"slug,title\na,b', 1, "never closed"),
    ],
    ids=["open", "within", "long cell", "long line", "header"],
)
def test_broken_quotation_is_a_problem_of_its_line(text, line, words):
    rows, (found,) = sheet(text)
    assert (found.place.line, len(rows)) == (line, line // 3)
    assert words in found.message


WORDS = st.text(
    st.characters(blacklist_categories=["Cs", "Cc"]) | st.sampled_from("\n\"',;\t=+-@"), max_size=20
).map(str.strip)


@given(st.lists(WORDS.filter(bool) | st.none(), min_size=1, max_size=5), st.sampled_from(",;\t"))
def test_any_text_survives_a_csv_file(texts, delimiter):
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=delimiter)
    writer.writerow(["slug", "summary"])
    writer.writerows(("a", to_cell(text)) for text in texts)
    assert [row["summary"] for row in cells(file.getvalue().encode("utf-8-sig"))] == texts


# Cells as people fill them: the text of a quoted one neither begins nor ends with what ends a cell.
CELLS = st.text('甲a1 ,"\n', max_size=8).map(lambda text: f"甲{text}乙")


@given(st.data())
def test_a_damaged_quotation_mark_hides_only_its_own_row(data):
    columns = ["slug", "title", "summary", "body"][: data.draw(st.integers(2, 4))]
    texts = data.draw(st.lists(st.tuples(*[CELLS for _ in columns[1:]]), min_size=1, max_size=6))
    table = [[f"row-{number}", *cells] for number, cells in enumerate(texts)]
    rows = [csv_file([row]).decode() for row in table]
    damaged = data.draw(st.integers(0, len(rows) - 1))
    rows[damaged] = damage(data.draw, rows[damaged])

    found, problems = sheet(csv_file([columns]).decode() + "".join(rows))

    assert problems
    read_rows = [[*row.cells.values()] for row in found]
    line = 2
    for number, (row, text) in enumerate(zip(table, rows, strict=True)):
        if number != damaged:
            assert row in read_rows or line in lines_of(problems), number
        line += text.count("\n")


def damage(draw, row):
    """Return the row with a quotation mark more or less."""
    marks = [place for place, char in enumerate(row) if char == '"']
    if marks and draw(st.booleans()):
        place = draw(st.sampled_from(marks))
        return row[:place] + row[place + 1 :]
    place = draw(st.integers(0, len(row.rstrip("\r\n"))))
    return row[:place] + '"' + row[place:]


def lines_of(problems):
    """Return the lines that the problems name as not read."""
    lines = set()
    for one in problems:
        first, last = re.findall(r"Lines (\d+) to (\d+) were not read", one.message)[0] if "Lines" in one.message else (one.place.line,) * 2  # fmt: skip
        lines |= {*range(int(first), int(last) + 1)}
    return lines
