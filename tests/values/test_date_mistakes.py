"""Each kind of mistake in a date has a sentence of its own, which tells what would be right."""

import pytest

from timeline.values.partial_date import PartialDate, PartialDateError

MISTAKES = {
    "stands for no date. Leave the date empty": ("无", "—", "/", "N/A", "暂无", "不详", "待定", "日期不详", "?", "None", "——", "…"),
    "says only before or after what it was, and nothing is guessed.": (
        *("2015年前", "2015年后", "2013年以后", "2015年底前", "2015年之前", "2015年以前", "2015年6月前", "2015年底以前"),
        *("2015年3月31日前", "1990年代后", "2013年1月下旬前"),
    ),
    "depends on the date of the document.": ("自印发之日起", "自公布之日起施行"),
    "depends on the date of the document and a period.": ("自发布之日起30日后施行", "自公布之日起三个月后施行", "印发之日起满15个工作日施行"),
    "tells only until when.": ("截至2015年底", "至2015年6月", "到2020年", "截止2015年三月底", "截止到2015-03-31"),
    "has no year. Write the year": (
        *("9月26日", "9月", "1月至3月", "1月下旬", "年底", "年初", "9.26", "3月底", "9月26"),
    ),
    "belongs to the lunar calendar.": ("2015年正月", "农历2015年三月", "2015年腊月", "二〇一三年三月廿日", "2015年初一"),
    "depends on when it was written.": ("去年", "近日", "今年3月", "上世纪90年代", "本世纪初", "本月", "日前", "同年9月"),
    "has a letter among its figures.": ("2o19年9月", "2O19", "20l9-09"),
    "ends with a number alone.": ("2019年10", "2019年9"),
    "leaves out the century.": ("13年1月", "’98年", "一三年", "13年"),
    "does not tell the century.": ("90年代", "九十年代", "90年代初"),
    "has a time of day. Write the day alone: 2016-09-26.": (
        *("2016-09-26 14:30", "2016-09-26T10:00:00", "2016-09-26 00:01", "2016-09-26 下午12:00:00"),
    ),
    "is a month in English.": ("Sep-16", "26 September 2016", "Sept. 2016"),
    "it is not certain which number is the day": ("26/9/2016", "09-10-2016", "9/10/16"),
    "names several dates. Write one": ("2013、2014年", "2013年1月、3月", "2013-01-01、2013-02-01", "2013年1月28日和30日"),
    "counts years in another way.": ("民国三十八年", "公元前221年"),
    "is no part of a date.": ("2016年9月26日起施行", "2016年9月印发", "2016年9月26日公布"),
    "says no definite date.": (
        *("2015年春", "2015年冬季", "2015年国庆前后", "2015年春节", "2015年6月3日前后两天", "“十三五”中期"),
        *("近年来", "近年", "近几年", "近三年来", "近期", "2015年近期"),
        *("20世纪初", "2015年中秋", "2015年间", "2015年初步", "季末"),
    ),
    "was a 星期": ("2013年1月28日（星期二）", "2013-01-28 周日"),
    "is not a date. Write it as far": ("soon", "160926", "2013年第二十二周", "五", "2013 or 2014"),
}  # fmt: skip


@pytest.mark.parametrize(
    ("sentence", "text"), [(key, text) for key, texts in MISTAKES.items() for text in texts]
)
def test_each_kind_of_mistake_has_its_sentence(sentence, text):
    with pytest.raises(PartialDateError) as refusal:
        PartialDate.parse(text)
    assert sentence in str(refusal.value)
    assert [other for other in MISTAKES if other in str(refusal.value)] == [sentence]


@pytest.mark.parametrize(
    ("text", "example"),
    [
        ("15年3月", "2015年3月"),
        ("’98年", "1998年"),
        ("一三年", "2013年"),
        ("2o19年9月", "2019年9月"),
        ("20l9-09", "2019-09"),
        ("2019年10", "2019年10月"),
    ],
)
def test_what_would_be_right_is_shown_with_the_figures_of_the_text(text, example):
    with pytest.raises(PartialDateError) as refusal:
        PartialDate.parse(text)
    assert f" {example}" in str(refusal.value)
    assert PartialDate.parse(example)


@pytest.mark.parametrize(
    ("text", "word", "example"),
    [
        ("2015年春", "春", "2015（2015年春）"),
        ("2015年6月3日前后两天", "前后", "2015-06（2015年6月3日前后两天）"),
        ("2015年国庆前后", "国庆", "2015（2015年国庆前后）"),
    ],
)
def test_a_word_that_says_no_definite_date_is_named_with_what_would_be_right(text, word, example):
    with pytest.raises(PartialDateError, match=f"^“{word}” says no definite date.* {example}\\.$"):
        PartialDate.parse(text)
    assert str(PartialDate.parse(example)) == example


@pytest.mark.parametrize("text", ["截至2015年底", "到2020年", "至2015年6月"])
def test_a_bound_is_accepted_as_its_sentence_says(text):
    with pytest.raises(PartialDateError) as refusal:
        PartialDate.parse(text)
    example = str(refusal.value).partition("after it: ")[2].partition(";")[0]
    assert example == f"{text.lstrip('截至到')}（{text}）"
    assert text in PartialDate.parse(example).words


def test_where_there_is_no_year_none_is_proposed():
    with pytest.raises(
        PartialDateError, match="^“季末” says no definite date. Write the year or the month if the source"
    ):
        PartialDate.parse("季末")


@pytest.mark.parametrize(("text", "word"), [("今年3月", "今年"), ("13年1月", "13年"), ("90年代初", "90年代")])
def test_the_word_that_is_wrong_is_named(text, word):
    with pytest.raises(PartialDateError, match=f"^“{word}” "):
        PartialDate.parse(text)


@pytest.mark.parametrize(
    ("text", "example"),
    [
        ("2013年5、6月", "2013-05/2013-06"),
        ("2013年1月28日和30日", "2013-01-28/2013-01-30"),
        ("2013、2014年", "2013/2014"),
        ("2013年12月及2014年1月", "2013-12/2014-01"),
        ("2013年6、5月", "2013-01/2013-03"),
        ("2013年1月、3月、5月", "2013-01/2013-03"),
    ],
)
def test_two_dates_are_shown_as_one_from_the_first_to_the_last(text, example):
    with pytest.raises(PartialDateError) as error:
        PartialDate.parse(text)
    assert f": {example}." in str(error.value)


@pytest.mark.parametrize(
    ("text", "example"),
    [
        ("1月下旬", "2013年1月下旬"),
        ("一月下旬", "2013年一月下旬"),
        ("年初", "2013年初"),
        ("月底", "2013年1月底"),
        ("中旬", "2013年1月中旬"),
        ("9月26日", "2013年9月26日"),
        ("1月至3月", "2013年1月至3月"),
    ],
)
def test_what_has_no_year_is_shown_with_one(text, example):
    with pytest.raises(PartialDateError, match=f": {example}\\.$"):
        PartialDate.parse(text)
    assert PartialDate.parse(example)


@pytest.mark.parametrize(
    ("text", "example"),
    [
        ("2013年3月至1月", "2013年3月至2014年1月"),
        ("2013年10月至3月底", "2013年10月至2014年3月底"),
        ("2013年10月28日—3月3日", "2013年10月28日至2014年3月3日"),
    ],
)
def test_an_end_before_the_start_is_said_and_shown_in_the_next_year(text, example):
    with pytest.raises(PartialDateError, match=f"ends before it starts.*{example}"):
        PartialDate.parse(text)
    assert PartialDate.parse(example)
