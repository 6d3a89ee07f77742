"""Citations in GB/T 7714—2015 and BibTeX."""

import datetime
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from timeline.values.bibliography import OfficialDocument, WebPage, citation_key, escape_tex, quote_url
from timeline.values.partial_date import PartialDate

CHANGED, SEEN = datetime.date(2026, 7, 20), datetime.date(2026, 7, 21)
UNSAFE = {
    r"\textbackslash{}": "\\",
    r"\textbraceleft{}": "{",
    r"\textbraceright{}": "}",
    r"\textasciitilde{}": "~",
    r"\textasciicircum{}": "^",
} | {f"\\{sign}": sign for sign in "#$%&_"}


def page(title="关于建设智慧城市的决定", **kw):
    kept = {"key": "policy-a", "site": "某市编年", "address": "https://example.org/policies/a/"}
    return WebPage(**kept | {"title": title, "changed": CHANGED, "accessed": SEEN} | kw)


def document(**kw):
    kept = {"key": "a-document", "issuers": ["中共某市委", "某市人民政府"], "title": "关于某事的决定"}
    return OfficialDocument(**kept | {"accessed": SEEN} | kw)


def fields(record):
    """Return the fields of a BibTeX record, parsed as BibTeX does, by counting braces only."""
    head = re.match(r"@(\w+)\{([^,]*),", record)
    found, rest = {"type": head[1], "key": head[2]}, record[head.end() :]
    while field := re.match(r"\s*(\w+) = \{", rest):
        depth, end = 1, field.end()
        while depth:
            depth += {"{": 1, "}": -1}.get(rest[end], 0)
            end += 1
        found[field[1]] = rest[field.end() : end - 1]
        rest = rest[end:].removeprefix(",")
    assert rest.strip() == "}"
    return found


def read(text):
    """Return the text that TeX prints."""
    found = re.sub("|".join(map(re.escape, UNSAFE)), lambda sign: f"\0{UNSAFE[sign[0]]}", text)
    return re.sub(r"(?<!\0)[{}]", "", found).replace("\0", "")


def test_a_page_is_cited_as_the_standard_cites_an_electronic_resource():
    assert page().gbt7714() == (
        "某市编年. 关于建设智慧城市的决定[EB/OL]. (2026-07-20)[2026-07-21]. https://example.org/policies/a/."
    )


def test_a_page_in_bibtex():
    assert page().bibtex() == (
        "@online{policy-a,\n"
        "  author = {{某市编年}},\n"
        "  title = {{关于建设智慧城市的决定}},\n"
        "  date = {2026-07-20},\n"
        "  url = {https://example.org/policies/a/},\n"
        "  urldate = {2026-07-21},\n"
        "  langid = {chinese},\n"
        "}"
    )


def test_a_document_is_cited_with_its_issuers_number_and_date():
    found = document(number="甬党〔2010〕14号", date=PartialDate.parse("2010-09-15"))
    assert found.gbt7714() == "中共某市委, 某市人民政府. 关于某事的决定: 甬党〔2010〕14号[A]. 2010-09-15."


def test_a_document_that_is_online_is_cited_with_its_address_and_the_day_it_was_read():
    found = document(date=PartialDate.parse("2010"), address="https://example.org/文件.html")
    assert found.gbt7714() == (
        "中共某市委, 某市人民政府. 关于某事的决定[A/OL]. (2010)[2026-07-21]. "
        "https://example.org/%E6%96%87%E4%BB%B6.html."
    )


@pytest.mark.parametrize(
    ("address", "reference"),
    [
        ("", "甲. 办法: 甬政〔2012〕3号[A]. [日期不详]."),
        ("http://a.cn/", "甲. 办法: 甬政〔2012〕3号[A/OL]. [日期不详][2026-07-21]. http://a.cn/."),
    ],
)
def test_an_undated_document_says_that_its_date_is_not_known(address, reference):
    found = document(issuers=["甲"], title="办法", number="甬政〔2012〕3号", address=address)
    assert found.gbt7714() == reference
    assert "date" not in fields(found.bibtex())


def test_of_more_than_three_issuers_three_are_named():
    assert (
        document(issuers=list("甲乙丙丁"), date=PartialDate.parse("2010"))
        .gbt7714()
        .startswith("甲, 乙, 丙, 等. ")
    )
    assert fields(document(issuers=list("甲乙丙丁")).bibtex())["author"] == "{甲} and {乙} and {丙} and {丁}"


def test_a_name_that_ends_with_a_stop_gets_no_second():
    assert page(site="Ningbo Inc.").gbt7714().startswith("Ningbo Inc. 关于")


@pytest.mark.parametrize(
    ("date", "in_words", "in_bibtex"),
    [
        ("2013-01", "2013-01", "2013-01"),
        ("2011/2015", "2011—2015年", "2011/2015"),
        ("2021/..", "2021年至今", "2021/.."),
        ("2021/", "2021年起，止期不详", "2021/"),
        ("2012~", "约2012年", "2012~"),
        ("2016-40", "2016年上半年", "2016"),
    ],
)
def test_a_date_is_given_just_as_far_as_it_is_known(date, in_words, in_bibtex):
    found = document(date=PartialDate.parse(date))
    assert found.gbt7714().endswith(f"[A]. {in_words}.")
    assert fields(found.bibtex())["date"] == in_bibtex


@pytest.mark.parametrize(
    ("known", "suffices"),
    [
        ({"number": "甬党〔2010〕14号"}, True),
        ({"date": PartialDate.parse("2010")}, True),
        ({}, False),
        ({"issuers": [], "date": PartialDate.parse("2010")}, False),
    ],
)
def test_a_document_is_cited_by_itself_where_enough_is_known_of_it(known, suffices):
    assert document(**known).is_citable() is suffices


@pytest.mark.parametrize(
    "title", ["100% “智慧” & 1_000 {试点}", "a}b{c", "\\", "\\}", "~^#$", '"引号"', "《规划》", "}", "{{", ""]
)
def test_whatever_a_title_has_bibtex_reads_it_whole(title):
    found = fields(page(title).bibtex())
    assert read(found["title"]) == title
    assert found["date"] == "2026-07-20"


@given(st.text(st.characters(exclude_categories=("Cc", "Cs"))))
def test_no_text_breaks_a_record_or_is_changed_by_it(text):
    found = fields(page(text, site=text).bibtex())
    assert read(found["title"]) == read(found["author"]) == text
    assert len(found) == 8
    assert not re.search(r"(?<!\\)[%#&$_]", escape_tex(text))


@given(st.text(max_size=30), st.text(max_size=30))
def test_every_key_is_one_that_programs_take(first, second):
    assert re.fullmatch(r"[A-Za-z][A-Za-z0-9-]*", citation_key(first, second))


def test_a_key_that_would_begin_with_a_digit_says_what_it_is():
    assert citation_key("goal", "5g-commercial-use") == "goal-5g-commercial-use"
    assert citation_key("5g") == "entry-5g"
    assert citation_key("无") == "entry"


def test_an_address_keeps_its_query_and_loses_what_would_end_a_field():
    assert quote_url("http://a.cn/?a=1&b=%20#c") == "http://a.cn/?a=1&b=%20#c"
    assert quote_url("http://a.cn/{x}\\ y") == "http://a.cn/%7Bx%7D%5C%20y"
