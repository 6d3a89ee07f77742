"""Imports that publish: the drafts of the files are all published, or nothing is imported."""

import pytest

from tests.factories import (
    everything,
    make_citation,
    make_milestone,
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
    assert report.published == 3
    assert everything() == before


def test_publishing_publishes_what_the_files_name_and_nothing_else(folder):
    other = make_milestone(slug="other")
    make_citation(other)
    by = make_user()
    report = import_files([folder(**GOOD)], by=by, publish=True)
    assert report.problems == []
    assert report.published == 3
    assert set(Entry.objects.published().values_list("slug", "published_by")) == {
        ("plan-2013", by.pk),
        ("rules-2014", by.pk),
        ("coverage", by.pk),
    }


def test_publishing_leaves_what_is_public_or_withdrawn_as_it_is(folder):
    by = make_user()
    import_files([folder(**GOOD)], by=by, publish=True)
    Policy.objects.get(slug="rules-2014").withdraw(by=by, reason="重复")
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
