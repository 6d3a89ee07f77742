"""What tests of exports share: a record, every form in which it comes out, and its rows beside those of the database."""

from pathlib import Path

import pytest

from tests import factories as make
from tests.files import read_all
from timeline.exchange.exporting import export
from timeline.models import Policy
from timeline.rows.tables import TABLES

# Every form in which an export comes, by a name that asks for it.
FORMS = {
    "folder of YAML": ("yaml", "content"),
    "YAML": ("yaml", "all.yaml"),
    "folder of JSON": ("json", "content"),
    "JSON": ("json", "all.json"),
    "folder of CSV": ("csv", "content"),
    "zip of CSV": ("csv", "all.zip"),
    "XLSX": ("xlsx", "all.xlsx"),
    "Django": ("django", "fixture.json"),
}
# The same in another wrapping.
WRAPPED = ("folder of YAML", "folder of JSON", "zip of CSV")
forms = pytest.mark.parametrize(
    "form", [pytest.param(form, marks=pytest.mark.long if form in WRAPPED else ()) for form in FORMS]
)


def make_cited_policy() -> Policy:
    """A policy that cites a source, with a phase and topics there that it might have."""
    make.make_topic(slug="t1"), make.make_topic(slug="t2")
    make.make_phase(slug="p")
    # Some Chinese, as every chronicle has it: by it a file is known to be UTF-8.
    policy = make.make_policy(slug="a", date="2013", editor_note="两个来源的说法不同。")
    make.make_citation(policy, source=make.make_source(slug="s"))
    return policy


def exported(folder: Path, form: str, what=None, **options) -> Path:
    format, name = FORMS[form]
    export(what, folder / name, format, force=True, **options)
    return folder / name


def plain(cell):
    """A cell as a file has it: text or a list of text; None where there is nothing."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, list):
        return sorted(cell) or None
    return None if cell in (None, "") else str(cell)


def rows_in_database(names=TABLES):
    """Every row of these tables, in a fixed order."""
    found = [
        (name, {column: plain(cell) for column, cell in row.items()})
        for name in names
        for row in TABLES[name].rows_of(TABLES[name].model._base_manager.all()).values()
    ]
    return sorted(found, key=str)


def rows_in_file(path):
    """Every row of these files, each with the values that a new record has where the row says nothing."""
    rows, problems = read_all(path)
    assert [str(problem) for problem in problems] == []
    found = []
    for row in rows:
        cells = {}
        for name, column in row.table.columns.items():
            cell = row.cells.get(name)
            if cell in (None, "", []) and not column.is_many_to_many and not column.field.null:
                cell = column.default()
            elif column.is_many_to_many and isinstance(cell, str):
                cell = cell.split("; ")
            cells[name] = plain(cell)
        found.append((row.table.name, cells))
    return sorted(found, key=str)
