"""What editors owe to readers in the content of any city, besides what an import demands: both languages, and links that lead to a page.

Faults name file, row and column, in Chinese and English: no catalogue has the messages of tests.
"""

from collections.abc import Iterator

import pytest

from tests.files import read_all
from timeline.exchange.readers.types import FileRow, Problem
from timeline.i18n.display import language_of
from timeline.models.fields import ProseField
from timeline.rows.columns import parse_yes_no
from timeline.values.markdown import links

pytestmark = pytest.mark.django_db

ENGLISH = "_en"


def rows_of(content) -> Iterator[FileRow]:
    for folder in content.folders:
        rows, _problems = read_all(folder)
        yield from rows


def says_no_english(chronicle: FileRow) -> bool:
    return parse_yes_no(str(chronicle.cells.get("english_pages"))) is False


def fault(row: FileRow, column: str, message: str) -> str:
    return str(Problem(row.place, message, column))


def fail_with(faults: list[str]) -> None:
    if faults:
        pytest.fail("\n".join(["", *faults]), pytrace=False)


def languages_missing(row: FileRow) -> Iterator[str]:
    """Yield the faults of the columns of a row that lack the other of both languages."""
    for column in row.table.columns:
        english = f"{column}{ENGLISH}"
        if english not in row.table.columns:
            continue
        text, translation = row.cells.get(column), row.cells.get(english)
        if text and not translation and language_of(str(text)):
            yield fault(row, english, f"“{text}”没有英文 (is not in English)")
        if translation and not text:
            yield fault(row, column, f"“{translation}”没有中文 (is not in Chinese)")


def links_to_nothing(row: FileRow, client) -> Iterator[str]:
    """Yield the faults of links to pages of the site that are not there."""
    for name, column in row.table.columns.items():
        if isinstance(column.field, ProseField):
            for link in links(str(row.cells.get(name) or "")):
                if link.startswith("/") and client.get(link, follow=True).status_code != 200:
                    yield fault(row, name, f"链接{link}没有可去的页面 (the link leads to no page)")


def test_every_text_is_in_the_languages_of_the_site(imported):
    # As the files say it: where one of them is wrong, there is no chronicle in the database.
    chronicles = [row for row in rows_of(imported) if row.table.name == "site"]
    if not chronicles:
        pytest.skip("The languages of the site are not known: see test_it_is_imported_whole.")
    if any(map(says_no_english, chronicles)):
        pytest.skip("The chronicle has no pages in English.")
    fail_with([one for row in rows_of(imported) for one in languages_missing(row)])


def test_every_link_within_the_site_leads_to_a_page(content, client):
    fail_with([one for row in rows_of(content) for one in links_to_nothing(row, client)])
