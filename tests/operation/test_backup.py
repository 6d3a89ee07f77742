"""A backup is one private file, whole or not at all, of a site that is in use."""

import os
import tarfile
import time

import pytest
from django.db import connection

from tests import factories as make
from tests.backups import ENGINES, KILLS, fill, new_databases, run, start
from tests.sqlite_files import in_a_file
from timeline.operation import encryption, restore
from timeline.operation.backup import backup
from timeline.operation.errors import OperationError
from timeline.operation.working_folders import PREFIX

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("english")]


@pytest.fixture
def site(tmp_path):
    """The folder of a site on SQLite with an entry and an account."""
    if connection.vendor != "sqlite":
        pytest.skip("Of SQLite only; the tests of restoring have both databases")
    make.make_milestone(title="智慧城市启动")
    make.make_editor(username="wang")
    (tmp_path / "site").mkdir()
    with in_a_file(tmp_path / "site" / "site.sqlite3"):
        yield tmp_path


def names(file):
    with tarfile.open(file) as packed:
        return {member.name for member in packed if member.isfile()}


def test_a_backup_is_a_bag_with_the_database_and_the_settings(site):
    made = backup(site / "backup.tar.gz")
    assert made.path == site / "backup.tar.gz"
    assert names(made.path) == {
        "chronicle/bag-info.txt",
        "chronicle/bagit.txt",
        "chronicle/manifest-sha256.txt",
        "chronicle/tagmanifest-sha256.txt",
        "chronicle/data/database.sqlite3",
        "chronicle/data/settings.env",
        "chronicle/data/state.json",
    }
    assert restore.check(made.path).rows["auth_user"] == 1


def test_it_is_its_owners_alone_and_names_no_account_of_the_machine(site):
    made = backup(site / "backup.tar.gz")
    assert made.path.stat().st_mode & 0o777 == 0o600
    with tarfile.open(made.path) as packed:
        assert {(member.uid, member.gid, member.uname, member.gname) for member in packed} == {(0, 0, "", "")}


def test_uploaded_files_are_in_it(site, settings):
    settings.MEDIA_ROOT = str(site / "uploads")
    (site / "uploads" / "2021").mkdir(parents=True)
    (site / "uploads" / "2021" / "文件.pdf").write_bytes(b"%PDF")
    assert "chronicle/data/uploads/2021/文件.pdf" in names(backup(site / "backup.tar.gz").path)


def test_with_a_recipient_it_is_encrypted(site):
    key = encryption.write_new_identity(site / "key.txt")
    made = backup(site, encryption.recipients(key))
    assert made.path.name.endswith(".tar.gz.age")
    assert encryption.is_encrypted(made.path)
    assert restore.check(made.path, encryption.identities(site / "key.txt")).rows["auth_user"] == 1


def test_in_a_folder_it_has_a_name_with_its_time(site):
    made = backup(site)
    assert made.path.parent == site
    assert made.path.name.startswith("chronicle-2")


def test_nothing_is_replaced(site):
    (site / "backup.tar.gz").write_text("another")
    with pytest.raises(OperationError, match="replaces nothing"):
        backup(site / "backup.tar.gz")
    assert (site / "backup.tar.gz").read_text() == "another"


def test_a_failed_backup_leaves_nothing(site, monkeypatch):
    def full(*arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("shutil.copyfileobj", full)
    with pytest.raises((OSError, OperationError)):
        backup(site / "backup.tar.gz")
    assert {path.name for path in site.iterdir()} == {"site"}
    assert {path.name for path in (site / "site").iterdir() if "sqlite3" not in path.name} == set()


@pytest.mark.long
@pytest.mark.any_database
@pytest.mark.parametrize("engine", ENGINES)
def test_a_killed_backup_leaves_no_file_that_looks_like_one(engine, tmp_path):
    with new_databases(engine, tmp_path) as new_database:
        url = new_database("first")
        fill(url)
        began = time.monotonic()
        run(url, "manage.py", "backup", str(tmp_path / "whole.tar.gz"))
        whole = time.monotonic() - began
        for kill in range(1, KILLS + 1):
            to = tmp_path / f"{kill}.tar.gz"
            process = start(url, "manage.py", "backup", str(to), TMPDIR=str(tmp_path))
            time.sleep(whole * (0.4 + 0.6 * kill / KILLS))
            process.kill()
            process.communicate()
            if to.exists():
                run(url, "manage.py", "restore", str(to), "--check", TMPDIR=str(tmp_path))
        for left in tmp_path.glob(f"{PREFIX}*"):
            # As if it had been left some time ago: a younger one may be that of another backup.
            os.utime(left, (0, 0))
        run(url, "manage.py", "backup", str(tmp_path / "last.tar.gz"), TMPDIR=str(tmp_path))
        assert list(tmp_path.glob(f"{PREFIX}*")) == []
