"""Parsing of rows: unknown columns and rows without a key are reported with their location."""

import pytest

from tests.factories import (
    make_milestone,
    make_source,
)
from tests.imports import import_rows, only_problem, where
from timeline.exchange.importing.import_files import import_files

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def test_the_citations_of_a_row_without_a_slug_are_not_blamed(folder):
    report = import_files(
        [
            folder(
                sources="- {slug: board, title: 解读}",
                milestones="- title: 启动\n  citations:\n    - {source: board}\n    - {source: board, locator: ¶2}",
            )
        ]
    )
    assert where(only_problem(report)) == ("milestones.yaml", 1, "slug", "")


@pytest.mark.parametrize("cell", ['"a\\0b"', '"a\\x1b[31m"'])
@pytest.mark.parametrize("column", ["slug", "phase", "title", "date"])
def test_a_control_character_is_refused_at_its_column_and_never_printed(folder, column, cell):
    cells = {"slug": "launch", "title": "甲"} | {column: cell}
    report = import_files([folder(milestones="- {" + ", ".join(f"{k}: {v}" for k, v in cells.items()) + "}")])
    assert column in [problem.column for problem in report.problems]
    assert all(char.isprintable() for problem in report.problems for char in str(problem))


def test_a_column_that_the_table_does_not_know_is_refused_with_those_that_it_knows():
    (problem,) = import_rows(milestones=[{"slug": "launch", "title": "启动", "titel": "启动"}]).problems
    assert where(problem) == ("content.yaml", 1, "titel", "启动")
    assert "perhaps “title” is meant" in problem.message


@pytest.mark.parametrize("word", ["maybe", "2"])
def test_a_row_that_neither_deletes_nor_keeps_a_part_is_refused(word):
    make_source(slug="board")
    make_milestone(slug="launch")
    row = {"entry": "launch", "source": "board", "delete": word}
    (problem,) = import_rows(citations=[row]).problems
    assert (problem.column, problem.message) == ("delete", f"“{word}” is neither yes nor no.")
