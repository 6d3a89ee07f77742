"""Dates that a table tells by that of the document."""

import pytest

from tests.factories import make_chronicle
from tests.foreign_tables import import_proposed, policies, proposed, texts
from timeline.exchange.mapping.issue_dates import columns_of_issue, date_in_force
from timeline.models import Policy
from timeline.rows.tables import TABLES

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

POLICIES = TABLES["policies"]
HEADER = ("文件名称", "成文日期", "公布日期", "施行日期")


@pytest.mark.parametrize(
    "text",
    [
        "自印发之日起施行",
        "自印发之日起",
        "印发之日起实施",
        "本办法自印发之日起施行。",
        "即日起施行",
        "同印发日期",
        "自 印发之日起 施行",
    ],
)
def test_the_day_of_the_document_is_meant(text):
    assert columns_of_issue(POLICIES, "effective_from", text) == ("issued", "published_on")


@pytest.mark.parametrize("text", ["自发布之日起施行", "自公布之日起", "同公布日期"])
def test_the_day_of_the_publication_is_meant(text):
    assert columns_of_issue(POLICIES, "effective_from", text) == ("published_on", "issued")


@pytest.mark.parametrize(
    "text", ["", "2021年6月10日", "自印发之日起30日后施行", "自批准之日起施行", "自2021年6月10日起施行"]
)
def test_no_other_day_is_guessed(text):
    assert columns_of_issue(POLICIES, "effective_from", text) == ()


def test_other_dates_do_not_depend_on_the_document():
    assert columns_of_issue(POLICIES, "issued", "自印发之日起") == ()
    assert columns_of_issue(TABLES["milestones"], "date", "自印发之日起") == ()


def test_the_date_of_the_row_is_proposed_and_keeps_the_words_of_the_table():
    make_chronicle(city="宁波")
    rows = [
        ("关于甲的意见", "2021年6月10日", "", "自印发之日起施行"),
        ("关于乙的意见", "2022年7月1日", "", "自印发之日起施行"),
        ("关于丙的意见", "2022年7月1日", "2022年7月5日", "自公布之日起施行"),
    ]
    report = import_proposed(policies(*rows, header=HEADER))
    asked = [one for one in report.questions if one.subject.startswith("自")]
    assert [(one.text, one.rows, one.answer) for one in asked] == [
        (
            "“自印发之日起施行” in the column “施行日期” is read as the date in “成文日期” of the same row.",
            2,
            "column/issued",
        ),
        (
            "“自公布之日起施行” in the column “施行日期” is read as the date in “公布日期” of the same row.",
            1,
            "column/published_on",
        ),
    ]
    assert [str(one.effective_from) for one in Policy.objects.order_by("title")] == [
        "2022-07-05（自公布之日起施行）",
        "2022-07-01（自印发之日起施行）",
        "2021-06-10（自印发之日起施行）",
    ]


def test_the_cell_may_be_left_empty_or_be_the_other_date():
    make_chronicle(city="宁波")
    table = policies(("关于甲的意见", "2021年6月10日", "2021年6月20日", "自印发之日起"), header=HEADER)
    (key,) = (
        one.key for one in import_proposed(table, _dry_run=True).questions if one.subject == "自印发之日起"
    )
    for answer, date in (("empty", None), ("column/published_on", "2021-06-20（自印发之日起）")):
        import_proposed(table, answers={key: answer})
        found = Policy.objects.get().effective_from
        assert (found and str(found)) == date
        Policy.objects.all().delete()


def test_a_row_without_a_date_of_the_document_is_an_error_that_says_what_would_be_right():
    make_chronicle(city="宁波")
    report = import_proposed(policies(("关于甲的意见", "", "", "自印发之日起"), header=HEADER))
    (error,) = texts(report.problems)
    assert "“自印发之日起” depends on the date of the document." in error
    assert not Policy.objects.exists()


def test_a_date_of_the_document_that_is_asked_about_is_no_error_of_the_other():
    make_chronicle(city="宁波")
    table = policies(("关于甲的意见", "21年6月10日", "", "自印发之日起"), header=HEADER)
    report = import_proposed(table)
    assert [one.subject for one in report.questions] == ["21年6月10日"]
    assert texts(report.problems) == texts(one.problem for one in report.questions)
    (key,) = (one.key for one in report.questions)
    import_proposed(table, answers={key: "2021-06-10"})
    assert str(Policy.objects.get().effective_from) == "2021-06-10（自印发之日起）"


def test_another_date_than_the_one_that_the_words_name_is_asked_about():
    make_chronicle(city="宁波")
    table = policies(("关于甲的意见", "2021年6月10日", "", "自发布之日起"), header=HEADER)
    report = import_proposed(table)
    assert [(one.text, one.answer) for one in report.questions] == [
        ("“自发布之日起” in the column “施行日期”: is the date in “成文日期” of the same row meant?", "")
    ]
    assert not Policy.objects.exists()


def test_a_date_that_may_follow_from_another_answer_is_not_asked_about_before():
    make_chronicle(city="宁波")
    table = policies(("关于甲的意见", "21年6月10日", "2021年6月20日", "自印发之日起"), header=HEADER)
    assert [one.subject for one in import_proposed(table).questions] == ["21年6月10日"]


def test_the_own_words_of_the_date_stay():
    make_chronicle(city="宁波")
    import_proposed(policies(("关于甲的意见", "2021-06-10（存疑）", "", "自印发之日起"), header=HEADER))
    assert str(Policy.objects.get().effective_from) == "2021-06-10（存疑；自印发之日起）"


def test_the_header_of_the_date_is_known():
    columns = {
        one.name: one.column
        for one in proposed(policies(("关于甲的意见", "", "", ""), header=HEADER)).sheets[0].columns
    }
    assert columns["施行日期"] == "effective_from"


@pytest.mark.parametrize(
    ("text", "edtf"),
    [
        ("自2020年6月1日起施行", "2020-06-01"),
        ("2020年6月1日起正式实施", "2020-06-01"),
        ("本办法自二〇二〇年六月一日起生效。", "2020-06-01"),
        ("自2021年1月起执行", "2021-01"),
    ],
)
def test_the_day_on_which_a_document_takes_effect_is_read_with_its_words(text, edtf):
    date = date_in_force(POLICIES, "effective_from", text)
    assert (date.edtf, date.words) == (edtf, text)
    assert date_in_force(POLICIES, "issued", text) is None


@pytest.mark.parametrize(
    "text", ["2016.1起施行", "自印发之日起施行", "2013年1月至3月试行", "2020年6月1日", "施行"]
)
def test_what_names_no_day_of_effect_is_read_as_any_date(text):
    assert date_in_force(POLICIES, "effective_from", text) is None


def test_a_day_of_effect_is_imported_with_its_words():
    make_chronicle(city="宁波")
    import_proposed(policies(("关于甲的意见", "2020年5月8日", "", "自2020年6月1日起施行"), header=HEADER))
    assert str(Policy.objects.get().effective_from) == "2020-06-01（自2020年6月1日起施行）"
