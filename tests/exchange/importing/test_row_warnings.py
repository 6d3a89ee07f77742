"""Warnings of duplicates, serial numbers as slugs and lost characters; the rows are still imported."""

import io
import json
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories import (
    CONTENT,
    OTHER_CONTENT,
    make_area,
    make_designation,
    make_editor,
    make_goal,
    make_milestone,
    make_organization,
    make_policy,
    make_source,
    make_topic,
)
from tests.forms import fields_of
from timeline.editing.revisions import reload, table_of_record
from timeline.editing.working_copies import save_working_copy
from timeline.exchange.importing.import_files import import_files
from timeline.exchange.importing.row_warnings import MAX_LISTED, MAX_NAMED
from timeline.exchange.readers.sources import Upload
from timeline.models import Goal, ImportBatch, Milestone, PilotDesignation, Policy, Source
from timeline.models.chunks import CHUNK_SIZE

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def notices(name, text, **options):
    report = import_files([Upload(name, text.encode())], **options)
    assert [str(problem) for problem in report.problems] == []
    return [notice.message for notice in report.notices]


def duplicate(slug, columns):
    models = (Policy, PilotDesignation, Milestone, Goal, Source)
    (record,) = (record for model in models for record in model.objects.filter(slug=slug))
    return (
        f"Perhaps a duplicate: “{record.title}” (slug “{slug}”) is there already and has the same {columns}. "
        "If it is the same, write its slug."
    )


def test_the_slug_that_a_working_copy_gives_is_no_other_record():
    policy = make_policy(slug="there", title="关于甲的意见", published=True)
    entry = reload(policy)
    row = table_of_record(entry).whole_row_of(entry) | {"slug": "there-2010"}
    save_working_copy(entry, row, by=make_editor())
    text = "slug,title,document_type\nthere-2010,关于乙的意见,opinions\nthere,关于甲的意见,\n"
    assert notices("policies.csv", text) == [
        "Perhaps a duplicate: a working copy in the admin gives “关于甲的意见” this slug. If it is the same, write its slug,"
        " “there”, or publish the working copy first."
    ]


@pytest.mark.parametrize(
    ("title", "number", "columns"),
    [
        ("关于甲的意见", "", "title"),
        ("《关于甲的意见》", "", "title"),
        ("关于 甲 的意见", "", "title"),
        ("别的意见", "甬党[2010]14号", "document number"),
        ("关于甲的意见", "甬党〔2010〕14号", "document number, title"),
    ],
)
def test_a_policy_is_recognised_by_its_title_and_by_its_number(title, number, columns):
    make_policy(slug="there", title="关于甲的意见", document_number="甬党〔2010〕14号", date="2010")
    text = f"slug,title,document_number,document_type,date\nnew,{title},{number},opinions,2010\n"
    assert duplicate("there", columns) in notices("policies.csv", text)
    assert Policy.objects.filter(slug="new").exists()


@pytest.mark.parametrize(
    ("date", "is_told"), [("2013-01", True), ("2013", True), ("", True), ("2014", False)]
)
def test_an_event_is_recognised_by_its_title_unless_the_dates_differ(date, is_told):
    make_milestone(slug="there", title="智慧城市博览会", date="2013-01")
    expected = [duplicate("there", "title")] if is_told else []
    assert notices("milestones.csv", f"slug,title,date\nnew,智慧城市博览会,{date}\n") == expected


@pytest.mark.parametrize(
    ("there", "new", "is_told"),
    [
        ({"date": "2013-02"}, "2014-02,,", False),
        ({"date": "2013-02"}, "2013-11,,", True),
        ({"date": "2013"}, ",2014-01-20,", False),
        ({"issued": "2013-12"}, ",,2013-12-31", True),
        ({"effective_from": "2013"}, "2014,,", True),
        ({"date": "2013"}, ",,", True),
        ({}, "2014,,", True),
        ({}, ",,", True),
    ],
)
def test_a_report_of_every_year_is_told_apart_by_its_year_and_where_one_has_no_date_it_is_not(
    there, new, is_told
):
    make_policy(slug="there", title="政府工作报告", **there)
    text = f"slug,title,document_type,date,issued,published_on\nnew,政府工作报告,report,{new}\n"
    assert notices("policies.csv", text) == ([duplicate("there", "title")] if is_told else [])


def test_goals_and_pilots_are_recognised_too():
    make_goal(slug="goal", title="光纤入户")
    make_designation(slug="pilot", title="国家试点", designee=make_area(slug="ningbo"))
    assert notices("goals.csv", "slug,title\nnew,光纤入户\n") == [duplicate("goal", "title")]
    text = "slug,title,programme,designee\nnew-pilot,国家试点,试点,ningbo\n"
    assert notices("pilot_designations.csv", text) == [duplicate("pilot", "title")]


@pytest.mark.parametrize(
    "row",
    ["解读,http://www.ningbo.gov.cn/a/", "〔别的〕,https://ningbo.gov.cn/a"],
)
def test_a_source_is_recognised_by_its_address(row):
    make_source(slug="there", title="政策解读", url="https://www.ningbo.gov.cn/a")
    assert notices("sources.csv", f"slug,title,url\nnew,{row}\n") == [duplicate("there", "address")]


def test_rows_of_one_import_are_compared_with_each_other():
    text = "slug,title\na,启动\nb,启动\n"
    assert notices("milestones.csv", text) == [
        "Perhaps a duplicate: the row “启动” (slug “a”) of this import has the same title."
    ]


def test_a_record_that_is_given_the_title_of_another_is_warned_of():
    make_milestone(slug="there", title="启动")
    make_milestone(slug="other", title="别的")
    assert notices("milestones.csv", "slug,title\nother,启动\n") == [duplicate("there", "title")]


def test_the_same_file_again_brings_no_warning():
    text = "slug,title\na,启动\nb,启动\n"
    notices("milestones.csv", text)
    assert notices("milestones.csv", text) == []
    make_milestone(slug="c", title="启动")
    assert notices("milestones.csv", "slug,title,date\na,启动,2013\n") == []


@pytest.mark.long
def test_a_whole_chronicle_brings_no_warning():
    assert [str(notice) for notice in import_files([CONTENT]).notices] == []
    assert [str(notice) for notice in import_files([OTHER_CONTENT]).notices] == []


def test_of_many_warnings_the_first_are_listed_and_the_others_counted():
    count = MAX_LISTED + 5
    text = "slug,title\n" + "".join(f"a-{number},启动\n" for number in range(count + 1))
    found = notices("milestones.csv", text)
    assert len(found) == MAX_LISTED + 1
    assert found[-1] == "5 more rows of this table have such warnings."


def test_the_warnings_cost_one_query_however_many_rows_there_are():
    def queries(count):
        text = "slug,title\n" + "".join(
            f"m{count}-{number},大事{count}-{number}\n" for number in range(count)
        )
        with CaptureQueriesContext(connection) as found:
            notices("milestones.csv", text, dry_run=True)
        return [query for query in found if re.match(r'SELECT "timeline_entry"."date"', query["sql"])]

    make_milestone()
    # On PostgreSQL these rows are read with a server-side cursor, which is not captured.
    count = 1 if connection.vendor == "sqlite" else 0
    assert len(queries(1)) == len(queries(CHUNK_SIZE + 10)) == count


@pytest.mark.parametrize(
    ("slug", "is_told"), [("1", True), ("12", True), ("2016", True), ("plan-1", False), ("5g", False)]
)
def test_a_new_slug_that_is_a_bare_number_is_warned_of(slug, is_told):
    found = notices("topics.csv", f"slug,title\n{slug},题\n")
    assert bool(found) is is_told
    assert notices("topics.csv", f"slug,title\n{slug},另题\n") == []  # no new slug


def test_many_bare_numbers_are_one_warning():
    text = "slug,title\n" + "".join(f"{number},题{number}\n" for number in range(1, 9))
    (found,) = notices("topics.csv", text)
    assert found.startswith(
        "The slugs of new records are bare numbers: 1, 2, 3, 4, 5 …. They become permanent"
    )


@pytest.mark.parametrize(
    ("title", "is_told"),
    [("关于??城市的意见", True), ("???城市", True), ("?5", True), ("何谓智慧城市?", False)],
)
def test_question_marks_beside_chinese_may_be_lost_characters(title, is_told):
    found = notices("topics.csv", f"slug,题名\na,{title}\n")
    assert found == (
        [f"Question marks in the column 题名 may stand for lost characters: “{title}”."] if is_told else []
    )


def test_the_command_prints_warnings_and_imports(folder):
    make_milestone(slug="there", title="启动")
    err = io.StringIO()
    call_command(
        "import_content", folder(milestones="- {slug: new, title: 启动}"), stdout=io.StringIO(), stderr=err
    )
    assert f"milestones.yaml, row 1 (line 1): {duplicate('there', 'title')}\n" in err.getvalue()
    assert Milestone.objects.filter(slug="new").exists()


def test_the_report_for_scripts_has_the_warnings(folder):
    make_milestone(slug="there", title="启动")
    out = io.StringIO()
    path = folder(milestones="- {slug: new, title: 启动}")
    call_command("import_content", path, json=True, stdout=out, stderr=io.StringIO())
    assert json.loads(out.getvalue())["notices"] == [
        f"milestones.yaml, row 1 (line 1): {duplicate('there', 'title')}"
    ]


def upload(editor_client, text):
    form = {
        "file": SimpleUploadedFile("milestones.csv", text.encode()),
        "empty": "keep",
        "encoding": "",
        "note": "",
    }
    return editor_client.post(reverse("admin:timeline_importbatch_upload"), form, follow=True)


def confirm(editor_client, page):
    action = re.search(r'action="([^"]+/confirm/)"', page.content.decode())[1]
    return editor_client.post(action, fields_of(page.content.decode()), follow=True)


def test_the_preview_shows_warnings_and_the_import_goes_on(client):
    client.force_login(make_editor())
    make_milestone(slug="there", title="启动")
    page = upload(client, "slug,title\nnew,启动\n")
    assert "“there”" in page.content.decode()
    confirm(client, page)
    assert ImportBatch.objects.count() == 1


def test_a_warning_that_no_preview_showed_is_shown_first(client):
    client.force_login(make_editor())
    page = upload(client, "slug,title\nnew,启动\n")
    make_milestone(slug="meanwhile", title="启动")
    again = confirm(client, page)
    assert not Milestone.objects.filter(slug="new").exists()
    assert "“meanwhile”" in again.content.decode()
    confirm(client, again)
    assert Milestone.objects.filter(slug="new").exists()


def test_a_number_of_several_documents_is_that_of_each_of_them():
    make_policy(slug="both", title="甲", document_number="甬政发〔2013〕7—8号")
    text = "slug,title,document_type,document_number\na,乙,notice,甬政发〔2013〕8号\nb,丙,notice,甬政发〔2013〕78号\n"
    assert notices("policies.csv", text) == [duplicate("both", "document number")]


def test_the_words_of_a_source_do_not_tell_records_of_one_title_apart():
    make_milestone(slug="there", title="开幕", date="2015-12（2015年底）")
    assert notices("milestones.csv", "slug,title,date\na,开幕,2015年末\n") == [duplicate("there", "title")]


def test_withdrawn_records_that_rows_are_are_named_also_unchanged_ones():
    for slug in ("first", "second", "third"):
        policy = make_policy(slug=slug, title=slug, published=True)
        if slug != "third":
            policy.withdraw(by=make_editor(), comment="重复")
    text = "- {slug: first, title: first}\n- {slug: second, summary: 新}\n- {slug: third, summary: 新}"
    found = [one for one in notices("policies.yaml", text) if "withdrawn" in one]
    assert found == [
        "2 records with rows here are withdrawn and stay so: “first”, “second”. A reviewer publishes them again in the admin."
    ]


def test_many_withdrawn_records_are_counted_and_the_first_named():
    by = make_editor()
    for number in range(MAX_NAMED + 1):
        make_topic(slug=f"topic-{number}").withdraw(by=by, comment="重复")
    text = "\n".join(f"- {{slug: topic-{number}}}" for number in range(MAX_NAMED + 1))
    (found,) = notices("topics.yaml", text)
    assert found.startswith(f"{MAX_NAMED + 1} records with rows here are withdrawn")
    assert found.count("“") == MAX_NAMED


def test_a_date_that_lies_ahead_or_before_1900_is_told_and_a_goal_may_lie_ahead():
    text = "slug,title,document_type,issued,effective_until\na,甲,notice,3020-05-06,2099\nb,乙,notice,1202,\n"
    assert notices("policies.csv", text) == [
        "The date in the column issued lies ahead: 6 May 3020.",
        "The date in the column issued lies before 1900: 1202.",
    ]
    text = "slug,title,target\nc,丙,2099\nd,丁,2999\n"
    assert notices("goals.csv", text) == ["The date in the column target lies ahead: 2999."]


def test_a_document_in_effect_or_published_before_it_was_issued_is_told_with_both_dates():
    text = "slug,title,document_type,issued,published_on,effective_from\na,甲,notice,2020-01-05,2019,2019-01-01\n"
    assert notices("policies.csv", text) == [
        "published_on (2019) lies before issued (5 January 2020).",
        "effective_from (1 January 2019) lies before issued (5 January 2020).",
    ]
    # What was there before is told again only where it changes.
    assert notices("policies.csv", text) == []
    assert notices("policies.csv", "slug,issued\na,2020-01-06\n") == [
        "published_on (2019) lies before issued (6 January 2020).",
        "effective_from (1 January 2019) lies before issued (6 January 2020).",
    ]


def test_a_title_in_brackets_is_told():
    text = "slug,title,date\na,《甲》,2019\nb,《乙》与《丙》,2019\n"
    assert notices("milestones.csv", text) == [
        "The whole title is in 《》, which pages add where they are needed: 《甲》."
    ]


@pytest.mark.parametrize(
    ("make", "name"), [(make_area, "areas"), (make_organization, "organizations"), (make_topic, "topics")]
)
def test_a_reference_record_is_recognised_by_its_title(make, name):
    make(slug="there", title="宁波市人民政府")
    text = "slug,title\nagain,宁波市 人民政府\n"
    assert notices(f"{name}.csv", text) == [
        "Perhaps a duplicate: “宁波市人民政府” (slug “there”) is there already and has the same title. If it is the same, write "
        "its slug."
    ]
