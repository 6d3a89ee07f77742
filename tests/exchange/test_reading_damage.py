"""Damaged files are read or reported as problems, never with a traceback."""

import os

import pytest
from hypothesis import HealthCheck, given, settings

from tests.damage import damaged_files, sound_files
from tests.examples import examples
from tests.files import read_all
from timeline.exchange.readers.sources import Upload

pytestmark = pytest.mark.usefixtures("english")

# `make soak` sets a larger number.
DAMAGED_FILES = int(os.environ.get("DAMAGED_FILES", examples(200)))


@pytest.mark.parametrize("name", sound_files())
def test_the_sound_files_are_sound(name):
    rows, problems = read_all(Upload(name, sound_files()[name]))
    assert rows
    assert problems == []


@given(damaged_files())
@settings(
    max_examples=DAMAGED_FILES,
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
        HealthCheck.function_scoped_fixture,
    ],
)
def test_a_damaged_file_is_rows_or_problems(english, damaged):
    rows, problems = read_all(Upload(damaged.name, damaged.content))
    for problem in problems:
        assert problem.message
        assert len(str(problem).encode()) < 20_000
        assert problem.place.file
    for row in rows:
        for column, cell in row.cells.items():
            assert isinstance(column, str)
            assert cell is None or isinstance(cell, str | list)
            str(cell).encode()
