"""Written forms that say more than the date that they stand for: their words are kept beside it."""

import calendar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.dates import partial_dates
from timeline.values.partial_date import MAX_WORDS, PartialDate, PartialDateError

parse = PartialDate.parse

WORDS = {
    "2015年底": "2015",
    "2015年年底": "2015",
    "二〇一五年年底": "2015",
    "2015年末": "2015",
    "2015年终": "2015",
    "2015年初": "2015",
    "2015年中": "2015",
    "2015岁末": "2015",
    "2015年底左右": "2015~",
    "2015年6月底": "2015-06",
    "2015年6月初": "2015-06",
    "2013年1月上旬": "2013-01-01/2013-01-10",
    "2013年1月中旬": "2013-01-11/2013-01-20",
    "2013年1月下旬": "2013-01-21/2013-01-31",
    "2016年2月下旬": "2016-02-21/2016-02-29",
    "2015-12上旬": "2015-12-01/2015-12-10",
    "2013年1月中下旬": "2013-01-11/2013-01-31",
    "2015年6月上半月": "2015-06-01/2015-06-15",
    "2015年6月下半月": "2015-06-16/2015-06-30",
    "二〇一三年一月下旬": "2013-01-21/2013-01-31",
    "2013年前三季度": "2013-01/2013-09",
    "“十二五”": "2011/2015",
    "十二五": "2011/2015",
    "“十二五”期间": "2011/2015",
    "“十二五”时期": "2011/2015",
    "「十四五」规划期": "2021/2025",
    "'十三五'": "2016/2020",
    "“十五”": "2001/2005",
    "“十五五”": "2026/2030",
    "“九五”": "1996/2000",
    "“一五”": "1953/1957",
    "“二五”": "1958/1962",
    "“三五”": "1966/1970",
    "“十三五”末": "2020",
    "“十三五”期末": "2020",
    "“十三五”时期末": "2020",
    "“十三五”收官之年": "2020",
    "“十三五”初": "2016",
    "“十三五”开局之年": "2016",
    "1990年代": "1990/1999",
    "一九九〇年代": "1990/1999",
    "20世纪90年代": "1990/1999",
    "二十世纪九十年代": "1990/1999",
    "1990年代初": "1990/1999",
    "2021年起": "2021/..",
    "自2021年起": "2021/..",
    "2021年以来": "2021/..",
    "2013年1月28日起": "2013-01-28/..",
    "2021年底起": "2021/..",
    "“十三五”以来": "2016/..",
    "2015年底至2016年初": "2015/2016",
    "2013年1月下旬至2月上旬": "2013-01-21/2013-02-10",
    "“十二五”至“十三五”": "2011/2020",
}


@pytest.mark.parametrize("text", WORDS)
def test_the_words_are_kept_beside_the_date_and_displayed(text):
    date = parse(text)
    assert date.edtf == WORDS[text]
    assert (date.words, str(date)) == (text, f"{WORDS[text]}（{text}）")
    assert date.display() == text
    assert parse(str(date)) == PartialDate.load(str(date)) == date


@pytest.mark.parametrize(
    "text", ["2013年1月", "2021年至今", "2013年1月28日（星期一）", "约2012年", "2016年上半年", "201609"]
)
def test_a_form_that_says_no_more_than_the_date_is_not_kept(text):
    assert parse(text).words == ""


def test_words_are_cleaned_like_any_text():
    assert parse(" “十三五”\u00a0期间\u200b ").words == "“十三五” 期间"


@pytest.mark.parametrize(
    ("text", "canonical", "displayed"),
    [
        ("2015（2015年底）", "2015（2015年底）", "2015年底"),
        ("2015 (2015年底)", "2015（2015年底）", "2015年底"),
        ("2015年（年底）", "2015（年底）", "2015年（年底）"),
        ("2014（2015年前）", "2014（2015年前）", "2014年（2015年前）"),
        ("2015年6月（2015年夏）", "2015-06（2015年夏）", "2015年6月（2015年夏）"),
        ("2020年底（“十三五”末）", "2020（2020年底（“十三五”末））", "2020年底（“十三五”末）"),
        ("2015-12（2015年底）", "2015-12（2015年底）", "2015年底"),
        ("2021/..（自2021年起）", "2021/..（自2021年起）", "自2021年起"),
        ("2015（2015年）", "2015", "2015年"),
        ("2013-01（二〇一三年一月）", "2013-01", "2013年1月"),
    ],
)
def test_words_may_be_written_in_brackets_after_a_date(text, canonical, displayed):
    date = parse(text)
    assert (str(date), date.display()) == (canonical, displayed)
    assert parse(canonical) == date


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("2016（2015年底）", "“2015年底” means 2015, not 2016. Correct the date or the words."),
        ("2011/2015（“十三五”期间）", "‘十三五’期间” means 2016/2020, not 2011/2015."),
        (
            f"2015（{'底' * (MAX_WORDS + 1)}）",
            f"have {MAX_WORDS + 1} characters; they may have {MAX_WORDS} at most.",
        ),
        ("2015（年\ufffd）", "the text was damaged"),
        ("2015（<b>年底</b>）", "HTML is not understood here"),
        ("去年（2015年）", "“去年” depends on when it was written."),
    ],
)
def test_words_that_cannot_be_kept_are_refused(text, sentence):
    with pytest.raises(PartialDateError) as refusal:
        parse(text)
    assert sentence in str(refusal.value)


def test_words_are_not_checked_again_when_they_are_loaded():
    assert PartialDate.load("2016（2015年底）").words == "2015年底"


def test_words_are_displayed_in_the_script_of_the_page_and_not_in_english():
    date = parse("“十三五”规划期末")
    assert date.display("zh-hant") == "「十三五」規劃期末"
    assert date.display("en") == "2020"
    assert parse("1990年代").display("en") == "1990–1999"


def test_dates_differ_by_their_words():
    assert parse("2015年底") != parse("2015年末")
    assert parse("2015年底").without_words == parse("2015")


@given(st.integers(1000, 9999), st.integers(1, 12), st.sampled_from("上中下"))
def test_the_thirds_of_a_month_are_all_of_it(year, month, third):
    date = parse(f"{year}年{month}月{third}旬")
    first = {"上": 1, "中": 11, "下": 21}[third]
    last = {"上": 10, "中": 20, "下": calendar.monthrange(year, month)[1]}[third]
    assert (date.start.day, date.end.day) == (first, last)
    assert parse(f"{year}年{month}月").contains(date)


@given(partial_dates(), st.text(alphabet="年底末初旬（）()十三五 “”期间约前2015", min_size=1, max_size=20))
def test_any_words_are_read_back_or_refused(date, words):
    try:
        read = parse(f"{date.edtf}（{words}）")
    except PartialDateError:
        return
    assert read.without_words == date
    assert parse(str(read)) == read == PartialDate.load(str(read))


@pytest.mark.parametrize(
    ("text", "canonical"),
    [("2013年1月份", "2013-01"), ("二〇一三年一月份", "2013-01"), ("2013年1月份至3月份", "2013-01/2013-03")],
)
def test_a_month_is_also_called_a_part_of_the_year(text, canonical):
    assert str(parse(text)) == canonical


@pytest.mark.parametrize(
    "text",
    [
        *(
            "2021年6月10",
            "2021.6.10.",
            "2021-06-10。",
            "2021年6月10日，",
            "2021年6月10号",
            "2021.06.10日",
            "2021.6月10日",
        ),
        "2021-06-10日",
    ],
)
def test_a_day_without_its_sign_or_with_a_mark_behind_it_is_read(text):
    assert str(parse(text)) == "2021-06-10"


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("2013年1月28-30日", "2013-01-28/2013-01-30"),
        ("2021年6月，", "2021-06"),
        ("2013年1-3月", "2013-01/2013-03"),
    ],
)
def test_other_dates_are_read_as_before(text, canonical):
    assert str(parse(text)) == canonical


@pytest.mark.parametrize("text", ["2021年6-10", "2021年6.10", "2021、6、10", "2013年1月5-6月"])
def test_a_number_that_may_be_a_month_or_a_day_is_not_guessed(text):
    with pytest.raises(PartialDateError):
        parse(text)
