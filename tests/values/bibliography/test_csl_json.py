"""References as CSL-JSON, checked against the schema of the Citation Style Language."""

import json

import fastjsonschema
import pytest
from hypothesis import given

from tests.bibliographic_records import make_record, records
from tests.factories import ROOT
from timeline.values.bibliography.csl_json import csl_item, to_csl_json
from timeline.values.bibliography.record import WorkType

# schemas/input/csl-data.json of https://github.com/citation-style-language/schema: MIT License, Copyright (c) 2007-2018
# Citation Style Language and contributors.
SCHEMA = json.loads((ROOT / "tests/data/csl-data.json").read_text(encoding="utf-8"))
check = fastjsonschema.compile(SCHEMA)


def test_a_page_in_csl_json():
    record = make_record(
        key="policy-a",
        title="关于建设智慧城市的决定",
        authors=["某市编辑部"],
        publisher="某市编年",
        number="甬党〔2010〕14号",
        modified="2026-07-20",
        accessed="2026-07-21",
        url="https://example.org/policies/a/",
    )
    assert json.loads(to_csl_json(record)) == [
        {
            "id": "policy-a",
            "type": "webpage",
            "author": [{"literal": "某市编辑部"}],
            "title": "关于建设智慧城市的决定",
            "container-title": "某市编年",
            "number": "甬党〔2010〕14号",
            "issued": {"date-parts": [[2026, 7, 20]]},
            "accessed": {"date-parts": [[2026, 7, 21]]},
            "URL": "https://example.org/policies/a/",
            "language": "zh",
        }
    ]


@pytest.mark.parametrize(
    ("parts", "found"),
    [
        ({"type": WorkType.DOCUMENT}, {"type": "document"}),
        ({"type": WorkType.DOCUMENT, "url": "http://a.cn/"}, {"type": "webpage"}),
        (
            {"type": WorkType.NEWSPAPER, "publisher": "某报"},
            {"type": "article-newspaper", "container-title": "某报"},
        ),
        (
            {"type": WorkType.REPORT, "publisher": "某社", "authors": ["某人"]},
            {"type": "report", "publisher": "某社"},
        ),
        (
            {"type": WorkType.ARCHIVE, "publisher": "某馆", "place": "某市", "number": "LS031"},
            {"archive": "某馆", "archive-place": "某市", "archive_location": "LS031"},
        ),
        ({"type": WorkType.DATASET, "number": "V1.0"}, {"type": "dataset", "version": "V1.0"}),
        ({"published": "2012~"}, {"issued": {"date-parts": [[2012]], "circa": True}}),
    ],
)
def test_each_type_of_work_has_its_type_and_variables(parts, found):
    assert found.items() <= csl_item(make_record(**parts)).items()


@given(records())
def test_every_record_is_valid_by_the_schema(record):
    check(json.loads(to_csl_json(record)))


@given(records())
def test_every_variable_is_one_of_the_schema(record):
    assert csl_item(record).keys() <= SCHEMA["items"]["properties"].keys()


def test_a_publisher_that_is_the_author_is_named_once_but_a_website_keeps_its_name():
    report = csl_item(make_record(type=WorkType.REPORT, publisher="某局"))
    assert (report["author"], report.get("publisher")) == ([{"literal": "某局"}], None)
    assert csl_item(make_record(type=WorkType.PAGE, publisher="某网"))["container-title"] == "某网"


def test_a_note_is_a_note():
    assert csl_item(make_record(note="某规划[Z]."))["note"] == "某规划[Z]."


def test_a_reprint_has_a_note_that_says_so():
    record = make_record(title="某办法", is_reprint=True, note="见附注")
    assert '"note": "转载. 见附注"' in to_csl_json(record)
