"""manage.py export_site: what it prints, several processes, and an export that is killed."""

import io
import os
import re
import shutil
import signal
import subprocess
import sys

import pytest
from django.core.management import CommandError, call_command

from tests import factories as make
from tests.connections import kept_connection
from tests.databases import make_sqlite
from tests.factories import CONTENT, ROOT
from tests.servers import environment, manage, until
from tests.snapshots import SITE, files_below, page_file, public
from timeline.delivery.snapshot.storage import LockedError, SnapshotFolder

pytestmark = [pytest.mark.any_database, pytest.mark.usefixtures("english")]


def command(*words):
    out = io.StringIO()
    with kept_connection():
        call_command("export_site", *map(str, words), "--processes", "1", stdout=out)
    return out.getvalue()


@pytest.mark.django_db
def test_the_command_writes_the_site_and_counts(tmp_path, visitor):
    policy = make.make_policy(published=True, date="2013")
    printed = command(tmp_path, "--url", SITE)
    assert page_file(tmp_path, policy.get_absolute_url()).is_file()
    files = len(files_below(public(tmp_path)))
    assert re.search(
        rf"^{files} files, {files} of them new or changed; 0 redirects, 0 addresses gone", printed, re.M
    )
    assert "Nothing has changed" in command(tmp_path, "--url", SITE)


@pytest.mark.django_db
def test_the_command_refuses_with_a_sentence(tmp_path):
    with pytest.raises(CommandError, match="--url is an address"):
        command(tmp_path, "--url", "somewhere")
    with SnapshotFolder(tmp_path).locked(), pytest.raises(CommandError, match="Another export"):
        command(tmp_path, "--url", SITE)


@pytest.mark.django_db
def test_a_link_to_a_page_that_does_not_exist_is_named(tmp_path, visitor, capsys):
    make.make_policy(published=True, date="2013", body="[无此页](/topics/nowhere/)")
    command(tmp_path, "--url", SITE)
    assert "/topics/nowhere/" in capsys.readouterr().err


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    """The address of a database with content."""
    url = make_sqlite(tmp_path_factory.mktemp("database") / "chronicle.sqlite3")
    manage(url, "createsuperuser", "--noinput", "--username", "zhou", "--email", "a@example.org", check=True)
    manage(url, "import_content", CONTENT, "--publish", "--user", "zhou", "-v", "0", check=True)
    return url


def arguments(folder):
    return ["export_site", str(folder), "--url", "http://localhost", "--processes", "2"]


@pytest.fixture(scope="module")
def exported(database, tmp_path_factory):
    """Its site, written by two processes."""
    folder = tmp_path_factory.mktemp("exported") / "site"
    manage(database, *arguments(folder), check=True)
    return folder


@pytest.mark.long
def test_several_processes_write_the_same(database, exported, tmp_path):
    manage(database, *arguments(tmp_path / "one")[:-1], "1", check=True)
    one, two = (files_below(folder / "current") for folder in (tmp_path / "one", exported))
    changed = {name for name in one | two if one.get(name) != two.get(name)}
    assert changed == {"nginx.conf"}  # It names its folder.


@pytest.mark.long
def test_a_killed_export_leaves_the_former_and_the_next_removes_what_it_left(database, exported, tmp_path):
    # Later tests may read what this one would change.
    file, folder = tmp_path / "chronicle.sqlite3", tmp_path / "site"
    shutil.copy(database.removeprefix("sqlite:///"), file)
    shutil.copytree(exported, folder, symlinks=True)
    database = f"sqlite:///{file}"
    before = files_below(folder / "current")
    manage(
        database,
        "shell",
        "-c",
        "from tests import factories as make; make.make_topic(slug='new')",
        check=True,
    )
    for files in (1, 20, 60):
        command = [sys.executable, "manage.py", *arguments(folder)]
        known = {*(folder / "states").iterdir()}
        with subprocess.Popen(command, cwd=ROOT, env=environment(database)) as process:

            def has_written(known=known, files=files):
                # Files and folders come and go meanwhile, which is no error for os.walk.
                return any(
                    sum(len(names) for _folder, _folders, names in os.walk(state)) >= files
                    for state in {*(folder / "states").iterdir()} - known
                )

            assert until(has_written)
            process.send_signal(signal.SIGKILL)
        assert files_below(folder / "current") == before
        assert until(lambda: not _is_locked(folder))
    manage(database, *arguments(folder), check=True)
    assert page_file(folder, "/topics/new/").is_file()
    assert len([*(folder / "states").iterdir()]) == 1


def _is_locked(folder):
    try:
        with SnapshotFolder(folder).locked():
            return False
    except LockedError:
        return True
