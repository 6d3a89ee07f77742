"""The metadata of a work, as Zotero's translator “Embedded Metadata” reads it."""

import pytest
from hypothesis import given

from tests.bibliographic_records import make_record, records
from tests.embedded_metadata import read_item
from timeline.values.bibliography.metadata import day_metadata, work_metadata
from timeline.values.bibliography.record import WorkType
from timeline.values.bibliography.registry import FILES, STYLES
from timeline.values.partial_date import PartialDate

TYPES = {
    WorkType.PAGE: "webpage",
    WorkType.DOCUMENT: "document",
    WorkType.NEWSPAPER: "newspaperArticle",
    WorkType.REPORT: "report",
    WorkType.ARCHIVE: "manuscript",
    WorkType.DATASET: "dataset",
}


def test_a_page_is_read_with_all_that_is_known():
    record = make_record(
        title="关于建设智慧城市的决定",
        authors=["某市发改委", "某市经信委"],
        publisher="某市编年",
        modified="2026-07-20",
        url="https://example.org/policies/a/",
    )
    assert read_item(work_metadata(record)) == {
        "itemType": "webpage",
        "title": "关于建设智慧城市的决定",
        "creators": ["某市发改委", "某市经信委"],
        "date": "2026/07/20",
        "publisher": "某市编年",
        "publicationTitle": "某市编年",
        "language": "zh",
        "url": "https://example.org/policies/a/",
    }


def test_no_program_gets_an_address_that_is_not_linked():
    record = make_record(title="办法", url="http://a.cn/", is_linked=False, is_online=True)
    written = [str(work_metadata(record)), *(file.write(record) for file in FILES.values())]
    assert not [text for text in written if "a.cn" in text]
    assert all("http://a.cn/" in str(style.format(record)) for style in STYLES)


@pytest.mark.parametrize("of_type", WorkType)
def test_no_work_is_taken_for_the_article_of_a_journal(of_type):
    assert read_item(work_metadata(make_record(type=of_type)))["itemType"] == TYPES[of_type]


@pytest.mark.parametrize(
    ("date", "read"),
    [("2010-09-05", "2010/09/05"), ("2010-09", "2010/09"), ("2011/2015", "2011"), ("2012~", "2012")],
)
def test_a_date_is_read_as_far_as_it_is_known(date, read):
    assert read_item(work_metadata(make_record(published=date)))["date"] == read


@given(records())
def test_nothing_is_empty_and_every_creator_is_read(record):
    pairs = work_metadata(record)
    assert all(content for _name, content in pairs)
    assert read_item(pairs).get("creators", []) == [*record.creators]


def test_a_work_without_a_date_has_that_of_its_page_for_programs_that_look_for_one():
    day = PartialDate.parse("2026-11-30")
    assert dict(work_metadata(make_record(), day))["DC.date"] == "2026-11-30"
    assert dict(work_metadata(make_record(published="2010"), day))["DC.date"] == "2010"
    assert "DC.date" not in dict(work_metadata(make_record()))
    assert day_metadata(day) == [("DC.date", "2026-11-30")]
