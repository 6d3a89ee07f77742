"""References by APA, 7th edition."""

import re

import pytest
from hypothesis import given

from tests.bibliographic_records import make_record, records
from timeline.values.bibliography.apa import cite_apa, format_apa
from timeline.values.bibliography.record import WorkType


@pytest.mark.parametrize(
    ("reference", "parts"),
    [
        (
            "某市编年. (2026, July 20). 关于某事的决定 [Decision on something] (甬党〔2010〕14号). "
            "Retrieved July 21, 2026, from https://example.org/policies/a/",
            {
                "authors": ["某市编年"],
                "publisher": "某市编年",
                "title": "关于某事的决定",
                "title_en": "Decision on something",
                "number": "甬党〔2010〕14号",
                "modified": "2026-07-20",
                "accessed": "2026-07-21",
                "url": "https://example.org/policies/a/",
            },
        ),
        (
            "Mayo Clinic Staff. (2020, February 2). China travel advisory. Mayo Clinic. https://example.org/a",
            {
                "authors": ["Mayo Clinic Staff"],
                "publisher": "Mayo Clinic",
                "title": "China travel advisory",
                "published": "2020-02-02",
                "accessed": "2026-07-21",
                "url": "https://example.org/a",
            },
        ),
        (
            "某市开展试点 [Pilots begin]. (n.d.). Retrieved July 21, 2026, from http://a.cn/",
            {
                "title": "某市开展试点",
                "title_en": "Pilots begin",
                "accessed": "2026-07-21",
                "url": "http://a.cn/",
            },
        ),
        (
            "陈缮真. (2022, August 16). 探索 [Exploring]. 人民日报, 17.",
            {
                "type": WorkType.NEWSPAPER,
                "authors": ["陈缮真"],
                "title": "探索",
                "title_en": "Exploring",
                "publisher": "人民日报",
                "published": "2022-08-16",
                "pages": "17",
            },
        ),
        (
            "彭守璋. (2024). 降水量数据集 [Precipitation] (Version 1.0) [Data set]. 某研究所. http://a.cn/",
            {
                "type": WorkType.DATASET,
                "authors": ["彭守璋"],
                "title": "降水量数据集",
                "title_en": "Precipitation",
                "number": "V1.0",
                "publisher": "某研究所",
                "published": "2024",
                "url": "http://a.cn/",
            },
        ),
        (
            "李鸿章. (1887). 奏请 (04-01-35-0399-039). 中国第一历史档案馆, 北京.",
            {
                "type": WorkType.ARCHIVE,
                "authors": ["李鸿章"],
                "title": "奏请",
                "number": "04-01-35-0399-039",
                "publisher": "中国第一历史档案馆",
                "place": "北京",
                "published": "1887",
            },
        ),
        (
            "[某网文章] [Article]. (2010, August).",
            {"title": "〔某网文章〕", "title_en": "[Article]", "published": "2010-08"},
        ),
    ],
)
def test_a_reference_has_the_parts_of_the_style_in_their_order(reference, parts):
    assert str(format_apa(make_record(**parts))) == reference


def test_the_title_is_italic_or_the_name_of_the_newspaper():
    page = format_apa(make_record(title="题名"))
    article = format_apa(make_record(title="题名", publisher="某报", type=WorkType.NEWSPAPER))
    assert [run.text for run in page.runs if run.is_italic] == ["题名"]
    assert [run.text for run in article.runs if run.is_italic] == ["某报"]


@pytest.mark.parametrize(
    ("authors", "named"),
    [
        (["甲", "乙"], "甲 & 乙. "),
        (["甲", "乙", "丙"], "甲, 乙, & 丙. "),
        ([f"A{number}" for number in range(1, 22)], ", A19, . . . A21. "),
    ],
)
def test_several_authors_are_named_as_the_style_has_it(authors, named):
    assert named in str(format_apa(make_record(authors=authors)))


@given(records())
def test_no_part_leaves_its_punctuation_behind(record):
    reference = str(format_apa(record)).replace(record.address or "\0", "")
    assert not re.search(r"\.\.|\. \.|\(\)|\[\]|^[., ]|  |[,&] ?\.", reference)
    assert reference.count("(n.d.)") == (record.date is None)
    assert record.title in reference


def test_of_a_work_that_was_not_seen_the_list_has_the_one_in_which_it_is_quoted():
    source = make_record(title="某文", publisher="某网")
    record = make_record(title="某规划", type=WorkType.DOCUMENT, quoted_in=source)
    assert format_apa(record) == format_apa(source)


@pytest.mark.parametrize(
    ("parts", "source", "cited"),
    [
        ({}, {}, "(某规划, as cited in 某文, n.d.)"),
        ({"published": "2010-09"}, {"authors": ["甲", "乙"]}, "(某规划, 2010, as cited in 甲 & 乙, n.d.)"),
        (
            {"authors": ["某局"]},
            {"authors": ["甲", "乙", "丙"], "published": "2016-10-12"},
            "(某局, as cited in 甲 et al., 2016)",
        ),
        ({"title": "〔某件〕"}, {"published": "2012~"}, "([某件], as cited in 某文, ca. 2012)"),
    ],
)
def test_the_text_names_both(parts, source, cited):
    source = make_record(**{"title": "某文"} | source)
    record = make_record(**{"title": "某规划", "type": WorkType.DOCUMENT, "quoted_in": source} | parts)
    assert str(cite_apa(record)) == cited


def test_a_work_that_was_seen_is_named_with_its_year():
    assert str(cite_apa(make_record(authors=["甲"], published="2010-09"))) == "(甲, 2010)"
    assert str(cite_apa(make_record(title="某文"))) == "(某文, n.d.)"


def test_a_reprint_says_so_beside_its_own_date():
    parts = {"type": WorkType.DOCUMENT, "authors": ["某委"], "title": "某办法", "published": "2013-11-26"}
    record = make_record(**parts, url="https://example.org/a", is_reprint=True)
    assert str(format_apa(record)) == "某委. (2013, November 26). 某办法 [Reprint]. https://example.org/a"
