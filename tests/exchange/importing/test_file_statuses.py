"""The status in a row: an import that publishes leaves drafts what their rows call drafts, and withdraws nothing."""

import datetime

import pytest
from django.utils import timezone

from tests.dry_runs import assert_same, content
from tests.exports import READ_BACK
from tests.factories import (
    empty,
    make_chronicle,
    make_citation,
    make_editor,
    make_milestone,
    make_source,
    make_topic,
)
from tests.files import csv_file
from tests.imports import row_counts, where
from timeline.exchange.exporting.export import export
from timeline.exchange.importing.file_statuses import file_status
from timeline.exchange.importing.import_files import import_files
from timeline.exchange.readers.sources import Upload
from timeline.models import Milestone, Source, Topic
from timeline.models.records import publishable_models

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

HIDDEN = ("draft", "review", "scheduled", "withdrawn")


def public_slugs():
    return {
        slug
        for model in publishable_models()
        for slug in model.objects.published().values_list("slug", flat=True)
    }


def statuses(model):
    return dict(model.objects.values_list("slug", "status"))


def published(files, **options):
    """Import files with publication, after a dry run that says the same."""
    by = make_editor()
    report = assert_same(files, by=by, publish=True, **options)
    import_files(files, by=by, publish=True, **options)
    return report


def topic(slug, **cells):
    return {"slug": slug, "title": slug, **cells}


def launch(**cells):
    return {"slug": "launch", "title": "启动", "citations": [{"source": "daily"}], **cells}


DAILY = {"slug": "daily", "title": "日报"}


@pytest.fixture
def records():
    """Records of every status, with what they name."""
    make_chronicle(slug="chronicle", published=False)
    daily, gone = make_source(slug="daily"), make_source(slug="gone")
    make_source(slug="unread", published=False)
    gone.withdraw(by=make_editor(), comment="重复")
    topics = [make_topic(slug="public"), make_topic(slug="planned", published=False)]
    for slug in ("opened", "drafted", "submitted", "later", "ended"):
        milestone = make_milestone(slug=slug, topics=topics[: 1 + (slug == "drafted")])
        make_citation(milestone, source=daily)
    by = make_editor()
    for slug in ("opened", "ended"):
        Milestone.objects.get(slug=slug).publish(by=by)
    Milestone.objects.get(slug="later").publish(
        by=by, public_from=timezone.now() + datetime.timedelta(days=9)
    )
    Milestone.objects.get(slug="ended").withdraw(by=by, comment="重复")
    Milestone.objects.get(slug="submitted").submit(by=by)


@pytest.mark.parametrize("format", [*READ_BACK])
def test_what_was_not_public_is_not_public_after_an_export_and_an_import_into_an_empty_database(
    tmp_path, records, format
):
    to = tmp_path / READ_BACK[format]
    export(None, to, format)
    before = public_slugs()
    assert before == {"daily", "public", "opened"}
    empty()
    report = published([to])
    assert report.problems == []
    assert public_slugs() == before
    assert (report.published, report.kept_drafts) == (3, 8)
    assert statuses(Milestone) == {
        "opened": "published", "drafted": "draft", "submitted": "draft", "later": "draft", "ended": "draft",
    }  # fmt: skip


def test_what_is_imported_over_itself_changes_no_status(tmp_path, records):
    to = tmp_path / "content"
    export(None, to, "yaml")
    before = {model: statuses(model) for model in publishable_models()}
    report = published([to])
    assert (report.problems, set(row_counts(report)), report.published) == ([], {"unchanged"}, 0)
    assert {model: statuses(model) for model in publishable_models()} == before


@pytest.mark.parametrize("status", [*HIDDEN, "草稿", "审核中", "Withdrawn", " draft "])
def test_a_row_of_another_status_than_published_stays_a_draft_and_is_told(status):
    report = published(content(topics=[topic("a", status=status), topic("b")]))
    assert (report.published, report.kept_drafts) == (1, 1)
    assert statuses(Topic) == {"a": "draft", "b": "published"}
    (notice,) = report.notices
    assert str(notice) == "topics: 1 record stays a draft, as its row says by its status: a."


@pytest.mark.parametrize("cells", [{}, {"status": "published"}, {"status": "已发布"}, {"status": None}])
def test_a_row_without_a_status_and_one_that_says_published_is_published(cells):
    report = published(content(topics=[topic("a", **cells)]))
    assert (report.notices, statuses(Topic)) == ([], {"a": "published"})


def test_a_sheet_has_the_status_under_its_chinese_name():
    rows = csv_file(
        [["网址标识", "标题", "状态"], ["a", "甲", "草稿"], ["b", "乙", ""], ["c", "丙", "已发布"]]
    )
    published([Upload("topics.csv", rows)])
    assert statuses(Topic) == {"a": "draft", "b": "published", "c": "published"}


@pytest.mark.parametrize("publish", [True, False])
def test_an_unknown_status_is_an_error_that_names_those_there_are(publish):
    report = assert_same(content(topics=[topic("a", status="hidden")]), publish=publish)
    (problem,) = report.problems
    assert where(problem) == ("content.yaml", 1, "status", "hidden")
    assert (
        "Draft（draft）、In review（review）、Published（published）、Withdrawn（withdrawn）、Scheduled（scheduled）"
        in problem.message
    )


def test_parts_have_no_status():
    report = assert_same(
        content(milestones=[launch(citations=[{"source": "daily", "status": "draft"}])], sources=[DAILY])
    )
    assert [problem.column for problem in report.problems] == ["status"]


def test_what_is_public_stays_so_whatever_its_row_says_and_is_told():
    make_topic(slug="a", title="a")
    report = published(content(topics=[topic("a", status="draft")]))
    assert statuses(Topic) == {"a": "published"}
    (notice,) = report.notices
    assert "1 record is public and stays so, although its row has another status: a." in str(notice)


def test_a_draft_that_is_there_already_stays_one_and_is_published_when_its_row_says_so():
    make_topic(slug="a", title="a", published=False)
    published(content(topics=[topic("a", status="draft")]))
    assert statuses(Topic) == {"a": "draft"}
    published(content(topics=[topic("a", status="published")]))
    assert statuses(Topic) == {"a": "published"}


@pytest.mark.parametrize("is_stored", [True, False])
def test_what_becomes_public_may_not_name_a_draft_that_its_row_holds_back(is_stored):
    if is_stored:
        make_source(**DAILY, published=False)
    files = content(sources=[{**DAILY, "status": "draft"}], milestones=[launch()])
    report = assert_same(files, by=make_editor(), publish=True)
    (problem,) = report.problems
    assert where(problem) == ("content.yaml", 1, "source", "daily")
    assert (
        "source “日报”, which would be published with it: its row has the status “Draft”." in problem.message
    )


def test_a_stored_citation_counts_where_the_row_says_nothing_of_it():
    make_citation(make_milestone(slug="launch", title="启动"), source=make_source(**DAILY, published=False))
    files = content(sources=[{**DAILY, "status": "draft"}], milestones=[{"slug": "launch", "title": "启动"}])
    report = assert_same(files, by=make_editor(), publish=True)
    assert ["which would be published with it" in problem.message for problem in report.problems] == [True]


def test_a_public_entry_may_not_refer_to_one_that_its_row_holds_back():
    plan = {"slug": "plan", "title": "规划", "document_type": "plan", "citations": [{"source": "daily"}]}
    files = content(
        sources=[DAILY], policies=[{**plan, "status": "draft"}], milestones=[launch(policies=["plan"])]
    )
    report = assert_same(files, by=make_editor(), publish=True)
    (problem,) = report.problems
    assert where(problem) == ("content.yaml", 1, "policies", "plan")
    assert problem.message.endswith("Its row has the status “Draft”.")


def test_drafts_name_drafts():
    hidden = {"status": "draft"}
    report = published(content(sources=[{**DAILY, **hidden}], milestones=[launch(**hidden)]))
    assert (report.problems, report.published, public_slugs()) == ([], 0, set())
    assert statuses(Source) == {"daily": "draft"}


def test_without_publication_all_are_drafts_which_is_told_where_a_row_says_otherwise():
    report = assert_same(content(topics=[topic("a", status="published"), topic("b", status="draft")]))
    (notice,) = report.notices
    assert (
        str(notice)
        == "topics: 1 new record is a draft, whatever the status in its row: this import does not publish."
    )


def test_an_empty_cell_gives_no_status():
    assert [file_status(cell) for cell in (None, "", "  ")] == ["", "", ""]
