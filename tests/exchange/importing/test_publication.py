"""Imports that publish: the drafts of the files are all published, or nothing is imported."""

import pytest

from tests.dry_runs import assert_same
from tests.factories import (
    everything,
    make_citation,
    make_goal,
    make_milestone,
    make_policy,
    make_source,
    make_user,
)
from tests.imports import GOOD, where
from timeline.exchange.importing.import_files import import_files
from timeline.models import (
    Entry,
    Policy,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def test_a_dry_run_of_publishing_writes_nothing(folder):
    by = make_user()
    before = everything()
    report = import_files([folder(**GOOD)], by=by, publish=True, dry_run=True)
    assert report.published == 5
    assert everything() == before


def test_publishing_publishes_what_the_files_name_and_nothing_else(folder):
    other = make_milestone(slug="other")
    make_citation(other)
    by = make_user()
    report = import_files([folder(**GOOD)], by=by, publish=True)
    assert report.problems == []
    assert report.published == 5
    assert set(Entry.objects.published().values_list("slug", "published_by")) == {
        ("plan-2013", by.pk),
        ("rules-2014", by.pk),
        ("coverage", by.pk),
    }


def test_publishing_leaves_what_is_public_or_withdrawn_as_it_is(folder):
    by = make_user()
    import_files([folder(**GOOD)], by=by, publish=True)
    Policy.objects.get(slug="rules-2014").withdraw(by=by, comment="重复")
    before = everything()
    report = import_files([folder()], by=make_user(username="second"), publish=True)
    assert (report.problems, report.published) == ([], 0)
    assert [
        (notice.place.file, "was withdrawn and stays so" in notice.message) for notice in report.notices
    ] == [("policies.yaml", True)]
    after = everything()
    assert {label for label in before if before[label] != after[label]} == {"auth.User"}


def test_publishing_is_refused_where_an_entry_cites_no_source_and_then_nothing_is_imported(folder):
    by = make_user()
    before = everything()
    report = import_files(
        [folder(**GOOD, milestones="- {slug: fine, title: 好}\n- {slug: bare, title: 启动}")],
        by=by,
        publish=True,
    )
    assert [where(problem) for problem in report.problems] == [
        ("milestones.yaml", 1, "citations", ""),
        ("milestones.yaml", 2, "citations", ""),
    ]
    assert "启动" in report.problems[1].message
    assert everything() == before


def test_what_nobody_put_their_name_to_is_published_by_an_account_that_cannot_log_in(folder):
    assert import_files([folder(**GOOD)], publish=True).problems == []
    (account,) = {entry.published_by for entry in Entry.objects.published()}
    assert (account.username, account.is_active, account.has_usable_password()) == (
        "import_content",
        False,
        False,
    )


@pytest.fixture
def public():
    """A public policy, milestone and goal that name each other, and a draft."""
    make_source(slug="board")
    plan = make_policy(slug="plan", title="规划", published=True)
    make_milestone(slug="launch", title="启动", policies=[plan], published=True)
    make_goal(slug="goal", title="目标", declared_by=plan, published=True)
    return make_policy(slug="draft", title="草案")


NAMING_A_DRAFT = {
    "milestones": "- {slug: launch, policies: [plan, draft]}",
    "goals": "- {slug: goal, declared_by: draft}",
    "relations": "- {from: plan, type: amends, to: draft}",
}


@pytest.mark.usefixtures("public")
def test_a_public_entry_is_not_changed_to_name_a_draft(folder):
    before = everything()
    report = assert_same([folder(**NAMING_A_DRAFT)], publish=True, by=make_user())
    assert [str(problem) for problem in report.problems] == [
        "goals.yaml, row 1 (line 1), column declared_by, value “draft”: "
        "“草案”, which declared this goal, is not published. Publish it first, or import its row too.",
        "milestones.yaml, row 1 (line 1), column policies, value “draft”: "
        "The policy “草案”, which this names, is not published. Publish it first, or import its row too.",
        "relations.yaml, row 1 (line 1), column to, value “draft”: "
        "The related policy “草案” is not published. Publish it first, or import its row too.",
    ]
    assert {label for label, rows in everything().items() if rows != before[label]} == {"auth.User"}


@pytest.mark.usefixtures("public")
def test_a_public_entry_is_changed_to_name_a_draft_that_the_import_publishes(folder):
    policies = "- {slug: draft, citations: [{source: board}]}"
    report = assert_same([folder(**NAMING_A_DRAFT, policies=policies)], publish=True, by=make_user())
    assert (report.problems, report.published) == ([], 1)
    bare = assert_same([folder(**NAMING_A_DRAFT, policies="- {slug: draft}")], publish=True, by=make_user())
    assert [(problem.place.table, problem.message) for problem in bare.problems] == [
        ("goals", "“草案”, which declared this goal, is not published."),
        ("milestones", "The policy “草案”, which this names, is not published."),
        ("policies", "“草案” cites no source; every published entry cites one."),
        ("relations", "The related policy “草案” is not published."),
    ]


def test_a_public_entry_that_names_what_was_withdrawn_is_not_changed_until_it_no_longer_does(folder, public):
    Policy.objects.get(slug="plan").withdraw(by=make_user(), comment="重复")
    report = assert_same([folder(milestones="- {slug: launch, summary: 摘要}")], publish=True)
    (problem,) = report.problems
    assert where(problem) == ("milestones.yaml", 1, "policies", "plan")
    assert problem.message == (
        "The policy “规划”, which this names, was withdrawn. Publish it again first, or leave it out."
    )
    left_out = folder(milestones="- {slug: launch, summary: 摘要, policies: []}")
    assert assert_same([left_out], publish=True).problems == []


@pytest.mark.usefixtures("public")
def test_two_public_policies_do_not_get_the_same_document_number(folder):
    make_policy(slug="rules", title="办法", published=True)
    number = "document_number: 甬党〔2010〕14号"
    policies = f"- {{slug: plan, {number}}}\n- {{slug: rules, {number}}}"
    report = assert_same([folder(policies=policies)], publish=True)
    assert [where(problem)[:3] for problem in report.problems] == [
        ("policies.yaml", 1, "document_number"),
        ("policies.yaml", 2, "document_number"),
    ]


@pytest.mark.usefixtures("public")
def test_a_draft_and_a_working_copy_may_name_a_draft(folder):
    report = assert_same([folder(**NAMING_A_DRAFT)])
    assert (report.problems, report.working_copies) == ([], 3)
