"""Reading of files: the notice about files without rows, and the columns that are left out of all files."""

import pytest

from tests.files import xlsx_file, zipped
from timeline.exchange.readers.sources import Upload
from timeline.exchange.reading import read

pytestmark = pytest.mark.usefixtures("english")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("policies.csv", b""),
        ("policies.csv", b"\n\n"),
        ("policies.csv", b"slug,title\n"),
        ("policies.csv", b"slug,title\n,\n"),
        ("policies.yaml", b""),
        ("policies.yaml", b"[]"),
        ("all.yaml", b"policies: []\nmilestones:\n"),
        ("policies.json", b""),
        ("policies.json", b"[]"),
        ("policies.xlsx", xlsx_file(policies=[["slug", "title"]])),
        ("all.zip", zipped({"policies.csv": b"slug,title\n", "goals.csv": b""})),
    ],
)
def test_of_a_file_without_rows_it_is_said(name, content):
    reading = read([Upload(name, content)])
    assert reading.problems == []
    (notice,) = reading.notices
    assert notice.place.file.startswith(name)
    assert notice.message.startswith("There are no rows to import")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("policies.csv", b"\n\nslug,title\n,\n"),
        ("policies.xlsx", xlsx_file(policies=[[], [], ["slug", "title"]])),
    ],
)
def test_of_a_header_without_rows_its_row_is_said(name, content):
    (notice,) = read([Upload(name, content)]).notices
    assert notice.message == "There are no rows to import: there is only a header, in row 3."


def test_of_many_headers_without_rows_it_is_said_once():
    content = xlsx_file(policies=[["slug", "title"]], goals=[["slug", "title"]])
    (notice,) = read([Upload("all.xlsx", content)]).notices
    assert "nothing but a header" in notice.message


def test_of_a_sheet_without_rows_beside_others_nothing_is_said():
    content = xlsx_file(policies=[["slug", "title"]], goals=[["slug", "title"], ["a", "甲"]])
    assert read([Upload("all.xlsx", content)]).notices == []


def test_a_status_is_read_under_its_chinese_name_too(tmp_path):
    for name, content in (("policies.csv", "slug,题名,状态\na,甲,草稿\n"), ("政策.yaml", "- slug: a\n  状态: 草稿\n")):  # fmt: skip
        (tmp_path / name).write_text(content, encoding="utf-8")
        reading = read([tmp_path / name])
        cells = [row.cells["status"] for sheet in reading.sheets for row in sheet]
        assert (cells, reading.problems, reading.notices) == (["草稿"], [], [])
