"""The list of the formats of content files, and lookups in it by suffix and by choice of an export."""

from collections.abc import Iterator, Sequence
from pathlib import PurePath

from timeline.exchange.formats import csv, django, json, ods, xlsx, yaml
from timeline.exchange.formats.declaration import ZIP_SUFFIX, ExportChoice, FileFormat

# The formats that content is written in.
FORMATS: dict[str, FileFormat] = {
    found.name: found
    for found in (
        yaml.FORMAT,
        json.FORMAT,
        csv.FORMAT,
        xlsx.FORMAT,
        django.FORMAT,
    )
}

READ_ONLY = (ods.FORMAT,)

READERS: dict[str, FileFormat] = {
    suffix: found
    for found in (*FORMATS.values(), *READ_ONLY)
    if found.is_readable
    for suffix in (*found.suffixes, *found.read_only_suffixes)
}
READABLE_SUFFIXES = READERS.keys() | {ZIP_SUFFIX}

# If two formats have the same suffix, the first in the list is meant.
_FORMAT_NAMES = {suffix: found.name for found in reversed(FORMATS.values()) for suffix in found.suffixes} | {
    ZIP_SUFFIX: "csv"
}
WRITABLE_SUFFIXES = _FORMAT_NAMES.keys()


def format_of(path: PurePath) -> str:
    """The format that the name of a file implies; YAML for a folder."""
    return _FORMAT_NAMES.get(path.suffix.lower(), "yaml")


def export_choices(first: Sequence[str] = ()) -> list[tuple[FileFormat, ExportChoice]]:
    """The choices of an export in the order of the formats; those with the suffixes of `first` come first."""
    found = [(format, choice) for format in FORMATS.values() for choice in format.choices]
    order = [*first]

    def rank(each: tuple[FileFormat, ExportChoice]) -> int:
        return order.index(each[1].suffix) if each[1].suffix in order else len(order)

    return sorted(found, key=rank)


def readable_names() -> Iterator[str]:
    """The names of the formats that are read, as people know them: YAML, JSON, CSV, TSV …"""
    for found in (*FORMATS.values(), *READ_ONLY):
        if found.is_readable:
            for suffix in (*found.suffixes[:1], *found.read_only_suffixes):
                yield suffix.removeprefix(".").upper()
