"""The room on each disk on which the site writes."""

import tempfile

import pytest
from django.db import connection

from tests.sqlite_files import connected_to
from timeline.operation import disk
from timeline.operation.disk import free_bytes, free_bytes_of_backups

pytestmark = pytest.mark.skipif(connection.vendor != "sqlite", reason="Of SQLite only")


def test_each_disk_is_named_once(tmp_path):
    with connected_to(tmp_path / "site.sqlite3"):
        free = free_bytes()
    # Both on one disk, or on two.
    assert next(iter(free)) == tmp_path
    assert all(number > 0 for number in free.values())


def test_without_a_file_it_is_the_disk_of_temporary_files():
    with connected_to(":memory:"):
        assert [str(folder) for folder in free_bytes()] == [tempfile.gettempdir()]


def test_the_disk_of_backups_is_looked_at_but_the_site_goes_on_without_it(tmp_path, settings):
    settings.BACKUP_FOLDER = str(tmp_path)
    assert [*free_bytes_of_backups()] == [tmp_path]
    with connected_to(":memory:"):
        assert tmp_path not in free_bytes()
    settings.BACKUP_FOLDER = ""
    assert free_bytes_of_backups() == {}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("host", "is_here"), [("", True), ("/run/postgresql", True), ("localhost", True), ("10.0.0.9", False)]
)
def test_the_disk_of_a_postgresql_on_this_machine_is_looked_at(
    tmp_path, monkeypatch, settings, host, is_here
):
    settings.POSTGRESQL_FOLDER = str(tmp_path)
    monkeypatch.setattr(disk, "_told", {})
    monkeypatch.setattr(connection, "vendor", "postgresql")
    monkeypatch.setitem(connection.settings_dict, "HOST", host)
    # SQLite knows no pg_settings, as a server does that tells nothing.
    assert (disk._local_postgresql() == tmp_path) == is_here


@pytest.mark.django_db
def test_a_postgresql_that_tells_where_its_data_are_is_believed(tmp_path, monkeypatch, settings):
    settings.POSTGRESQL_FOLDER = "/var/lib/postgresql"
    monkeypatch.setattr(disk, "_told", {})
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE pg_settings (name text, setting text)")
        cursor.execute("INSERT INTO pg_settings VALUES ('data_directory', %s)", [str(tmp_path)])
    monkeypatch.setattr(connection, "vendor", "postgresql")
    monkeypatch.setitem(connection.settings_dict, "HOST", "/run/postgresql")
    assert disk._local_postgresql() == tmp_path
    # Also while the database is away.
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE pg_settings")
    assert disk._local_postgresql() == tmp_path
