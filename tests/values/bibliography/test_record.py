"""Bibliographic records."""

import re

from hypothesis import given
from hypothesis import strategies as st

from tests.bibliographic_records import make_record
from timeline.values.bibliography.record import WorkType, citation_key


def test_the_publisher_is_responsible_for_what_it_issued_without_an_author():
    assert [*make_record(publisher="某市人民政府").creators] == ["某市人民政府"]
    assert [*make_record(publisher="某市日报", type=WorkType.NEWSPAPER).creators] == []
    assert [*make_record(publisher="某市日报", authors=["张三"]).creators] == ["张三"]


def test_a_chinese_author_has_the_english_name_in_brackets_where_it_is_known():
    def names(authors, english):
        return [*make_record(authors=authors, authors_en=english).translated_creators]

    assert names(["某市编年"], ["City Chronicle"]) == ["某市编年 [City Chronicle]"]
    assert names(["某馆", "ACME"], ["", "ACME"]) == ["某馆", "ACME"]
    # Whose name the English one is must be certain.
    assert names(["甲", "乙"], ["A"]) == ["甲", "乙"]
    assert names(["City Chronicle"], ["City Chronicle"]) == ["City Chronicle"]


def test_a_site_on_which_a_document_stands_is_not_its_author():
    record = make_record(title="某纲要", publisher="某区人民政府", type=WorkType.DOCUMENT)
    assert ([*record.creators], record.other_publisher) == ([], "某区人民政府")


def test_a_publisher_is_not_named_twice():
    assert make_record(publisher="某市人民政府").other_publisher == ""
    assert make_record(publisher="某网", authors=["某市人民政府"]).other_publisher == "某网"


def test_a_title_in_brackets_was_supplied_by_the_editors():
    record = make_record(title="〔某网2010年8月文章〕", title_en="[Article of August 2010]")
    assert record.supplied_title == "某网2010年8月文章"
    assert record.bracketed_title == "[某网2010年8月文章]"
    assert record.translated_title == "Article of August 2010"
    assert make_record(title="〔2010〕14号文件").supplied_title == ""
    assert make_record(title="〔甲〕和〔乙〕").supplied_title == ""


def test_a_title_that_is_not_chinese_needs_no_translation():
    assert make_record(title="Rules", title_en="Other rules").translated_title == ""


def test_an_address_keeps_its_query_and_loses_what_would_end_a_field():
    assert make_record(url="http://a.cn/?a=1&b=%20#c").address == "http://a.cn/?a=1&b=%20#c"
    assert make_record(url="http://a.cn/{x}\\ y").address == "http://a.cn/%7Bx%7D%5C%20y"


@given(st.text(max_size=30), st.text(max_size=30))
def test_every_key_is_one_that_programs_take(first, second):
    assert re.fullmatch(r"[A-Za-z][A-Za-z0-9-]*", citation_key(first, second))


def test_a_key_that_would_begin_with_a_digit_says_what_it_is():
    assert citation_key("goal", "5g-commercial-use") == "goal-5g-commercial-use"
    assert citation_key("5g") == "entry-5g"
    assert citation_key("无") == "entry"
