"""File sources: files that are too large are not read, and uploads are read from the start each time."""

import pytest

from timeline.exchange.readers.sources import Upload
from timeline.exchange.reading import read

pytestmark = pytest.mark.usefixtures("english")


def test_a_file_that_is_too_large_is_refused_before_it_is_read(tmp_path):
    path = tmp_path / "policies.yaml"
    with path.open("wb") as file:
        file.truncate(64 * 1024 * 1024 + 1)
    (found,) = read([path]).problems
    assert "64 MB" in found.message


def test_an_upload_is_read_from_its_start_each_time():
    (found,) = read([Upload("policies.csv", b"slug\n" + b"a\n" * 20_000)]).sheets
    assert [sum(1 for row in found), sum(1 for row in found)] == [20_000, 20_000]
