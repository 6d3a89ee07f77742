"""The size of an upload, which decides whether a job previews it."""

import pytest

from tests.files import xlsx_file, zipped
from timeline.exchange.jobs.sizes import FileSize, size_of

ROWS = b"slug,title\n" + b"a,b\n" * 50


def test_the_rows_of_a_text_are_its_lines():
    assert size_of("topics.csv", ROWS) == FileSize(len(ROWS), 51)
    assert size_of("topics.TSV", ROWS).rows == 51


def test_the_rows_of_a_workbook_are_counted_in_all_of_its_sheets():
    content = xlsx_file(topics=[["slug"], ["a"], ["b"]], milestones=[["slug"], ["c"]])
    assert size_of("content.xlsx", content) == FileSize(len(content), 5)


def test_an_archive_counts_unpacked():
    assert size_of("all.zip", zipped({"topics.csv": ROWS, "more/topics.csv": ROWS, "a.yaml": b"- {}"})) == (
        FileSize(2 * len(ROWS) + 4, 102)
    )


@pytest.mark.parametrize("name", ["a.xlsx", "a.zip", "a.ods", "a.yaml", "a"])
def test_of_what_cannot_be_read_only_the_bytes_count(name):
    assert size_of(name, b"no archive\n") == FileSize(11)


def test_more_rows_or_bytes_than_the_settings_allow_are_large(settings):
    settings.IMPORT_JOB_ROWS, settings.IMPORT_JOB_BYTES = 10, 100
    assert [FileSize(100, 10).is_large, FileSize(101).is_large, FileSize(1, 11).is_large] == [
        False,
        True,
        True,
    ]
