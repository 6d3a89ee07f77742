"""Helpers for tests of tables of other offices: small ones, the files of cases, and how they are proposed and imported."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.factories import ROOT, make_user
from tests.files import csv_file
from timeline.exchange.importing.import_files import import_files
from timeline.exchange.importing.report import Report
from timeline.exchange.mapping.mapping import Mapping
from timeline.exchange.mapping.proposals import Proposal, propose
from timeline.exchange.readers.sources import Upload
from timeline.exchange.reading import read_grids

HEADER = ("文件名称", "文号", "发文日期")


def case(name: str) -> Path:
    """Return the file of a case."""
    (folder,) = (ROOT / "tests" / "data" / "cases").glob(f"{name}-*")
    (file,) = folder.iterdir()
    return file


def table(*lines: Sequence[Any], name: str = "政策文件汇总表.csv") -> Upload:
    """Return a CSV file of these lines."""
    return Upload(name, csv_file(lines))


def policies(*rows: Sequence[Any], header: Sequence[str] = HEADER) -> Upload:
    """Return a table of policies with this header."""
    return table(header, *rows)


def proposed(*files: Path | Upload, known: Sequence[Mapping] = ()) -> Proposal:
    grids, reading = read_grids(files)
    assert [str(problem) for problem in reading.problems] == []
    return propose(grids, files[0].name, known)


def columns_proposed(*files: Path | Upload) -> dict[str, str]:
    """Return the column that is proposed for each header of the only sheet that is read."""
    (sheet,) = (sheet for sheet in proposed(*files).sheets if sheet.mapping)
    return {one.name: one.column for one in sheet.columns}


def import_proposed(*files: Path | Upload, answers: dict[str, str] | None = None, **changes: Any) -> Report:
    """Import files as proposed, with changes to the mapping; options of the import begin with an underscore."""
    options = {name[1:]: value for name, value in changes.items() if name.startswith("_")}
    fields = {name: value for name, value in changes.items() if not name.startswith("_")}
    mapping = replace(proposed(*files).mapping, **fields)
    return import_files(files, mapping=mapping, answers=answers or {}, by=make_user(), **options)


def texts(messages: Iterable[object]) -> list[str]:
    return [str(message) for message in messages]
