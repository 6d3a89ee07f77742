"""References as RIS, as a parser reads them."""

import pytest
import rispy
from hypothesis import given

from tests.bibliographic_records import make_record, records
from timeline.values.bibliography.record import WorkType
from timeline.values.bibliography.ris import to_ris


def parsed(record):
    (found,) = rispy.loads(to_ris(record))
    return found


def test_a_page_in_ris():
    record = make_record(
        key="policy-a",
        title="关于建设智慧城市的决定",
        title_en="Decision",
        authors=["某市编辑部"],
        publisher="某市编年",
        number="甬党〔2010〕14号",
        modified="2026-07-20",
        accessed="2026-07-21",
        url="https://example.org/policies/a/",
    )
    assert to_ris(record).split("\r\n") == [
        "TY  - ELEC",
        "ID  - policy-a",
        "AU  - 某市编辑部",
        "TI  - 关于建设智慧城市的决定",
        "TT  - Decision",
        "T2  - 某市编年",
        "M1  - 甬党〔2010〕14号",
        "PY  - 2026",
        "DA  - 2026/07/20/",
        "Y2  - 2026/07/21/",
        "UR  - https://example.org/policies/a/",
        "LA  - zh",
        "ER  - ",
        "",
    ]


@pytest.mark.parametrize(
    ("parts", "of_type"),
    [
        ({"type": WorkType.DOCUMENT}, "GOVDOC"),
        ({"type": WorkType.DOCUMENT, "url": "http://a.cn/"}, "ELEC"),
        ({"type": WorkType.NEWSPAPER}, "NEWS"),
        ({"type": WorkType.REPORT}, "RPRT"),
        ({"type": WorkType.ARCHIVE}, "MANSCPT"),
        ({"type": WorkType.DATASET}, "DATA"),
    ],
)
def test_each_type_of_work_has_its_type(parts, of_type):
    assert parsed(make_record(**parts))["type_of_reference"] == of_type


@pytest.mark.parametrize(
    ("date", "written"), [("2010", "2010///"), ("2010-09", "2010/09//"), ("2011/2015", "2011///")]
)
def test_a_date_has_its_slashes_however_much_of_it_is_known(date, written):
    assert parsed(make_record(published=date))["date"] == written


def test_the_last_word_of_an_organization_is_not_its_family_name():
    assert "AU  - Ningbo Life,\r\n" in to_ris(make_record(authors=["Ningbo Life"]))
    assert "AU  - Bevington, David\r\n" in to_ris(make_record(authors=["Bevington, David"]))


@given(records())
def test_every_record_is_read_with_its_parts(record):
    found = parsed(record)
    assert found["id"] == record.key
    assert found["title"] == record.title
    assert [name.rstrip(",") for name in found.get("authors", [])] == [*record.creators]
    assert found.get("urls", [""]) == [record.address]
    assert ("year" in found) == (record.date is not None)


def test_a_publisher_that_is_the_author_is_named_once_but_a_website_keeps_its_name():
    assert "PB  - " not in to_ris(make_record(type=WorkType.REPORT, publisher="某局"))
    assert "PB  - 某局\r\n" in to_ris(make_record(type=WorkType.REPORT, publisher="某局", authors=["某人"]))
    assert "T2  - 某网\r\n" in to_ris(make_record(type=WorkType.PAGE, publisher="某网"))


def test_a_note_is_a_note():
    assert rispy.loads(to_ris(make_record(note="某规划[Z].")))[0]["notes"] == ["某规划[Z]."]


def test_a_reprint_has_a_note_that_says_so():
    record = make_record(title="某办法", is_reprint=True, note="见附注")
    assert "N1  - 转载. 见附注\r\n" in to_ris(record)
