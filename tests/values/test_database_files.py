"""The file of an SQLite database by its name or address."""

from pathlib import Path

import pytest

from timeline.values.database_files import database_file_named


@pytest.mark.parametrize("path", [Path("/srv/city.sqlite3"), Path("/srv/a b/市 50%.sqlite3")])
def test_a_path_and_its_address_are_one_file(path):
    assert database_file_named(str(path)) == path
    assert database_file_named(f"{path.as_uri()}?mode=rw") == path


def test_a_relative_name_is_beside_the_process():
    assert database_file_named("city.sqlite3") == Path.cwd() / "city.sqlite3"


@pytest.mark.parametrize("name", [":memory:", "file:memorydb_default?mode=memory&cache=shared"])
def test_a_database_in_memory_is_no_file(name):
    assert database_file_named(name) is None
