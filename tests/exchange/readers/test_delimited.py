"""CSV and TSV: the delimiter, quoting, the line of every row, and constant memory."""

import csv
import io
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
