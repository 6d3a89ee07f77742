"""Cells that are too long for the format are reported by record and column, up to a maximum number."""

import pytest

from timeline.exchange.exporting.cells import MAX_NAMED, OverlongCells
from timeline.rows.tables import TABLES

pytestmark = pytest.mark.usefixtures("english")

COLUMNS = ("entry", "source", "locator", "number", "quotation")


def refused(count, cells):
    refusals = OverlongCells(TABLES["citations"], COLUMNS, limit=9)
    for _time in range(count):
        refusals.check(dict(zip(COLUMNS, cells, strict=True)), cells, len)
    return refusals.messages


def test_what_fits_is_not_refused():
    assert refused(1, ["plan", "daily", "¶1", "1", "x" * 9]) == []


def test_a_cell_that_does_not_fit_is_named_by_its_record_and_column():
    (message,) = refused(1, ["plan", "daily", "¶1", "1", "x" * 10])
    assert message.startswith(
        "citations “plan / daily / ¶1 / 1”, column quotation: the text has 10 characters, and a cell of this format holds 9."
    )


def test_of_very_many_no_more_are_named_than_one_reads():
    assert len(refused(MAX_NAMED + 5, ["plan", "daily", "¶1", "1", "x" * 10])) == MAX_NAMED
