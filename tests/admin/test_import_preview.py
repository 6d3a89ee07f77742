"""The rows of an import preview: titles of records, with a constant number of queries."""

import itertools
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import factories as make
from tests.files import zipped
from tests.uploads import upload
from timeline.admin.import_preview import table_label
from timeline.models import Milestone
from timeline.rows.tables import TABLES

pytestmark = pytest.mark.django_db


many = pytest.mark.parametrize("count", [600, pytest.param(5_000, marks=pytest.mark.long)])


def headings(page):
    """Return the title of each row of a preview, and what stands beside it before the table."""
    text = page.content.decode()
    found = re.findall(
        r"<h2>(?:<a [^>]*>)?([^<]*)(?:</a>)? <span class=\"basis\">(.*?)</span>", text, re.DOTALL
    )
    labels = {table_label(name) for name in TABLES}
    return [
        (title, [*itertools.takewhile(lambda word: word not in labels, re.split(r"\s+·\s+", words.strip()))])
        for title, words in found
    ]


def test_the_preview_names_records_by_their_titles_and_what_stays_by_its_key(editor_client):
    launch = make.make_milestone(slug="launch", title="库中的题")
    make.make_citation(launch, source=make.make_source(slug="daily", title="日报"), locator="第1页", number=2)
    rows = """
    sources:
    - {slug: daily, title: 改名的报}
    - {slug: board, title: 新来源}
    milestones:
    - {slug: launch, summary: 改, citations: [{source: daily, locator: 第1页, number: 2}]}
    - {slug: fresh, title: 文件中的题, citations: [{source: board}]}
    """
    assert headings(upload(editor_client, "a.yaml", rows)) == [
        ("日报", []),
        ("新来源", []),
        ("库中的题", []),
        ("文件中的题", []),
        ("库中的题", ["日报", "第1页", "编号：2"]),
        ("文件中的题", []),
    ]


def test_a_row_without_a_title_is_named_by_its_key(editor_client):
    make.make_milestone(slug="launch", title="库中的题")
    page = upload(editor_client, "milestones.csv", "slug,summary\nlaunch,改\n")
    Milestone.objects.all().delete()
    assert headings(editor_client.get(page.redirect_chain[-1][0])) == [("launch", [])]


@many
def test_titles_cost_the_same_queries_for_a_row_and_for_many(
    editor_client, count, django_assert_max_num_queries
):
    def pages(count):
        rows = [f"m{number},第{number}件大事" for number in range(count)]
        cited = [f"m{number},daily" for number in range(count)]
        files = {
            "milestones.csv": "\n".join(["slug,title", *rows]).encode(),
            "citations.csv": "\n".join(["entry,source", *cited]).encode(),
        }
        page = upload(editor_client, "all.zip", zipped(files))
        return page, page.redirect_chain[-1][0]

    make.make_source(slug="daily", title="日报")
    _, small = pages(1)
    with CaptureQueriesContext(connection) as queries:
        editor_client.get(small)
    # Read before the next request, which clears the log.
    of_one = len(queries)
    page, large = pages(count)
    with django_assert_max_num_queries(of_one):
        editor_client.get(large)
    with django_assert_max_num_queries(of_one):
        last = editor_client.get(large, {"page": count // 50})
    assert headings(last)[-1] == (f"第{count - 1}件大事", [])
    assert len(page.content) < 300_000
