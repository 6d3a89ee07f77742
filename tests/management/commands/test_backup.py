"""manage.py backup."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from tests import factories as make
from tests.sqlite_files import in_a_file
from timeline.operation.backup_files import backups_in

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("english"),
    pytest.mark.skipif(connection.vendor != "sqlite", reason="Of SQLite only"),
]


@pytest.fixture
def site(tmp_path, settings):
    make.make_milestone()
    settings.BACKUP_FOLDER = str(tmp_path / "backups")
    (tmp_path / "backups").mkdir()
    with in_a_file(tmp_path / "site.sqlite3"):
        yield tmp_path


def test_it_writes_to_the_folder_of_the_settings_and_says_what(site, capsys):
    call_command("backup")
    ((_made_at, path),) = backups_in(site / "backups")
    assert capsys.readouterr().out.startswith(f"{path}: ")


def test_older_ones_are_removed_where_that_is_asked_for(site, capsys):
    for day in range(1, 6):
        (site / "backups" / f"chronicle-2020010{day}T030000Z.tar.gz").touch()
    call_command("backup", keep=3)
    kept = [path.name for _made_at, path in backups_in(site / "backups")]
    assert kept[1:] == ["chronicle-20200105T030000Z.tar.gz", "chronicle-20200104T030000Z.tar.gz"]
    assert capsys.readouterr().out.count("Removed: ") == 3


def test_a_failed_backup_removes_none(site):
    (site / "backups" / "chronicle-20200101T030000Z.tar.gz").touch()
    with pytest.raises(CommandError, match="age1"):
        call_command("backup", keep=1, recipient="wrong")
    assert len(backups_in(site / "backups")) == 1


def test_one_file_has_no_older_ones(site):
    with pytest.raises(CommandError, match="folder"):
        call_command("backup", site / "one.tar.gz", keep=1)


def test_without_a_destination_it_says_how_to_name_one(site, settings):
    settings.BACKUP_FOLDER = ""
    with pytest.raises(CommandError, match="BACKUP_FOLDER"):
        call_command("backup", recipient="")


def test_the_backup_is_for_the_recipient_of_a_new_key(site, capsys):
    call_command("backup", new_key=site / "key.txt")
    public = capsys.readouterr().out.strip()
    call_command("backup", recipient=public)
    ((_made_at, path),) = backups_in(site / "backups")
    assert path.suffix == ".age"
    with pytest.raises(CommandError):
        call_command("backup", new_key=site / "key.txt")
