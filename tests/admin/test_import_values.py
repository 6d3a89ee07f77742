"""The values of a preview in words: titles of records, labels of choices, dates; slugs only where a title does not tell."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import factories as make
from tests.uploads import upload
from timeline.admin.import_values import PreviewValues, ShownText
from timeline.models import PolicyRelation, PreparedImport, PreviewedRow
from timeline.rows.tables import TABLES

pytestmark = pytest.mark.django_db


def previewed(editor_client, text, name="policies.yaml"):
    upload(editor_client, name, text)
    return [row.as_row() for row in PreviewedRow.objects.of(PreparedImport.objects.latest("created_at"))]


def values(rows, number=-1):
    """Return the former and the new value of each column of a row, by the name of the column."""
    row = rows[number]
    labels = {str(one.field.verbose_name): name for name, one in TABLES[row["table"]].columns.items()}
    return {labels[label]: (old, new) for label, old, new in PreviewValues(rows).columns(row)}


def shown(*texts):
    return [ShownText(text) for text in texts]


def test_a_preview_has_titles_labels_and_dates_where_the_file_has_codes(editor_client):
    make.make_organization(slug="ningbo-government", title="宁波市人民政府")
    bureau = make.make_organization(slug="ningbo-bureau", title="宁波市经信局")
    make.make_policy(slug="plan", title="规划", document_type="notice", issued="2013-01", issuers=[bureau])
    rows = previewed(
        editor_client,
        "- {slug: plan, document_type: action_outline, issuers: [ningbo-government], issued: 2013-40}",
    )
    found = values(rows)
    assert found["issuers"] == (shown("宁波市经信局"), shown("宁波市人民政府"))
    assert found["issued"] == (shown("2013年1月"), shown("2013年上半年"))
    assert found["document_type"] == (shown("通知"), shown("行动纲要"))


def test_a_record_that_the_file_brings_has_its_slug_beside_the_title(editor_client):
    text = """
    organizations:
    - {slug: bureau, title: 大数据局}
    policies:
    - {slug: plan, title: 规划, document_type: notice, issuers: [bureau]}
    """
    assert values(previewed(editor_client, text, "all.yaml"))["issuers"] == (
        [],
        [ShownText("大数据局", "bureau")],
    )


def test_records_of_one_title_are_told_apart_by_their_slugs(editor_client):
    health = make.make_topic(slug="health", title="医疗")
    make.make_topic(slug="health-2", title="医疗")
    make.make_topic(slug="traffic", title="交通")
    make.make_policy(slug="plan", title="规划", topics=[health])
    rows = previewed(editor_client, "- {slug: plan, topics: [health-2, traffic]}")
    old, new = values(rows)["topics"]
    assert old == [ShownText("医疗", "health")]
    assert {*new} == {ShownText("医疗", "health-2"), ShownText("交通")}


def test_relations_are_named_by_their_type_and_policies(editor_client):
    plan = make.make_policy(slug="plan", title="规划")
    law = make.make_policy(slug="law", title="条例")
    PolicyRelation.objects.create(from_policy=plan, type="implements", to_policy=law)
    rows = previewed(editor_client, "relations:\n- {from: plan, type: implements, to: law}\n", "all.yaml")
    assert [text.text for text in PreviewValues(rows).key(rows[0])] == ["贯彻落实", "条例"]


def test_what_reads_alike_is_shown_as_the_file_writes_it(editor_client):
    make.make_policy(slug="plan", title="规划", issued="2013-01（一月）")
    (old, new) = values(previewed(editor_client, "- {slug: plan, issued: 2013-01}")).get("issued")
    assert old != new


def test_values_cost_the_same_queries_for_a_row_and_for_many(editor_client, django_assert_num_queries):
    for number in range(30):
        make.make_topic(slug=f"t{number}", title=f"主题{number}")
    line = "- {{slug: p{0}, title: 规划{0}, document_type: notice, topics: [t{0}]}}\n"
    (one, many) = (
        previewed(editor_client, "".join(line.format(number) for number in range(count))) for count in (1, 30)
    )
    with CaptureQueriesContext(connection) as queries:
        values(one)
    with django_assert_num_queries(len(queries)):
        assert values(many)["topics"] == ([], shown("主题29"))


def test_the_page_has_the_slug_in_small(editor_client):
    page = upload(
        editor_client,
        "a.yaml",
        "topics:\n- {slug: x, title: 交通}\nmilestones:\n- {slug: m, title: 大事, topics: [x]}\n",
    )
    assert '<ins>交通 <small class="basis">x</small></ins>' in page.content.decode()
