"""Whoever has no backup, or an old one, is told."""

import datetime

import pytest
from django.utils import timezone

from timeline.operation.backup_files import new_name
from timeline.operation.checks.backups import check_backups
from timeline.operation.checks.findings import Level

pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture
def folder(settings, tmp_path):
    settings.BACKUP_FOLDER = str(tmp_path)

    def write(hours, *, encrypted=True):
        (tmp_path / new_name(timezone.now() - datetime.timedelta(hours=hours), encrypted=encrypted)).touch()

    return write


def levels():
    found = list(check_backups())
    assert all(finding.remedy for finding in found)
    return [finding.level for finding in found]


def test_a_site_without_a_folder_for_backups_is_warned(settings):
    settings.BACKUP_FOLDER = ""
    assert levels() == [Level.WARNING]


def test_no_backup_is_an_error(folder):
    assert levels() == [Level.ERROR]


def test_a_folder_in_which_no_backup_can_be_written_is_an_error(folder, monkeypatch):
    folder(1)
    # Root, as whom tests may run, can write everywhere.
    monkeypatch.setattr("os.access", lambda path, mode: False)
    assert levels() == [Level.ERROR]


def test_an_encrypted_backup_of_last_night_is_right(folder):
    folder(24)
    folder(500, encrypted=False)
    assert levels() == []


def test_an_old_backup_is_an_error_with_its_age(folder):
    folder(50)
    (finding,) = check_backups()
    assert finding.level == Level.ERROR
    assert "50 hours old" in finding.problem


def test_a_backup_that_is_not_encrypted_is_a_notice(folder):
    folder(1, encrypted=False)
    assert levels() == [Level.NOTICE]


def test_a_folder_that_is_not_there_is_an_error(settings, tmp_path):
    settings.BACKUP_FOLDER = str(tmp_path / "gone")
    assert levels() == [Level.ERROR]


def test_a_key_that_is_none_is_found_before_the_night(settings, tmp_path):
    settings.BACKUP_FOLDER, settings.BACKUP_RECIPIENT = str(tmp_path), "age1xyz"
    finding, *_others = check_backups()
    assert (finding.level, "BACKUP_RECIPIENT" in finding.remedy) == (Level.ERROR, True)
