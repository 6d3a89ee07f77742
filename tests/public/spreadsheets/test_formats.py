"""The formats of spreadsheets: a fixed number of queries for each chunk, in each script, and nothing left behind."""

import tempfile

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests import factories as make
from tests.spreadsheets import rows_of, table_of, workbook_of
from tests.world import add_entries
from timeline.filters.entries import EntryFilter
from timeline.models import Chronicle, Entry, content_version
from timeline.public.spreadsheets import kinds
from timeline.public.spreadsheets.formats import SPREADSHEET_FORMATS, ListedEntries, open_spreadsheet

pytestmark = pytest.mark.django_db


def opened(extension, query=""):
    chosen = EntryFilter(QueryDict(query), Entry.objects.published())
    return open_spreadsheet(
        extension, ListedEntries(Chronicle.objects.current(), chosen, "https://chronicle.example/")
    )


@pytest.mark.parametrize("extension", SPREADSHEET_FORMATS)
def test_a_spreadsheet_takes_as_many_queries_for_more_entries(extension, world):
    sizes = []
    for marker in ("第一", "第二"):
        add_entries(world, marker)
        with CaptureQueriesContext(connection) as captured:
            opened(extension).close()
        sizes.append(len(captured))
    assert sizes[0] == sizes[1]


def test_entries_are_read_in_chunks(monkeypatch, client):
    monkeypatch.setattr(kinds, "CHUNK_SIZE", 2)
    for number in range(5):
        make.make_policy(title=f"分批{number}", date=f"201{number}", published=True)
    rows = rows_of(workbook_of(client)["政策"])
    assert [row["题名"] for row in rows if "分批" in row["题名"]] == [f"分批{number}" for number in range(5)]
    assert all(row["来源"] for row in rows)


def test_traditional_characters_are_those_of_the_page(client):
    make.make_policy(
        title="关于云计算的办法", issuers=[make.make_organization(title="宁波市发展委")], published=True
    )
    sheet = rows_of(workbook_of(client, "/zh-hant/table.xlsx")["政策"])
    for rows in (sheet, table_of(client, "/zh-hant/table.csv")):
        issuers = {row["題名"]: row.get("發文機關") for row in rows}
        assert issuers["關於雲計算的辦法"] == "寧波市發展委"


def test_names_of_sheets_are_no_longer_than_excel_allows(client, world):
    add_entries(world, "一")
    for prefix in ("", "/zh-hant", "/en"):
        names = workbook_of(client, f"{prefix}/table.xlsx").sheetnames
        assert len(names) >= 6
        assert all(len(name) <= 31 for name in names)


@pytest.mark.parametrize("extension", SPREADSHEET_FORMATS)
def test_no_file_is_left_behind(extension, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    make.make_policy(published=True)
    with opened(extension) as file:
        assert list(tmp_path.iterdir()) == []
        assert file.read()


def test_the_properties_are_those_of_the_chronicle_and_the_day_of_its_content(client, world):
    Chronicle.objects.update(title="某市编年", title_en="A chronicle", publisher="", editors="")
    found = workbook_of(client, "/en/table.xlsx").properties
    day = timezone.localdate(content_version.current().latest_change)
    assert (found.title, found.creator, found.created.date()) == ("A chronicle", "A chronicle", day)
    Chronicle.objects.update(publisher="某馆")
    assert workbook_of(client).properties.creator == "某馆"


@pytest.mark.parametrize("address", ["/en/table.xlsx", "/en/table.csv"])
def test_no_column_is_empty_in_all_rows(client, address):
    make.make_policy(title_en="A plan", published=True)
    if address.endswith("xlsx"):
        heads = [cell.value for cell in workbook_of(client, address).worksheets[1][1]]
    else:
        heads = client.get(address).getvalue().decode("utf-8-sig").splitlines()[0].split(",")
    assert "Title in Chinese" in heads
    assert "Validity" not in heads
