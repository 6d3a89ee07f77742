"""Working folders are private, beside the database, and do not stay."""

import fcntl
import os

import pytest
from django.db import connection

from tests.sqlite_files import connected_to
from timeline.operation.working_folders import PREFIX, database_file, database_folder, working_folder

pytestmark = pytest.mark.skipif(connection.vendor != "sqlite", reason="Of SQLite only")


@pytest.fixture
def site(tmp_path):
    with connected_to(tmp_path / "site.sqlite3"):
        yield tmp_path


def test_a_working_folder_is_beside_the_database_and_private(site):
    with working_folder() as folder:
        assert folder.parent == site
        assert folder.stat().st_mode & 0o777 == 0o700
    assert list(site.iterdir()) == []


def test_it_is_removed_after_a_failure(site):
    with pytest.raises(ValueError, match="failed"), working_folder():
        raise ValueError("failed")
    assert list(site.iterdir()) == []


def test_what_a_killed_process_left_is_removed_by_the_next(site):
    (site / f"{PREFIX}left").mkdir()
    (site / f"{PREFIX}left" / "file").touch()
    os.utime(site / f"{PREFIX}left", (0, 0))
    with working_folder() as folder:
        assert list(site.iterdir()) == [folder]


def test_the_folder_of_a_living_process_stays(site):
    with working_folder() as first, working_folder() as second:
        assert {*site.iterdir()} == {first, second}
    (site / f"{PREFIX}other").mkdir()
    os.utime(site / f"{PREFIX}other", (0, 0))
    descriptor = os.open(site / f"{PREFIX}other", os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    with working_folder():
        pass
    os.close(descriptor)
    assert (site / f"{PREFIX}other").is_dir()


def test_a_folder_that_its_process_has_just_created_and_not_locked_yet_stays(site):
    (site / f"{PREFIX}new").mkdir()
    with working_folder() as folder:
        assert {*site.iterdir()} == {folder, site / f"{PREFIX}new"}


def test_the_file_of_the_database_is_known_as_the_server_names_it(tmp_path):
    # `serve` sets DATABASE_MUST_EXIST.
    with connected_to(f"{(tmp_path / 'a b#.sqlite3').as_uri()}?mode=rw"):
        assert database_file() == tmp_path / "a b#.sqlite3"
        assert database_folder() == tmp_path


def test_a_database_in_memory_has_no_folder():
    with connected_to(":memory:"):
        assert database_folder() is None
