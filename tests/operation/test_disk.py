"""The room on each disk on which the site writes."""

import tempfile

import pytest
from django.db import connection

from tests.sqlite_files import connected_to
from timeline.operation.disk import free_bytes

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
