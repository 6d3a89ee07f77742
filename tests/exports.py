"""Helpers for tests of exports: a record, the forms of each format, and the comparison with the database."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import factories as make
from tests.files import read_all
from timeline.exchange.exporting.export import export
from timeline.exchange.formats.declaration import ZIP_SUFFIX, FileFormat
from timeline.exchange.formats.registry import FORMATS
from timeline.models import Policy
from timeline.rows.tables import TABLES


def _forms_of(format: FileFormat) -> Iterator[tuple[str, str]]:
    """Yield the forms of a format's exports, each with a file name that selects it. The plainest is first."""
    if not format.has_separate_parts:
        yield format.name, f"all{format.suffixes[0]}"
    if format.write_table:
        yield f"folder of {format.name}", "content"
    if any(choice.suffix == ZIP_SUFFIX for choice in format.choices):
        yield f"zip of {format.name}", "all.zip"


# Every form of an export, by its name: the format, and the file name that selects the form.
FORMS = {form: (format.name, name) for format in FORMATS.values() for form, name in _forms_of(format)}
# Forms that wrap the same content in another way.
WRAPPED = {form for format in FORMATS.values() for form, _name in [*_forms_of(format)][1:]}
forms = pytest.mark.parametrize(
    "form", [pytest.param(form, marks=pytest.mark.long if form in WRAPPED else ()) for form in FORMS]
)


def plain_name(format: FileFormat) -> str:
    """Return the file name of a full export: that of a folder if the format has one file per table."""
    return "content" if format.write_table else f"content{format.suffixes[0]}"


# Formats that can be exported and imported again, each with the file name of a full export.
READ_BACK = {format.name: plain_name(format) for format in FORMATS.values() if format.is_readable}


def make_cited_policy() -> Policy:
    """Create a policy with a citation, and a phase and two topics that tests may refer to."""
    make.make_topic(slug="t1"), make.make_topic(slug="t2")
    make.make_phase(slug="p")
    # With Chinese text, as in every chronicle, by which the encoding UTF-8 is detected.
    policy = make.make_policy(slug="a", date="2013", editor_note="两个来源的说法不同。")
    make.make_citation(policy, source=make.make_source(slug="s"))
    return policy


def exported(folder: Path, form: str, what=None, **options) -> Path:
    format, name = FORMS[form]
    export(what, folder / name, format, force=True, **options)
    return folder / name


def plain(cell):
    """Return a cell as a file contains it: text, a list of text, or None if it is empty."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, list):
        return sorted(cell) or None
    return None if cell in (None, "") else str(cell)


def rows_in_database(names=TABLES):
    """Return every row of these tables, in a fixed order."""
    found = [
        (name, {column: plain(cell) for column, cell in row.items()})
        for name in names
        for row in TABLES[name].rows_of(TABLES[name].model._base_manager.all()).values()
    ]
    return sorted(found, key=str)


def rows_in_file(path):
    """Return every row of these files in a fixed order, with default values for empty cells."""
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
