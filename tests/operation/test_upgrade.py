"""An upgrade brings every released version to the present, and stops before anything is lost."""

import json
import subprocess
import sys

import pytest

from tests import releases
from tests.backups import run
from tests.databases import make_sqlite
from tests.servers import serving, until
from timeline.operation.errors import OperationError
from timeline.operation.upgrade import STEPS, check_server

pytestmark = pytest.mark.usefixtures("english")


def test_a_backup_comes_before_whatever_changes_the_database_and_the_restart_last():
    labels = [str(step.label) for step in STEPS]
    assert labels[:3] == ["Checks", "Backup", "Migrations"]
    assert labels[-1] == "Restart"


def test_no_other_process_is_sent_a_signal():
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]) as other:
        with pytest.raises(OperationError, match="no server"):
            check_server(other.pid)
        assert other.poll() is None
        other.kill()
    with pytest.raises(OperationError, match="cannot be reached"):
        check_server(other.pid)


@pytest.mark.long
@pytest.mark.parametrize("engine", [releases.SQLITE, releases.POSTGRESQL])
@pytest.mark.parametrize("version", releases.versions())
def test_a_released_version_is_upgraded_with_a_backup_from_before(version, engine, tmp_path):
    with releases.restored(version, engine) as url:
        printed = run(
            url,
            "manage.py",
            "upgrade",
            "--backup",
            str(tmp_path / "before.tar.gz"),
            DJANGO_SETTINGS_MODULE="tests.upgrade_settings",
            STATIC_ROOT=str(tmp_path / "static"),
        )
        assert "timeline.0007" in printed
        assert (tmp_path / "static" / "staticfiles.json").is_file()
        run(url, "manage.py", "doctor", "database", "migrations", "search", "integrity")
        content = json.loads(releases.export(url, tmp_path / "content.json"))
        run(url, "-m", "tests.every_page", "zh-Hans", "里程碑 public")
    assert len(content["milestones"]) >= 5
    run("sqlite:///:memory:", "manage.py", "restore", str(tmp_path / "before.tar.gz"), "--check")


@pytest.mark.long
def test_the_workers_of_the_server_are_replaced(tmp_path):
    database = make_sqlite(tmp_path / "chronicle.sqlite3")
    upgraded = {"DJANGO_SETTINGS_MODULE": "tests.upgrade_settings", "STATIC_ROOT": str(tmp_path / "static")}
    with serving(tmp_path, database) as server:
        before = server.workers()
        run(database, "manage.py", "upgrade", "--no-backup", "--pid", str(server.process.pid), **upgraded)
        assert until(lambda: server.workers() and not {*server.workers()} & {*before})
        assert server.answer("GET /healthz").startswith("HTTP/1.1 200")
