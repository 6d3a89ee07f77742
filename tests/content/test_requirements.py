"""What editors owe to readers in the content of any city: both languages, and short quotations. Faults name file, row and column."""

from collections.abc import Iterator

import pytest

from tests.files import read_all
from timeline.exchange.readers.types import FileRow
from timeline.i18n.display import language_of
from timeline.models import Chronicle

pytestmark = pytest.mark.django_db

# The most characters of a quotation: more would be a copy of the source.
LONGEST_QUOTATION = 60
ENGLISH = "_en"


def rows_of(content) -> Iterator[FileRow]:
    for folder in content.folders:
        rows, _problems = read_all(folder)
        yield from rows


def fault(row: FileRow, column: str, message: str) -> str:
    return f"{row.place}, {column}: {message}"


def fail_with(faults: list[str]) -> None:
    if faults:
        pytest.fail("\n".join(["", *faults]), pytrace=False)


def languages_missing(row: FileRow) -> Iterator[str]:
    """Yield the columns of a row that lack the other of both languages."""
    for column in row.table.columns:
        english = f"{column}{ENGLISH}"
        if english not in row.table.columns:
            continue
        text, translation = row.cells.get(column), row.cells.get(english)
        if text and not translation and language_of(str(text)):
            yield fault(row, english, f"“{text}” is not in English.")
        if translation and not text:
            yield fault(row, column, f"“{translation}” is not in Chinese.")


def test_quotations_are_short(imported):
    fail_with(
        [
            fault(row, "quotation", f"{len(quotation)} characters, at most {LONGEST_QUOTATION}.")
            for row in rows_of(imported)
            if len(quotation := str(row.cells.get("quotation") or "").strip()) > LONGEST_QUOTATION
        ]
    )


def test_every_text_is_in_the_languages_of_the_site(imported):
    if not all(chronicle.english_pages for chronicle in Chronicle.objects.all()):
        pytest.skip("The chronicle has no pages in English.")
    fail_with([one for row in rows_of(imported) for one in languages_missing(row)])
