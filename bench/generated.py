"""A made chronicle, as large as wanted: entries like those of some content, each with a text of its own.

A text of its own, because a page that says the same thing two hundred times compresses to nothing.
"""

import itertools
import json
import random
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import yaml

from bench.site import CONTENT

TEXTS = ("title", "title_en", "summary", "summary_en", "editor_note", "editor_note_en")
# A made entry refers to no other: which ones there are is by chance.
LEFT_OUT = ("declared_by", "policies", "relations", "body", "body_en", "document_number")


def tables() -> list[str]:
    """The tables of entries; Django is set up when this is called."""
    from timeline.models import Kind

    return [kind.model.PLURAL for kind in Kind]


def _patterns(content: Sequence[Path]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The entries of the content, of which the additions to others are no entries of their own."""
    for folder in content:
        for kind in tables():
            path = folder / f"{kind}.yaml"
            rows = yaml.load(path.read_text(encoding="utf-8"), yaml.BaseLoader) if path.is_file() else []
            yield from ((kind, row) for row in rows if {"title", "summary", "citations"} <= row.keys())


def _pieces(column: str, text: str) -> list[str]:
    """About a word each, and nothing that compresses as a phrase."""
    if column.endswith("_en"):
        return [f"{word} " for word in text.split()]
    return [text[start : start + 2] for start in range(0, len(text), 2)]


def entries(count: int, content: Sequence[Path] = CONTENT) -> dict[str, list[dict[str, Any]]]:
    """The rows of so many entries by table, in the proportions and lengths of the content; the same each time."""
    patterns = list(_patterns(content))
    words: dict[str, list[str]] = {
        column: [piece for _kind, row in patterns for piece in _pieces(column, row.get(column, ""))]
        for column in TEXTS
    }
    chance = random.Random(200)
    made: dict[str, list[dict[str, Any]]] = {kind: [] for kind in tables()}
    for number, (kind, pattern) in enumerate(itertools.islice(itertools.cycle(patterns), count)):
        row = {name: value for name, value in pattern.items() if name not in LEFT_OUT}
        for column in TEXTS:
            if text := pattern.get(column):
                drawn = chance.choices(words[column], k=len(_pieces(column, text)))
                row[column] = "".join(drawn).strip()
        made[kind].append(row | {"slug": f"made-{number:04}"})
    return made


def write(folder: Path, count: int, content: Sequence[Path] = CONTENT) -> list[Path]:
    """Folders to import one after the other: what entries refer to as the content has it, then the entries."""
    folders = [folder / "1", folder / "2", folder / "3"]
    for source, target in zip(content, folders, strict=False):
        target.mkdir(parents=True)
        for path in source.glob("*.yaml"):
            if path.stem not in tables():
                shutil.copy(path, target)
    folders[-1].mkdir()
    for kind, rows in entries(count, content).items():
        (folders[-1] / f"{kind}.json").write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")
    return folders
