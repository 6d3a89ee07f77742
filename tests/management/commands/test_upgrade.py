"""manage.py upgrade."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from tests import factories as make
from tests.sqlite_files import in_a_file
from timeline.models import SearchDocument
from timeline.operation.backup_files import backups_in
from timeline.operation.upgrade import STEPS

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("english"),
    pytest.mark.skipif(connection.vendor != "sqlite", reason="Of SQLite only"),
]


@pytest.fixture
def site(tmp_path, settings):
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.BACKUP_FOLDER = str(tmp_path / "backups")
    (tmp_path / "backups").mkdir()
    make.make_milestone()
    with in_a_file(tmp_path / "site.sqlite3"):
        yield tmp_path


def test_every_step_is_named_and_the_last_says_how_to_restart(site, capsys):
    SearchDocument.objects.all().delete()
    call_command("upgrade")
    printed = capsys.readouterr().out
    for number, step in enumerate(STEPS, start=1):
        assert f"{number}/{len(STEPS)} {step.label}\n" in printed
    assert "1 records mended" in printed
    assert "systemctl reload" in printed
    assert len(backups_in(site / "backups")) == 1
    assert (site / "static" / "css").is_dir()
    # Again, with nothing to do. The process of a stopped unit is 0.
    call_command("upgrade", no_backup=True, pid=0)
    assert "systemctl start" in capsys.readouterr().out


def test_without_a_place_for_a_backup_nothing_is_begun(site, settings, capsys):
    settings.BACKUP_FOLDER = ""
    with pytest.raises(CommandError, match="--no-backup"):
        call_command("upgrade")
    assert capsys.readouterr().out == ""


def test_a_database_of_later_code_is_left_alone(site):
    MigrationRecorder.Migration.objects.create(app="timeline", name="9999_later")
    with pytest.raises(CommandError, match=r"stopped at “Checks”.*timeline\.9999_later"):
        call_command("upgrade")
    assert backups_in(site / "backups") == []


def test_without_a_backup_there_is_no_migration(site, tmp_path):
    MigrationRecorder.Migration.objects.filter(app="timeline").order_by("-name")[0].delete()
    with pytest.raises(CommandError, match="stopped at “Backup”"):
        call_command("upgrade", backup=tmp_path / "gone" / "backup.tar.gz")
    assert not (site / "static").exists()


def test_a_process_that_is_no_server_is_refused_at_the_beginning(site):
    with pytest.raises(CommandError, match="no server"):
        call_command("upgrade", pid=1)
    assert backups_in(site / "backups") == []
