"""Rows that are kept: each reading gives what stands in the file, which is read once and not held."""

import tracemalloc
from dataclasses import replace

import pytest

from tests.factories import make_user
from tests.foreign_tables import policies, proposed
from timeline.exchange.mapping.findings import Findings
from timeline.exchange.mapping.header_lines import HeaderLines
from timeline.exchange.mapping.kept_rows import KeptRows
from timeline.exchange.mapping.mapped_sheets import MappedSheet
from timeline.exchange.mapping.mapping import THIS_FILE
from timeline.exchange.prepared_imports import mapping_of, prepare, set_mapping, store_preview
from timeline.exchange.readers import delimited
from timeline.exchange.readers.types import Problem
from timeline.exchange.reading import read_grids

OPTIONS = {"encoding": None, "clear_empty": False, "publish": False, "comment": ""}
pytestmark = pytest.mark.usefixtures("english")


def sheet_of(file):
    mapping = proposed(file).mapping
    (grid,), _reading = read_grids([file])
    (sheet,) = mapping.sheets
    return MappedSheet(grid, sheet, HeaderLines(1, 1, [*sheet.header]), mapping, {})


def test_kept_rows_are_those_of_the_sheet_in_each_reading():
    sheet = sheet_of(policies(["甲通知", "—", "2016"], ["乙通知", "", "同上"], ["丙通知", "〃", ""]))
    found = [*sheet.rows()]
    kept = KeptRows(sheet, Findings())
    assert [*kept] == [*kept] == found
    assert any(isinstance(row, Problem) for row in found)
    assert [row.place.names for row in kept if not isinstance(row, Problem)][0] == sheet.spellings


def test_readings_beside_each_other_do_not_disturb_each_other():
    kept = KeptRows(sheet_of(policies(*(["甲通知", "", "2016"] for _ in range(1200)))), Findings())
    pairs = zip(kept, kept, strict=True)
    assert all(one == other for one, other in pairs)
    assert len([*kept]) == 1200


def test_memory_does_not_grow_with_the_rows():
    def peak(count):
        row = ["关于推进某事项若干措施的通知" * 20, "", "2016"]
        sheet = sheet_of(policies(*(row for _ in range(count))))
        tracemalloc.start()
        kept = KeptRows(sheet, Findings())
        assert sum(1 for _row in kept) == count
        _now, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    assert peak(3000) < peak(1500) + 300_000


@pytest.mark.django_db
def test_a_preview_reads_the_lines_of_a_file_once(monkeypatch):
    rows = [[f"关于第{number}号事项的通知", f"甬政发〔2016〕{number}号", "2016"] for number in range(1, 1501)]
    file = policies(*rows, rows[0])
    prepared = prepare(file.name, file.content, OPTIONS, by=make_user())
    # With all that once had a reading of its own: citations, a row to compare, problems.
    set_mapping(prepared, replace(mapping_of(prepared), source=THIS_FILE))
    numbers = []

    def counted(*args, **options):
        for line in delimited_lines(*args, **options):
            numbers.append(line.number)
            yield line

    delimited_lines = delimited._lines
    monkeypatch.setattr(delimited, "_lines", counted)
    store_preview(prepared)
    assert prepared.outcome["row_count"] > 3000
    assert prepared.outcome["questions"]
    # The first lines are read once more, to find the header.
    assert len(numbers) < 1502 + 100
