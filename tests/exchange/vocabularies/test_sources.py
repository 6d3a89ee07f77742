"""What formats of references have in common: names, dates, pages, addresses, types and keys."""

import pytest

from timeline.exchange.vocabularies import sources
from timeline.exchange.vocabularies.declaration import ForeignRecord
from timeline.models.reference import SourceType

pytestmark = pytest.mark.usefixtures("english")


def record(**values):
    return ForeignRecord(
        1, {name: [text] if isinstance(text, str) else text for name, text in values.items()}
    )


@pytest.mark.parametrize(
    ("names", "cell"),
    [
        (["张, 三"], "张三"),
        (["张, 三", "李四"], "张三、李四"),
        (["Ningbo Life,"], "Ningbo Life"),
        (["Bevington, David", "某市编辑部"], "Bevington, David；某市编辑部"),
        ([], ""),
    ],
)
def test_names_are_written_as_the_chronicle_writes_them(names, cell):
    assert sources.joined_names(names) == cell


def test_editors_beside_authors_are_left_out_with_a_note():
    both = record(author="张三", editor="李四")
    assert sources.names(both, ["author", "editor"]) == "张三"
    assert both.notes == ["“editor” was left out beside “author”."]


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2013/08/06/", "2013-08-06"),
        ("2013///", "2013"),
        ("2013/08//", "2013-08"),
        ("2013/8/6/Spring", "2013-08-06"),
        ("2013-8", "2013-08"),
        ("2013.1", "2013.1"),
        ("Spring 2013", "Spring 2013"),
        ("2010/2012", "2010/2012"),
        ("", ""),
    ],
)
def test_dates_in_numbers_become_edtf_and_others_stay(text, date):
    assert sources.numeric_date(text) == date


def test_a_date_in_numbers_goes_before_one_in_words():
    assert sources.date(record(DA="August 6", PY="2013"), ["DA", "PY"]) == "2013"
    assert sources.date(record(DA="Spring 2013"), ["DA", "PY"]) == "Spring 2013"


def test_a_day_loses_its_time():
    assert sources.day(record(a="2020-01-02 03:04:05"), ["a"]) == "2020-01-02"
    assert sources.day(record(a="2020-01-02T03:04:05Z"), ["a"]) == "2020-01-02"


def test_pages_go_from_the_first_to_the_last():
    assert sources.page_range(record(SP="1", EP="3"), ["SP", "EP"]) == "1-3"
    assert sources.page_range(record(SP="1--3"), ["SP", "EP"]) == "1-3"
    assert sources.page_range(record(SP="A3"), ["SP", "EP"]) == "A3"


def test_a_doi_is_an_address_where_there_is_no_other():
    assert sources.address(record(UR="http://a.cn", DO="10.1/x"), ["UR", "DO"]) == "http://a.cn"
    assert sources.address(record(DO="doi:10.1/x"), ["UR", "DO"]) == "https://doi.org/10.1/x"
    assert sources.address(record(), ["UR", "DO"]) == ""


def test_a_type_without_one_here_is_a_document_which_is_noted():
    convert = sources.type_by({"NEWS": SourceType.NEWSPAPER})
    journal = record(TY="JOUR")
    assert convert(record(TY="NEWS"), ["TY"]) == "newspaper"
    assert convert(journal, ["TY"]) == "document"
    assert journal.notes == ["There is no type “JOUR” here; it was read as “document”."]


def test_only_the_key_of_a_source_of_a_chronicle_is_a_slug():
    assert sources.slug(record(ID="source-nb-2010"), ["ID"]) == "nb-2010"
    assert sources.slug(record(ID="zhang2010"), ["ID"]) == ""
    assert sources.slug(record(ID="http://zotero.org/users/1/items/ABC"), ["ID"]) == ""
