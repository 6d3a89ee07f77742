"""Ctrl-C: an interrupted command prints a message, exits with status 130 and changes nothing."""

import io
import os
import runpy
import signal
import sqlite3
import subprocess
import sys

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection, transaction

from tests.factories import ROOT, everything, make_citation, make_editor, make_milestone, update_unchecked
from tests.sqlite_files import connected_to
from timeline.exchange.database_errors import atomic_with_commit_check, defer_interrupt
from timeline.exchange.importing.import_files import import_files
from timeline.management.errors import connection_failure
from timeline.models import Milestone
from timeline.operation.content_database import content_database

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

CITED = {
    "sources": "- {slug: board, title: 解读}",
    "milestones": "- slug: launch\n  title: 启动\n  citations:\n    - {source: board}\n",
}


@pytest.fixture(autouse=True)
def interruptible():
    """A shell starts what runs in its background with SIGINT ignored."""
    former = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, former)


def interrupted(statement, *arguments, **options):
    """Run the command, interrupt it at a statement that contains this text, and check its error."""

    def interrupt(execute, sql, params, many, context):
        if statement in sql:
            os.kill(os.getpid(), signal.SIGINT)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(interrupt), pytest.raises(CommandError) as caught:
        call_command(*arguments, stdout=io.StringIO(), stderr=io.StringIO(), **options)
    assert str(caught.value) == "Interrupted; nothing was changed."
    assert caught.value.returncode == 130


@pytest.mark.parametrize(
    "table", ["timeline_source", "timeline_entry", "timeline_citation", "timeline_importbatch"]
)
def test_an_interrupted_import_changes_nothing(folder, table):
    path = folder(**CITED)
    before = everything()
    interrupted(f'INSERT INTO "{table}"', "import_content", path)
    assert everything() == before


@pytest.mark.parametrize("name", ["export", "export.zip", "export.xlsx"])
def test_an_interrupted_export_leaves_no_file_behind(tmp_path, name):
    make_citation(make_milestone())
    interrupted('FROM "timeline_citation"', "export_content", tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_an_interrupted_export_leaves_the_former_one(tmp_path):
    make_citation(make_milestone())
    call_command("export_content", tmp_path / "export", stdout=io.StringIO())
    before = {path.name: path.read_bytes() for path in (tmp_path / "export").iterdir()}
    make_milestone(title="新")
    interrupted('FROM "timeline_citation"', "export_content", tmp_path / "export", force=True)
    assert {path.name: path.read_bytes() for path in (tmp_path / "export").iterdir()} == before
    assert [path.name for path in tmp_path.iterdir()] == ["export"]


def test_an_interrupted_undoing_changes_nothing(folder):
    batch = import_files([folder(**CITED)]).batch
    make_editor(username="zhou")
    before = everything()
    interrupted('UPDATE "timeline_importbatch"', "undo_import", batch.pk, user="zhou")
    assert everything() == before


def test_an_interrupted_check_mends_nothing():
    make_milestone()
    update_unchecked(Milestone.objects.all(), summary="摘要 ")
    before = everything()
    interrupted('FROM "timeline_topic"', "check_integrity")
    interrupted('FROM "timeline_goal"', "check_integrity", mend=True)
    assert everything() == before


def test_an_interruption_of_what_is_nearly_done_comes_too_late():
    former = signal.getsignal(signal.SIGINT)
    with defer_interrupt():
        os.kill(os.getpid(), signal.SIGINT)
        done = True
    assert done
    assert signal.getsignal(signal.SIGINT) is former


@pytest.mark.django_db(transaction=True)
def test_an_interruption_while_a_transaction_ends_comes_too_late():
    with atomic_with_commit_check(lambda: False):
        make_milestone(slug="launch")
        transaction.on_commit(lambda: os.kill(os.getpid(), signal.SIGINT))
    assert Milestone.objects.filter(slug="launch").exists()


class _Interrupting(io.StringIO):
    """A terminal in which the user presses Ctrl-C at the first line of output."""

    def write(self, text):
        raise KeyboardInterrupt


def test_an_interruption_anywhere_else_is_no_traceback(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["manage.py", "check_integrity"])
    monkeypatch.setattr(sys, "stdout", _Interrupting())
    # As it sets it itself, and not for the tests after this one.
    monkeypatch.setenv("DATABASE_MUST_EXIST", "1")
    with pytest.raises(SystemExit) as ended:
        runpy.run_path(str(ROOT / "manage.py"), run_name="__main__")
    assert ended.value.code == 130
    assert capsys.readouterr().err == "Interrupted.\n"


@pytest.mark.parametrize("command", ["migrate", "check_integrity", "createsuperuser", "run_jobs"])
def test_a_database_that_does_not_answer_is_told_in_a_line_with_the_reason_by_every_command(
    command, tmp_path
):
    environment = os.environ | {
        "DATABASE_URL": f"sqlite:///{tmp_path}/none/a.sqlite3",
        "DATABASE_MUST_EXIST": "1",
    }
    del environment["DJANGO_SETTINGS_MODULE"]
    done = subprocess.run(
        [sys.executable, "manage.py", command, "--no-color"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert "unable to open database file" in line
    assert "doctor" in line


@pytest.mark.parametrize(
    "command", ["backup b.tar.gz", "doctor database", "check_integrity", "upgrade --no-backup"]
)
def test_a_missing_sqlite_file_is_told_and_not_created(command, tmp_path):
    environment = os.environ | {"DATABASE_URL": f"sqlite:///{tmp_path}/a.sqlite3"}
    del environment["DJANGO_SETTINGS_MODULE"]
    done = subprocess.run(
        [sys.executable, ROOT / "manage.py", *command.split(), "--no-color"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert f"{tmp_path}/a.sqlite3" in done.stdout + done.stderr
    assert "mode=rw" not in done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "a.sqlite3").exists()


def manage_content(command, folder):
    """Run a command for a folder of content, with no DATABASE_URL. Returns what it did."""
    environment = os.environ | {"DATABASE_URL": "", "CONTENT": str(folder)}
    del environment["DJANGO_SETTINGS_MODULE"]
    return subprocess.run(
        [sys.executable, ROOT / "manage.py", *command.split(), "--no-color"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize("command", ["changepassword admin", "check_integrity", "run_jobs"])
def test_a_folder_that_was_never_opened_is_told_with_the_command_that_opens_it(command, tmp_path):
    folder = tmp_path / "嘉兴 市"
    folder.mkdir()
    done = manage_content(command, folder)
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert line.endswith(f"make run CONTENT='{folder}'")
    assert "DATABASE_URL" not in line
    assert not content_database(folder, ROOT / "var").exists()


@pytest.mark.parametrize("command", ["changepassword admin", "check_integrity"])
def test_so_is_one_whose_first_start_was_interrupted(command, tmp_path):
    folder = tmp_path / "嘉兴"
    folder.mkdir()
    database = content_database(folder, ROOT / "var")
    database.touch()
    try:
        done = manage_content(command, folder)
    finally:
        for file in database.parent.glob(f"{database.name}*"):
            file.unlink()
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].endswith(f"make run CONTENT='{folder}'")
    assert "Traceback" not in done.stderr


def test_a_folder_that_is_not_there_is_named(tmp_path):
    done = manage_content("changepassword admin", tmp_path / "嘉兴")
    assert f"{tmp_path}/嘉兴" in done.stderr
    assert "make run" not in done.stderr


of_sqlite = pytest.mark.skipif(connection.vendor != "sqlite", reason="Of SQLite only")


def unopened(folder):
    """The error of a file that cannot be opened."""
    with pytest.raises(OperationalError) as caught, connection.wrap_database_errors:
        sqlite3.connect(folder / "none" / "chronicle.sqlite3")
    return caught.value


@of_sqlite
def test_without_a_folder_the_first_start_is_make_run(settings, tmp_path):
    settings.BASE_DIR = tmp_path
    (tmp_path / "var").mkdir()
    with connected_to(tmp_path / "var" / "chronicle.sqlite3"):
        assert connection_failure(unopened(tmp_path)).endswith("make run")


@of_sqlite
def test_a_database_that_is_there_and_cannot_be_opened_has_its_reason(settings, tmp_path):
    settings.BASE_DIR = tmp_path
    (tmp_path / "var" / "chronicle.sqlite3").mkdir(parents=True)
    with connected_to(tmp_path / "var" / "chronicle.sqlite3"):
        message = connection_failure(unopened(tmp_path))
    assert "unable to open database file" in message
    assert "DATABASE_URL" not in message
