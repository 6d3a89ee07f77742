"""manage.py restore."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from tests import factories as make
from tests.sqlite_files import connected_to, in_a_file
from timeline.models import Milestone
from timeline.operation.backup import backup

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("english"),
    pytest.mark.skipif(connection.vendor != "sqlite", reason="Of SQLite only"),
]


@pytest.fixture
def made(tmp_path):
    make.make_milestone()
    with in_a_file(tmp_path / "site.sqlite3"):
        return backup(tmp_path / "backup.tar.gz").path


def test_it_says_what_it_restored_and_which_settings_differ(made, tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("TIME_ZONE", "Asia/Urumqi")
    with connected_to(tmp_path / "new.sqlite3"):
        call_command("restore", made)
        assert Milestone.objects.count() == 1
    printed = capsys.readouterr().out
    assert printed.startswith("Restored: ")
    assert "    TIME_ZONE=Asia/Shanghai\n" in printed
    assert "SECRET_KEY" in printed


def test_what_public_entries_lack_is_named_after_restoring(tmp_path, capsys):
    public = {
        "status": "published",
        "published_at": "2021-01-01T00:00:00Z",
        "published_by": make.make_editor(),
    }
    make.make_milestone(**public)
    with in_a_file(tmp_path / "site.sqlite3"):
        path = backup(tmp_path / "backup.tar.gz").path
    with connected_to(tmp_path / "new.sqlite3"):
        call_command("restore", path)
    assert "cites no source" in capsys.readouterr().err


def test_checking_restores_nothing(made, tmp_path, capsys):
    with connected_to(tmp_path / "new.sqlite3"):
        call_command("restore", made, check=True)
    assert capsys.readouterr().out.startswith("The backup is whole: sqlite, version ")
    assert not (tmp_path / "new.sqlite3").exists()


def test_a_refusal_is_a_sentence(made, tmp_path):
    with in_a_file(tmp_path / "other.sqlite3"), pytest.raises(CommandError, match="not empty"):
        call_command("restore", made)
    with pytest.raises(CommandError, match="nowhere"):
        call_command("restore", tmp_path / "nowhere", check=True)
