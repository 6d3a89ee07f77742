"""Entries of a bibliography by Chicago, 18th edition."""

import re

import pytest
from hypothesis import given

from tests.bibliographic_records import make_record, records
from timeline.values.bibliography.chicago import format_chicago
from timeline.values.bibliography.record import WorkType


@pytest.mark.parametrize(
    ("reference", "parts"),
    [
        (
            "某市编年. “关于某事的决定” [Decision on something]. 甬党〔2010〕14号. Last modified July 20, 2026. "
            "https://example.org/policies/a/.",
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
            "Google. “Privacy Policy.” Privacy & Terms, April 17, 2017. https://example.org/a.",
            {
                "authors": ["Google"],
                "publisher": "Privacy & Terms",
                "title": "Privacy Policy",
                "published": "2017-04-17",
                "accessed": "2026-07-21",
                "url": "https://example.org/a",
            },
        ),
        (
            "“某市开展试点” [Pilots begin]. Accessed July 21, 2026. http://a.cn/.",
            {
                "title": "某市开展试点",
                "title_en": "Pilots begin",
                "accessed": "2026-07-21",
                "url": "http://a.cn/",
            },
        ),
        (
            "陈缮真. “探索.” 人民日报, August 16, 2022.",
            {
                "type": WorkType.NEWSPAPER,
                "authors": ["陈缮真"],
                "title": "探索",
                "publisher": "人民日报",
                "published": "2022-08-16",
                "pages": "17",
            },
        ),
        (
            "人民日报. “何以探索？” August 16, 2022.",
            {
                "type": WorkType.NEWSPAPER,
                "title": "何以探索？",
                "publisher": "人民日报",
                "published": "2022-08-16",
            },
        ),
        (
            "彭守璋. 降水量数据集. Version 1.0. 某研究所, 2024. http://a.cn/.",
            {
                "type": WorkType.DATASET,
                "authors": ["彭守璋"],
                "title": "降水量数据集",
                "number": "V1.0",
                "publisher": "某研究所",
                "published": "2024",
                "url": "http://a.cn/",
            },
        ),
        (
            "李鸿章. “奏请.” 1887. 04-01-35-0399-039. 中国第一历史档案馆, 北京.",
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
            "某局. 进展报告 [Progress report]. 北京: 某出版社, 2012.",
            {
                "type": WorkType.REPORT,
                "authors": ["某局"],
                "title": "进展报告",
                "title_en": "Progress report",
                "publisher": "某出版社",
                "place": "北京",
                "published": "2012",
            },
        ),
        (
            "某网文章 [Article]. August 2010.",
            {"title": "〔某网文章〕", "title_en": "[Article]", "published": "2010-08"},
        ),
    ],
)
def test_an_entry_has_the_parts_of_the_style_in_their_order(reference, parts):
    assert str(format_chicago(make_record(**parts))) == reference


def test_the_title_of_a_whole_is_italic_and_so_is_the_name_of_a_newspaper():
    report = format_chicago(make_record(title="题名", type=WorkType.REPORT))
    article = format_chicago(make_record(title="题名", publisher="某报", type=WorkType.NEWSPAPER))
    assert [run.text for run in report.runs if run.is_italic] == ["题名"]
    assert [run.text for run in article.runs if run.is_italic] == ["某报"]


@pytest.mark.parametrize(
    ("authors", "named"),
    [
        (["甲", "乙"], "甲 and 乙. "),
        (["甲", "乙", "丙"], "甲, 乙, and 丙. "),
        ([*"甲乙丙丁戊己庚"], "甲, 乙, 丙, et al. "),
    ],
)
def test_several_authors_are_named_as_the_style_has_it(authors, named):
    assert str(format_chicago(make_record(authors=authors))).startswith(named)


@given(records())
def test_no_part_leaves_its_punctuation_behind(record):
    reference = str(format_chicago(record)).replace(record.address or "\0", "")
    assert reference.endswith(".") or reference.endswith(".”")
    assert not re.search(r"\.\.|\. \. |\[\]|“”|^[.,: ]|  |[,:] ?\.", reference)
    assert record.title in reference


def test_a_work_that_was_not_seen_is_named_with_the_one_in_which_it_is_quoted():
    source = make_record(title="某文", publisher="某网", published="2016", url="http://a.cn/")
    record = make_record(title="某规划", title_en="Plan", type=WorkType.DOCUMENT, quoted_in=source)
    assert str(format_chicago(record)) == "某规划 [Plan]. Quoted in 某网. “某文.” 2016. http://a.cn/."


def test_a_reprint_says_so_beside_its_own_date():
    parts = {"type": WorkType.DOCUMENT, "authors": ["某委"], "title": "某办法", "published": "2013-11-26"}
    record = make_record(**parts, url="https://example.org/a", is_reprint=True)
    assert str(format_chicago(record)) == "某委. 某办法. Reprint. November 26, 2013. https://example.org/a."
