"""Tables of an office beside the real content: offices by name, rows without slugs, policies that are there already."""

import pytest

from tests.factories import ROOT, make_organization, make_user
from tests.foreign_tables import case, import_proposed
from timeline.exchange.importing.import_files import import_files
from timeline.exchange.mapping.questions import unanswered
from timeline.exchange.readers.sources import Upload
from timeline.models import Policy

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@pytest.fixture(scope="module")
def content(module_records):
    """The content, imported once for all tests of this file."""
    report = import_files([ROOT / "fixtures" / "ningbo"], by=make_user(username="content"), publish=True)
    assert report.problems == []


def upload(text: str) -> Upload:
    return Upload("政策.csv", "\n".join(line.strip() for line in text.strip().splitlines()).encode())


def policies() -> dict[str, Policy]:
    return {policy.slug: policy for policy in Policy.objects.all()}


def test_issuers_are_found_by_title_and_other_names(content):
    report = import_proposed(
        upload(
            """
            题名,文种,发文机关,成文日期
            关于甲的意见,意见,宁波市人民政府,2016
            关于乙的意见,意见,市委、市政府,2016
            关于丙的意见,意见,中共宁波市委宁波市人民政府,2016
            关于丁的意见,意见,Ningbo-Government,2016
            """
        )
    )
    assert report.problems == report.questions == []
    found = policies()
    issuers = [
        {*found[f"guan-yu-{word}-de-yi-jian"].issuers.values_list("slug", flat=True)}
        for word in ("jia", "yi", "bing", "ding")
    ]
    both = {"cpc-ningbo-committee", "ningbo-government"}
    assert issuers == [{"ningbo-government"}, both, both, {"ningbo-government"}]


def test_serial_numbers_become_no_addresses(content):
    report = import_proposed(
        upload(
            """
            网址标识,题名,文种,成文日期
            1,关于甲的意见,意见,2016
            2,关于乙的意见,意见,2016
            """
        )
    )
    assert report.problems == []
    assert {"guan-yu-jia-de-yi-jian", "guan-yu-yi-de-yi-jian"} <= policies().keys()
    assert [notice for notice in report.notices if "bare numbers" in notice.message] == []


def test_a_policy_that_is_there_is_known_without_a_slug(content):
    table = upload(
        """
        题名,文种,发文字号,成文日期
        宁波市人民政府关于推进大数据发展的实施意见,实施意见,甬政发〔2016〕98号,2016-09-26
        """
    )
    report = import_proposed(table)
    (question,) = report.questions
    assert question.answer == "record/big-data-opinion"
    assert report.problems == []
    assert report.counts["policies"].keys() <= {"unchanged", "changed"}


def test_duplicates_are_asked_for_once_and_not_warned_of_again(content):
    table = upload(
        """
        题名,文种,发文字号,成文日期
        宁波市人民政府关于推进大数据发展的实施意见,实施意见,甬政发〔2016〕98号,2016-09-26
        关于丙的决定,决定,甬党〔2010〕99号,2010
        关于丙的决定,决定,甬党〔2010〕99号,2010
        """
    )
    report = import_proposed(table)
    twins, record = sorted(report.questions, key=lambda one: one.key, reverse=True)
    assert (twins.rows, twins.answer) == (2, "")
    assert len(report.problems) == 1
    assert "big-data-opinion" in record.answer
    answered = import_proposed(table, answers={twins.key: "separate", record.key: "new"})
    assert answered.problems == []
    assert answered.counts["policies"]["new"] == 3
    assert [notice for notice in answered.notices if "Perhaps a duplicate" in notice.message] == []


def test_next_years_table_updates_what_this_years_made(content):
    first = upload("题名,文种,发文字号,成文日期\n关于甲的意见,意见,甬政发〔2016〕98号,2016")
    assert import_proposed(first).problems == []
    second = upload(
        "题名,文种,发文字号,成文日期\n关于甲的意见,意见,甬政发〔2016〕98号,2016-09-26\n关于乙的意见,意见,,2017"
    )
    # It is asked whether the file, which has the name of the former one, is a corrected version of that.
    questions = import_proposed(second, _dry_run=True).questions
    (question,) = [each for each in questions if each.key.startswith("record/sources")]
    report = import_proposed(second, answers={question.key: "new"})
    assert report.problems == []
    assert report.counts["policies"] == {"changed": 1, "new": 1}


def test_no_row_of_a_table_of_the_government_is_a_second_copy_in_silence(content):
    report = import_proposed(case("70"), _dry_run=True)
    asked = {question.subject for question in report.questions if question.kind == "record"}
    assert asked >= {
        "中共宁波市委 宁波市人民政府关于建设智慧城市的决定",
        "宁波市加快创建智慧城市行动纲要（2011—2015）",
        "宁波市智慧城市发展“十三五”规划",
    }


def test_offices_of_a_table_of_the_government_that_tell_the_city_are_no_open_questions(content):
    for title, aliases in (("发展和改革委员会", "发改委；市发改委"), ("经济和信息化局", "经信委；市经信委")):
        make_organization(title=f"宁波市{title}", aliases=aliases)
    report = import_proposed(case("70"), _dry_run=True)
    still_open = unanswered(report.questions)
    assert {"市发改委", "市经信委"}.isdisjoint(question.subject for question in still_open)
    assert len(still_open) <= 10
