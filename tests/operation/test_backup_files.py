"""Backups in a folder: by their names, the newest first; the older ones are removed, and nothing else."""

import datetime
import os

import pytest

from timeline.operation.backup_files import backups_in, new_name, remove_old, unfinished_in

NOW = datetime.datetime(2026, 12, 1, 3, 0, tzinfo=datetime.UTC)
DAY = datetime.timedelta(days=1)


@pytest.fixture
def names(tmp_path):
    """The names of five backups, the newest first; of other files; of what interrupted backups left."""
    made = [new_name(NOW - number * DAY, encrypted=bool(number % 2)) for number in range(5)]
    others = ["notes.txt", "chronicle-20261201.tar.gz", "chronicle-20261201T030000Z.tar.gz.txt"]
    for name in (*made, *others, f".{made[0]}.0a1b2c3d.part", f".{made[1]}.0a1b2c3d.part"):
        (tmp_path / name).touch()
    long_ago = (NOW - 2 * DAY).timestamp()
    os.utime(tmp_path / f".{made[1]}.0a1b2c3d.part", (long_ago, long_ago))
    os.utime(tmp_path / f".{made[0]}.0a1b2c3d.part", (NOW.timestamp(), NOW.timestamp()))
    return made


def test_names_tell_the_time_in_utc_and_whether_it_is_encrypted():
    local = NOW.astimezone(datetime.timezone(datetime.timedelta(hours=8)))
    assert new_name(local, encrypted=False) == "chronicle-20261201T030000Z.tar.gz"
    assert new_name(local, encrypted=True) == "chronicle-20261201T030000Z.tar.gz.age"


def test_backups_come_newest_first(names, tmp_path):
    assert [path.name for _made_at, path in backups_in(tmp_path)] == names
    assert backups_in(tmp_path)[1][0] == NOW - DAY


def test_all_but_the_newest_are_removed_and_nothing_that_is_no_backup(names, tmp_path):
    before = {path.name for path in tmp_path.iterdir()}
    removed = remove_old(tmp_path, 2, NOW)
    gone = {*names[2:], f".{names[1]}.0a1b2c3d.part"}
    assert {path.name for path in removed} == gone
    assert {path.name for path in tmp_path.iterdir()} == before - gone


def test_a_file_that_is_being_written_is_not_left_over(names, tmp_path):
    assert [path.name for path in unfinished_in(tmp_path, NOW)] == [f".{names[1]}.0a1b2c3d.part"]
