"""The error workbook: the sheets of an upload with every problem marked, to correct and upload again."""

import io
import re
from datetime import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook
from openpyxl.utils.datetime import MAC_EPOCH

from tests import factories as make
from tests.files import csv_file, json_file, read_all, xlsx_file, zipped
from timeline.exchange.error_workbook import UNREPRESENTABLE, error_workbook
from timeline.exchange.importing.import_files import import_files
from timeline.exchange.readers.sources import Upload
from timeline.models import Citation, Milestone, PreparedImport

pytestmark = [pytest.mark.django_db, pytest.mark.any_database, pytest.mark.usefixtures("english")]

LIST = "Import problems"
HEADER = ["网址标识", "题名", "日期", "摘要"]


def mended(name, content, encoding=None):
    """Return the opened error workbook of an upload."""
    files = [Upload(name, content)]
    problems = import_files(files, by=make.make_user(), encoding=encoding).problems
    assert problems
    return load_workbook(io.BytesIO(error_workbook(files, problems, encoding)))


def again(workbook):
    """Import the workbook in its current state, and return the report."""
    file = io.BytesIO()
    workbook.save(file)
    return import_files([Upload("mended.xlsx", file.getvalue())], by=make.make_user())


def cells(sheet):
    return [["" if cell is None else cell for cell in row] for row in sheet.iter_rows(values_only=True)]


def marked(sheet):
    """Return the notes of the marked cells, which are exactly the coloured ones, by coordinate."""
    found = {cell.coordinate: cell.comment.text for row in sheet.iter_rows() for cell in row if cell.comment}
    coloured = {
        cell.coordinate
        for row in sheet.iter_rows()
        for cell in row
        if cell.fill.fgColor.rgb.endswith("FFC7CE")
    }
    assert coloured == {*found}
    return found


LINES = [HEADER, ["a", "甲", "2013-01", ""], ["b", "乙", "2013年十三月", "写在\n两行"]]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("大事.csv", csv_file(LINES, encoding="gb18030")),
        ("大事.tsv", csv_file(LINES, "\t")),
        ("大事.xlsx", xlsx_file(大事=LINES)),
        ("一批.zip", zipped({"大事.csv": csv_file(LINES)})),
    ],
    ids=["GBK", "TSV", "XLSX", "zip"],
)
def test_a_sheet_comes_back_as_it_was_and_imports_once_its_bad_cell_is_mended(name, content):
    workbook = mended(name, content)
    assert workbook.sheetnames == [LIST, "大事"]
    sheet = workbook["大事"]
    assert cells(sheet) == LINES
    ((address, words),) = marked(sheet).items()
    assert address == "C3"
    assert "2013-01" in words
    assert not Milestone.objects.exists()
    sheet["C3"] = "2013-12"
    report = again(workbook)
    assert (report.problems, report.notices) == ([], [])
    found = Milestone.objects.order_by("slug")
    assert [(its.title, str(its.date), its.summary) for its in found] == [
        ("甲", "2013-01", ""),
        ("乙", "2013-12", "写在\n两行"),
    ]


def test_the_first_sheet_lists_everything_with_a_way_to_its_cell():
    workbook = mended("大事.csv", csv_file([*LINES, ["c", "", "2014", ""]]))
    first, *listed = workbook[LIST].iter_rows()
    assert [cell.value for cell in first] == [
        "File",
        "Sheet",
        "Row",
        "Column",
        "Value",
        "What is wrong",
        "Cell",
    ]
    assert [[cell.value for cell in row][:5] for row in listed] == [
        ["大事.csv", "大事", "3", "日期", "2013年十三月"],
        ["大事.csv", "大事", "5", "题名", None],
    ]
    assert [row[6].value for row in listed] == ["大事!C3", "大事!B4"]
    assert [row[6].hyperlink.location for row in listed] == ["'大事'!C3", "'大事'!B4"]
    assert {*marked(workbook["大事"])} == {"C3", "B4"}


def test_headers_stay_in_sight_and_columns_have_a_width():
    workbook = mended("大事.csv", csv_file(LINES))
    assert {sheet.freeze_panes for sheet in workbook} == {"A2"}
    # A column that is 48 characters wide, with the margin that Excel adds.
    assert 48 <= workbook["大事"].column_dimensions["B"].width < 49


def test_what_is_wrong_with_a_header_is_marked_there_and_mended_there():
    workbook = mended("milestones.csv", "网址,题名,日期,颜色\na,甲,2013,红\n".encode())
    sheet = workbook["milestones"]
    assert {*marked(sheet)} == {"A1", "D1"}
    sheet["A1"], sheet["D1"] = "slug", "摘要"
    assert again(workbook).problems == []
    assert Milestone.objects.get().summary == "红"


def test_no_cell_is_a_formula_and_none_says_anything_else_than_before():
    texts = ["=1+1", "'=1+1", "@x", "'tis", "#REF!", "1e5", "0123", "_x0041_"]
    lines = [["slug", "title", "summary"], *([f"m{n}", text, ""] for n, text in enumerate(texts))]
    workbook = mended("milestones.csv", csv_file([*lines, ["none", "", "=cmd"]]))
    assert {cell.data_type for sheet in workbook for row in sheet.iter_rows() for cell in row} <= {"s", "n"}
    sheet = workbook["milestones"]
    assert sheet["C10"].value == "'=cmd"
    sheet["B10"] = "有题名"
    assert again(workbook).problems == []
    found = dict(Milestone.objects.values_list("slug", "title"))
    assert [found[f"m{n}"] for n in range(len(texts))] == ["=1+1", "=1+1", *texts[2:]]


def test_a_formula_is_not_kept_and_not_imported_as_it_is():
    workbook = mended("milestones.xlsx", xlsx_file(milestones=[["slug", "title"], ["a", "=A1"]]))
    sheet = workbook["milestones"]
    assert sheet["B2"].value == UNREPRESENTABLE
    assert "formula" in marked(sheet)["B2"]
    assert again(workbook).problems
    sheet["B2"] = "甲"
    assert again(workbook).problems == []


def with_formats(lines, formats, epoch=None):
    """Return a workbook of milestones with these number formats, by coordinate."""

    def change(workbook):
        if epoch:
            workbook.epoch = epoch
        for address, code in formats.items():
            workbook["milestones"][address].number_format = code

    return xlsx_file(change, milestones=lines)


@pytest.mark.parametrize("code", ["0.00", "General", "0.0#"])
def test_a_number_that_may_be_january_or_october_stays_in_doubt_under_a_header_that_is_mended(code):
    lines = [["slug", "title", "日其"], ["a", "甲", 2016.1]]
    workbook = mended("milestones.xlsx", with_formats(lines, {"C2": code}))
    sheet = workbook["milestones"]
    sheet["C1"] = "日期"
    (problem,) = again(workbook).problems
    assert "January or October" in problem.message
    assert not Milestone.objects.exists()


DAY = datetime(2016, 9, 26)


VALUES = [
    (2016.1, "0.00"),
    (2016.1, "General"),
    (0.95, "0%"),
    (2000, '#,##0"亿元"'),
    (201609, '0000"年"00"月"'),
    (7, "000"),
    (DAY, "yyyy-mm-dd"),
    (DAY, 'yyyy"年"m"月"'),
    (DAY, "yyyy"),
    (DAY, "mm-dd-yy"),
    (DAY, "mm-dd-yy;@"),
    (DAY, "m/d/yy h:mm"),
    (DAY, "[$-F800]dddd, mmmm dd, yyyy"),
    (DAY, 'm"月"d"日"'),
    (True, "General"),
    ("2016.1", "@"),
    ("41275", "@"),
    (41275, "General"),
]


@pytest.mark.parametrize("epoch", [None, MAC_EPOCH], ids=["1900", "1904"])
@pytest.mark.parametrize("header", ["date", "summary", "title", "title_en"])
def test_what_stands_under_an_unknown_header_reads_as_it_would_have_under_the_right_one(epoch, header):
    def read_under(header, content):
        found, problems = read_all(Upload("milestones.xlsx", content))
        told = {problem.place.line: problem.message for problem in problems}
        assert len(told) == len(problems)
        return {row.place.line: (row.cells.get(header), told.get(row.place.line)) for row in found}

    def content(header):
        lines = [["slug", header], *([f"a{number}", value] for number, (value, _code) in enumerate(VALUES))]
        formats = {f"B{line}": code for line, (_value, code) in enumerate(VALUES, 2)}
        return with_formats(lines, formats, epoch)

    workbook = mended("milestones.xlsx", content("什么"))
    sheet = workbook["milestones"]
    notes, untaken = marked(sheet), set()
    for line in range(2, len(VALUES) + 2):
        if sheet[f"B{line}"].value == UNREPRESENTABLE:
            untaken.add(line)
            assert "1904" in notes[f"B{line}"]
    assert bool(untaken) == bool(epoch)
    sheet["B1"] = header
    file = io.BytesIO()
    workbook.save(file)
    as_mended, expected = read_under(header, file.getvalue()), read_under(header, content(header))
    assert {*expected} == {*range(2, len(VALUES) + 2)}
    for line in expected.keys() - untaken:
        assert as_mended[line] == expected[line], VALUES[line - 2]


def test_a_list_where_one_value_belongs_is_not_kept_as_one_value():
    rows = [{"slug": "a", "title": ["甲", "乙"], "topics": ["x, y"], "什么": ["丙"]}]
    workbook = mended("milestones.json", json_file(rows))
    sheet = workbook["milestones"]
    assert [cell.value for cell in sheet[2]] == ["a", UNREPRESENTABLE, UNREPRESENTABLE, UNREPRESENTABLE]
    assert {*marked(sheet)} >= {"B2", "C2", "D2"}
    assert again(workbook).problems


def test_what_a_row_of_yaml_empties_its_sheet_empties_too():
    make.make_milestone(slug="a", title="甲", summary="摘要", date="2013", topics=[make.make_topic(slug="x")])
    text = "- {slug: a, summary: , date: null, topics: []}\n- {slug: b, title: 乙, date: soon}\n"
    workbook = mended("milestones.yaml", text.encode())
    workbook["milestones"]["C3"] = "2014"
    assert [cell.value for cell in workbook["milestones"][1]][2] == "date"
    assert again(workbook).problems == []
    entry = Milestone.objects.get(slug="a")
    assert (entry.title, entry.summary, entry.date, entry.topics.count()) == ("甲", "", None, 0)


def test_what_xml_cannot_say_is_marked_and_breaks_nothing():
    rows = [
        {"slug": "a", "title": "甲\u0001"},
        {"slug": "b", "title": "乙\ufffe"},
        {"slug": "c", "title": "丙" * 40_000},
    ]
    workbook = mended("milestones.json", json_file(rows))
    assert {*marked(workbook["milestones"])} == {"B2", "B3", "B4"}
    assert workbook["milestones"]["B4"].value == UNREPRESENTABLE


def test_nested_rows_become_sheets_of_their_own_that_import():
    make.make_source(slug="board")
    text = (
        "milestones:\n"
        "- slug: launch\n  题名: 启动\n  日期: soon\n  citations:\n"
        "  - source: board\n    locator: p1\n"
        "  - source: nobody\n    locator: p2\n"
        "- slug: end\n  题名: 结束\n"
    )
    workbook = mended("content.yaml", text.encode())
    assert workbook.sheetnames == [LIST, "milestones", "citations"]
    of_milestones, of_citations = workbook["milestones"], workbook["citations"]
    assert cells(of_milestones)[0] == ["slug", "题名", "日期"]
    assert cells(of_citations)[1:] == [["launch", "board", "p1"], ["launch", "nobody", "p2"]]
    assert {*marked(of_milestones)} == {"C2"}
    assert {*marked(of_citations)} == {"B3"}
    of_milestones["C2"], of_citations["B3"] = "2013", "board"
    assert again(workbook).problems == []
    assert Citation.objects.filter(entry__slug="launch").count() == 2


def test_rows_that_stand_in_one_line_are_told_apart():
    make.make_source(slug="board")
    parts = [{"source": "board", "locator": "1"}, {"source": "nobody", "locator": "2"}]
    rows = [{"slug": "a", "title": "甲", "topics": ["x", "y"], "citations": parts}, {"slug": "b"}]
    workbook = mended("milestones.json", json_file(rows))
    assert {*marked(workbook["citations"])} == {"B3"}
    assert {*marked(workbook["milestones"])} == {"C2", "B3"}


def test_a_value_that_a_row_lacks_altogether_gets_a_column_to_stand_in():
    workbook = mended("milestones.yaml", b"- {slug: a}\n- {slug: b, date: {x: y}}\n")
    sheet = workbook["milestones"]
    assert cells(sheet)[0] == ["slug", "title", "date"]
    assert {*marked(sheet)} == {"B2", "B3", "C3"}


def test_sheets_of_one_table_keep_their_names_or_get_their_own():
    good, bad = csv_file([["slug", "title"], ["a", "甲"]]), csv_file([["slug", "title"], ["b", ""]])
    files = {
        "milestones-2013.csv": good,
        "大事.csv": bad,
        "x/大事.csv": csv_file([["slug", "title"], ["c", "丙"]]),
    }
    workbook = mended("all.zip", zipped(files))
    assert workbook.sheetnames == [LIST, "milestones-2013", "大事", "milestones-2"]
    assert {*marked(workbook["大事"])} | {*marked(workbook["milestones-2"])} == {"B2"}
    workbook["大事"]["B2"] = "乙"
    workbook["milestones-2"]["B2"] = "丙"
    assert again(workbook).problems == []
    assert Milestone.objects.count() == 3


def test_of_a_file_that_cannot_be_read_there_is_the_list_alone():
    workbook = mended("milestones.yaml", b"- [")
    assert workbook.sheetnames == [LIST]
    assert workbook[LIST]["A2"].value == "milestones.yaml"
    assert "YAML" in workbook[LIST]["F2"].value


def test_a_value_that_a_tag_makes_another_is_in_no_workbook():
    workbook = mended("milestones.yaml", b"- {slug: a, title: !!binary 5pS/562W}\n")
    assert workbook.sheetnames == [LIST]
    assert "!!binary" in workbook[LIST]["F2"].value


# --- in the admin


def address(tag, *args):
    return reverse(f"admin:timeline_importbatch_{tag}", args=args)


def upload(client, name, content):
    form = {"file": SimpleUploadedFile(name, content), "empty": "keep", "encoding": "", "note": ""}
    return client.post(address("upload"), form, follow=True)


def test_at_the_admin_it_is_downloaded_mended_and_uploaded_again(client):
    client.force_login(make.make_editor())
    page = upload(client, "大事.csv", csv_file(LINES, encoding="gb18030"))
    link = re.search(r'href="([^"]+/problems/)"', page.content.decode())[1]
    answer = client.get(link)
    assert answer["Content-Type"] == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    assert "attachment" in answer["Content-Disposition"]
    workbook = load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    workbook["大事"]["C3"] = "2013-12"
    file = io.BytesIO()
    workbook.save(file)
    page = upload(client, "mended.xlsx", file.getvalue())
    assert "/problems/" not in page.content.decode()
    prepared = PreparedImport.objects.get(name="mended.xlsx")
    client.post(address("confirm", prepared.pk), {"_seen": prepared.outcome["fingerprint"]})
    assert Milestone.objects.count() == 2


@pytest.mark.parametrize(
    ("name", "content", "is_offered"),
    [
        ("milestones.csv", b"slug,title\na,\n", True),
        ("milestones.yaml", b"- {slug: a, title: ''}\n", True),
        ("all.zip", zipped({"milestones.csv": b"slug,title\na,\n", "topics.csv": b"slug\nb\n"}), True),
        ("stones.yaml", b"- {slug: a}\n", False),
        ("milestones.xlsx", b"<html><table><tr><td>slug</td></tr></table></html>", False),
        ("milestones.yaml", b"- [", False),
        ("milestones.csv", b"slug,title\na,\xff\n", False),
        ("milestones.md", b"slug,title\na,A\n", False),
    ],
)
def test_the_workbook_is_offered_where_it_holds_rows(client, name, content, is_offered):
    client.force_login(make.make_editor())
    page = upload(client, name, content)
    assert page.context["outcome"]["problems"]
    assert ("/problems/" in page.content.decode()) is is_offered


def test_nobody_else_gets_it(client):
    client.force_login(make.make_editor())
    upload(client, "milestones.csv", b"slug,title\na,\n")
    link = address("problems", PreparedImport.objects.get().pk)
    assert client.post(link).status_code == 405
    client.force_login(make.make_editor())
    assert client.get(link).status_code == 404
