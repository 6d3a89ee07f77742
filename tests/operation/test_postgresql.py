"""The programs of PostgreSQL: found where they are, named where they are missing, their failures said."""

import pytest
from django.db import connection

from timeline.operation import postgresql
from timeline.operation.errors import OperationError

pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture
def no_programs(monkeypatch):
    monkeypatch.setattr("shutil.which", lambda name: None)
    monkeypatch.setattr("glob.glob", lambda pattern: [])


def test_a_missing_program_is_named_with_its_package(no_programs):
    with pytest.raises(OperationError, match="pg_dump is missing.*postgresql-client"):
        postgresql.tool("pg_dump")


def test_the_newest_of_debians_versions_is_taken(no_programs, monkeypatch):
    versions = [f"/usr/lib/postgresql/{number}/bin/pg_dump" for number in ("9.6", "17", "15")]
    monkeypatch.setattr("glob.glob", lambda pattern: versions)
    assert postgresql.tool("pg_dump") == versions[1]


def test_what_is_in_the_path_goes_first(monkeypatch):
    monkeypatch.setattr("shutil.which", lambda name: f"/opt/bin/{name}")
    assert postgresql.tool("pg_restore") == "/opt/bin/pg_restore"


@pytest.mark.skipif(connection.vendor != "postgresql", reason="Of PostgreSQL only")
@pytest.mark.django_db(transaction=True)
def test_what_a_program_says_when_it_fails_is_passed_on(tmp_path):
    (tmp_path / "no.dump").write_bytes(b"no dump")
    with pytest.raises(OperationError, match="pg_restore has failed: .*archive"):
        postgresql.restore(tmp_path / "no.dump", lambda rows: None)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="Of PostgreSQL only")
@pytest.mark.django_db(transaction=True)
def test_a_dump_is_inspected_as_of_its_moment(tmp_path):
    seen = []
    postgresql.dump(
        tmp_path / "dump", lambda rows: seen.append(rows("SELECT COUNT(*) FROM django_migrations"))
    )
    assert seen[0][0][0] > 0
    assert (tmp_path / "dump").read_bytes().startswith(b"PGDMP")
    assert not postgresql.is_empty()


@pytest.mark.skipif(connection.vendor != "postgresql", reason="Of PostgreSQL only")
def test_programs_reach_the_database_as_the_site_does_with_the_options_of_its_address(monkeypatch):
    given = connection.settings_dict
    options = {**given["OPTIONS"], "port": str(given["PORT"] or 5432), "connect_timeout": "7"}
    monkeypatch.setattr(
        connection, "settings_dict", {**given, "PORT": "", "PASSWORD": "a b", "OPTIONS": options}
    )
    target, environment = postgresql._target()
    assert f"port={options['port']}" in target
    assert "connect_timeout=7" in target
    assert "a b" not in target
    assert environment == {"PGPASSWORD": "a b"}
