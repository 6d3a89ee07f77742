"""manage.py import_content: output, permission to publish, and failures."""

import io
import os
import subprocess
import sys

import pytest
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from django.utils import translation

from tests.factories import (
    CONTENT,
    ROOT,
    everything,
    make_editor,
    make_milestone,
    make_organization,
    make_policy,
    make_source,
    make_user,
)
from timeline.models import Entry, Milestone
from timeline.models.records import models_with_status

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

CITED = {
    "sources": "- {slug: board, title: 解读}",
    "milestones": "- slug: launch\n  title: 启动\n  citations:\n    - {source: board}\n",
}


def run(*arguments, **options):
    """Return the output of the command."""
    out = io.StringIO()
    call_command("import_content", *arguments, stdout=out, stderr=out, **options)
    return out.getvalue()


def refusal(*arguments, **options):
    """Return the message of the CommandError and the output to standard error before it."""
    err = io.StringIO()
    with pytest.raises(CommandError) as caught:
        call_command("import_content", *arguments, stdout=io.StringIO(), stderr=err, **options)
    return str(caught.value), err.getvalue()


@pytest.fixture
def command_line(tmp_path) -> dict[str, str]:
    """The environment of a process with its own empty database, whose file is there."""
    (tmp_path / "own.sqlite3").touch()
    return {name: value for name, value in os.environ.items() if "COLOR" not in name} | {
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "TEST_DATABASE_URL": f"sqlite:///{tmp_path / 'own.sqlite3'}",
    }


def test_it_says_how_many_rows_of_each_table_are_new_changed_and_unchanged(folder):
    make_source(slug="board", title="旧题")
    out = run(folder(**CITED))
    assert "sources: 0 new, 1 changed, 0 unchanged\n" in out
    assert "milestones: 1 new, 0 changed, 0 unchanged\n" in out
    assert "citations: 1 new, 0 changed, 0 unchanged\n" in out


def test_it_shows_what_changes_with_old_and_new(folder):
    make_milestone(slug="launch", title="启动", date="2013")
    out = run(folder(milestones="- {slug: launch, date: 2013-01}"))
    assert "milestones.yaml, row 1 (line 1): launch.date: '2013' → '2013-01'\n" in out


def test_it_says_nothing_when_told_so(folder):
    assert run(folder(**CITED), verbosity=0) == ""


def test_it_prints_neither_progress_nor_escape_codes_where_nobody_watches(folder):
    out = run(folder(**CITED))
    assert "\x1b" not in out
    assert "\r" not in out
    assert "%" not in out


def test_a_dry_run_says_that_nothing_was_written(folder):
    before = everything()
    out = run(folder(**CITED), dry_run=True)
    assert "milestones: 1 new, 0 changed, 0 unchanged\n" in out
    assert "nothing was written" in out
    assert everything() == before


def test_every_problem_is_printed_on_a_line_of_its_own_and_the_command_fails(folder):
    before = everything()
    message, err = refusal(
        folder(milestones="- {slug: a, title: 甲, date: soon}\n- {slug: b, title: 乙, phase: none}")
    )
    first, second, later, missing = err.splitlines()
    assert first.startswith("milestones.yaml, row 1 (line 1), column date, value “soon”: ")
    assert second.startswith("milestones.yaml, row 2 (line 2), column phase, value “none”: ")
    assert later.startswith("Once these are mended, more is checked")
    assert "site.yaml" in missing
    assert message.startswith("2 problems")
    assert everything() == before


def test_without_publish_all_are_drafts(folder):
    run(folder(**CITED))
    assert Milestone.objects.get().status == "draft"
    assert [user.username for user in get_user_model().objects.all()] == ["import_content"]


def test_publish_publishes_as_the_user_that_is_named(folder):
    editor = make_editor(username="zhou")
    out = run(folder(**CITED), publish=True, user="zhou")
    assert "2 records published\n" in out
    assert Entry.objects.published().get().published_by == editor


def test_publish_is_refused_to_an_account_without_the_right(folder):
    make_user(username="bian")
    before = everything()
    message, _ = refusal(folder(**CITED), publish=True, user="bian")
    assert message == "“bian” may not publish."
    assert everything() == before
    run(folder(**CITED), user="bian")
    assert Milestone.objects.get().status == "draft"


def test_publish_without_a_name_publishes_as_an_account_that_nobody_can_log_in_with(folder):
    run(folder(**CITED), publish=True)
    account = Entry.objects.published().get().published_by
    assert account.get_username() == "import_content"
    assert not account.is_active
    assert not account.has_usable_password()
    assert not account.is_staff


def test_an_unknown_user_is_refused_before_anything_is_done(folder):
    before = everything()
    message, _ = refusal(folder(**CITED), publish=True, user="nobody")
    assert "nobody" in message
    message, _ = refusal(folder(**CITED), user="nobody")
    assert "nobody" in message
    assert everything() == before


def test_publish_refuses_what_cites_no_source_and_imports_nothing(folder):
    make_editor(username="zhou")
    before = everything()
    message, err = refusal(folder(milestones="- {slug: a, title: 甲}"), publish=True, user="zhou")
    assert "milestones.yaml, row 1 (line 1), column cited sources: “甲” cites no source" in err
    assert message.startswith("1 problems")
    assert everything() == before


def test_an_import_that_fails_leaves_no_account_behind(folder):
    before = everything()
    refusal(folder(milestones="- {slug: a, title: 甲}"), publish=True)
    assert everything() == before


def test_a_dry_run_leaves_no_account_behind(folder):
    before = everything()
    run(folder(**CITED), publish=True, dry_run=True)
    assert everything() == before


def test_a_path_that_does_not_exist_is_named(tmp_path):
    _, err = refusal(tmp_path / "nowhere")
    assert str(tmp_path / "nowhere") in err


def test_a_name_that_no_file_system_can_hold_is_refused_like_any_other(tmp_path):
    _, err = refusal(tmp_path / ("x" * 300))
    assert "x" * 300 in err


def test_a_folder_without_content_is_refused(tmp_path):
    (tmp_path / "notes.txt").write_text("- slug: a")
    message, err = refusal(tmp_path)
    assert message.startswith("1 problems")
    assert ".yaml" in err


def test_a_date_in_a_file_is_read_as_in_a_form(folder):
    run(folder(milestones="- {slug: a, title: 甲, date: 二〇一三年一月三日}"))
    assert str(Milestone.objects.get().date) == "2013-01-03"
    _, err = refusal(folder(milestones="- {slug: b, title: 乙, date: 2015年前}"))
    assert "“2015年前” says only before or after what it was" in err


def test_the_sentences_are_in_the_language_of_the_site(folder):
    path = folder(milestones="- {slug: a, title: 甲, date: soon}")
    with translation.override("zh-hans"):
        _, err = refusal(path)
    assert "soon" in err
    assert "2013年1月" in err


@pytest.mark.parametrize(
    ("name", "text", "column"),
    [
        ("milestones.csv", "网址标识,题名,日期\na,甲,soon\n", "日期"),
        ("milestones.csv", "slug,title,date\na,甲,soon\n", "date"),
        ("milestones.yaml", "- {slug: a, title: 甲, 日期: soon}", "日期"),
        ("milestones.yaml", "- {网址标识: a, 题名: 甲, date: soon}", "date"),
    ],
)
def test_a_column_is_called_what_the_file_calls_it(tmp_path, name, text, column):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    _, err = refusal(path)
    assert f"column {column}, value “soon”" in err


def test_the_columns_of_a_key_that_stands_twice_are_called_what_the_file_calls_them(tmp_path):
    make_milestone(slug="launch")
    make_source(slug="board")
    path = tmp_path / "citations.csv"
    path.write_text("所属条目,出处,locator\nlaunch,board,1\nlaunch,board,1\n", encoding="utf-8")
    _, err = refusal(path)
    assert "column 所属条目, 出处, locator, number" in err


def test_a_failure_is_exit_status_1_and_leaves_standard_output_empty(tmp_path, command_line):
    done = subprocess.run(
        [sys.executable, "manage.py", "import_content", tmp_path / "nowhere"],
        cwd=ROOT,
        env=command_line,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert done.stdout == ""
    assert "nowhere" in done.stderr
    assert "Traceback" not in done.stderr
    assert "\x1b" not in done.stderr


@pytest.mark.long
def test_a_whole_chronicle_is_imported_and_published_without_a_problem():
    out = run(CONTENT, publish=True)
    counts = [model._default_manager.count() for model in models_with_status()]
    assert counts == [model._default_manager.published().count() for model in models_with_status()]
    assert f"{sum(counts)} records published\n" in out


def test_values_are_shown_in_words(folder):
    policy = make_policy(slug="plan", provisional=True)
    make_organization(slug="council")
    out = run(folder(policies="- {slug: plan, provisional: false, issuers: [council]}"))
    assert "plan.provisional: yes → no\n" in out
    assert "plan.issuers: (empty) → council\n" in out
    assert policy.pk


def test_it_says_that_more_is_checked_once_the_problems_are_mended(folder):
    uncited = "- slug: launch\n  title: 启动\n  date: %s\n"
    later = "Once these are mended, more is checked"
    _message, printed = refusal(folder(milestones=uncited % "2013-13"), publish=True)
    assert later in printed
    _message, printed = refusal(folder(milestones=uncited % "2013-12"), publish=True)
    assert later not in printed
    assert "source" in printed


def test_a_dry_run_names_what_is_new_and_what_is_deleted_and_an_import_counts_it(folder):
    path = folder(**CITED)
    new = "milestones.yaml, row 1 (line 1): launch: new\n"
    assert new in run(path, dry_run=True)
    assert new not in run(path)
    folder(milestones=CITED["milestones"].replace("source: board", "source: board, delete: yes"))
    assert ": launch / board /  / 1: deleted\n" in run(path, dry_run=True)
