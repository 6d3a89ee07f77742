"""Helpers for content files: written in every format, and read with their problems."""

import csv
import io
import json
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml
from openpyxl import Workbook

from timeline.exchange.readers.sources import Upload
from timeline.exchange.readers.types import FileRow, Problem
from timeline.exchange.reading import read

IMAGES = Path(__file__).resolve().parent.parent / "static" / "img"

# A small drawing and a small picture.
MARK = (IMAGES / "mark.svg").read_bytes()
ICON = (IMAGES / "apple-touch-icon.png").read_bytes()
Rows = Sequence[Mapping[str, Any]]


def read_all(*files: Path | Upload, encoding: str | None = None) -> tuple[list[FileRow], list[Problem]]:
    """Return the rows of these files and all problems."""
    reading = read(files, encoding)
    found = [item for sheet in reading.sheets for item in sheet]
    rows = [item for item in found if isinstance(item, FileRow)]
    return rows, reading.problems + [item for item in found if isinstance(item, Problem)]


def cells_of(name: str, content: str | bytes) -> list[dict[str, Any]]:
    """Return the cells of each row of a file without problems."""
    rows, problems = read_all(_upload(name, content))
    assert [str(problem) for problem in problems] == []
    return [row.cells for row in rows]


def problem_of(name: str, content: str | bytes) -> Problem:
    """Return the only problem of a file, readable or not."""
    _, problems = read_all(_upload(name, content))
    assert len(problems) == 1, [str(problem) for problem in problems]
    return problems[0]


def _upload(name: str, content: str | bytes) -> Upload:
    return Upload(name, content.encode() if isinstance(content, str) else content)


def csv_file(lines: Iterable[Sequence[Any]], delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows(lines)
    return text.getvalue().encode(encoding)


def xlsx_file(
    change: Callable[[Workbook], None] | None = None, /, **sheets: Iterable[Sequence[Any]]
) -> bytes:
    """Return a workbook of these sheets, by name, after `change`."""
    workbook = Workbook()
    workbook.remove(workbook.active)
    for name, lines in sheets.items():
        sheet = workbook.create_sheet(name)
        for line in lines:
            sheet.append(list(line))
    if change:
        change(workbook)
    file = io.BytesIO()
    workbook.save(file)
    return file.getvalue()


def json_file(content: Any) -> bytes:
    return json.dumps(content, ensure_ascii=False).encode()


def zipped(members: Mapping[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


def replaced(package: bytes, changes: Mapping[str, Callable[[bytes], bytes]]) -> bytes:
    """Return the archive with some members changed or added."""
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    for name, change in changes.items():
        members[name] = change(members.get(name, b""))
    return zipped(members)


def contents(path: Path) -> dict[str, bytes]:
    """Return the bytes of a file, or of each file in a folder, by name."""
    return {file.name: file.read_bytes() for file in ([path] if path.is_file() else sorted(path.iterdir()))}


def texts_in(*folders: Path) -> set[str]:
    """Return every text in the YAML files of these folders."""

    def texts(value: Any) -> Iterable[str]:
        if isinstance(value, str):
            yield value
        for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else []:
            yield from texts(part)

    files = [path for folder in folders for path in folder.glob("*.yaml")]
    return {text for path in files for text in texts(yaml.safe_load(path.read_text(encoding="utf-8")))}
