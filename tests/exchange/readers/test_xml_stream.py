"""The XML of workbooks: entities are refused, and excessive declared sizes cost neither memory nor time."""

import time

import pytest
from openpyxl.xml.constants import SHEET_MAIN_NS

from tests.files import problem_of, read_all, replaced
from tests.workbooks import SHEET, SOUND
from timeline.exchange.readers.sources import Upload

pytestmark = pytest.mark.usefixtures("english")


def problem(content):
    return problem_of("content.xlsx", content)


def test_a_sheet_of_another_kind_of_document_is_no_empty_one():
    content = replaced(SOUND, {SHEET: lambda xml: xml.replace(SHEET_MAIN_NS.encode(), b"urn:another")})
    assert "“policies” is damaged" in problem(content).message


@pytest.mark.parametrize("member", [SHEET, "xl/sharedStrings.xml", "xl/workbook.xml", "[Content_Types].xml"])
@pytest.mark.parametrize("codec", ["utf-8", "utf-16"])
def test_entities_are_refused_wherever_they_are_declared(member, codec):
    def declare(xml):
        text = xml.decode().replace('encoding="UTF-8"', "")
        text = text.partition("?>")[2] if text.startswith("<?xml") else text
        return ('<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>' + text).encode(codec)

    assert "damaged" in problem(replaced(SOUND, {member: declare})).message


@pytest.mark.parametrize(
    "change",
    [
        lambda xml: xml.replace(b'r="2"', b'r="99999999999999"'),
        lambda xml: xml.replace(b'<c t="s"><v>3', b'<c r="ZZZZZZ2" t="s"><v>3'),
        lambda xml: xml.replace(b'<c t="s"><v>3', b'<c r="ZZ2" s="999999999999" t="s"><v>3'),
        lambda xml: xml.replace(b"</sheetData>", b"<row>" + b"<c/>" * 500_000 + b"</row></sheetData>"),
        lambda xml: xml.replace(b"<v>3</v>", b"<v>99999</v>"),
        lambda xml: xml.replace(b"<v>3</v>", b"<v>" + b"9" * 10_000 + b"</v>"),
        lambda xml: xml[: len(xml) // 2],
        lambda xml: xml.replace(b"<sheetData>", b'<x a="' + b"x" * 9_000_000 + b'"/><sheetData>'),
        lambda xml: b" " * 1_000_000 + xml,
    ],
)  # fmt: skip
def test_a_sheet_that_claims_too_much_is_read_or_refused_at_once(change):
    began = time.process_time()
    rows, problems = read_all(Upload("content.xlsx", replaced(SOUND, {SHEET: change})))
    assert rows or problems
    assert time.process_time() - began < 5
