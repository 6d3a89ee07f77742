"""The declaration of a format of content files: its names, reader, writers, and choices for an export."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import BinaryIO

from django.utils.functional import Promise

from timeline.exchange.exporting.selection import Selection
from timeline.exchange.readers.encodings import Encoding
from timeline.exchange.readers.grids import Grid
from timeline.exchange.readers.sources import ReadableFile
from timeline.exchange.readers.types import ReadResult
from timeline.rows.tables import Table

ZIP_SUFFIX = ".zip"


@dataclass(frozen=True)
class ExportChoice:
    """A type of file that people can choose for an export."""

    suffix: str
    # The labels in the admin and on the public site. A choice without the second is not offered to visitors.
    label: str | Promise
    public_label: str | Promise = ""
    # Whether it holds one table, without the parts of its records.
    is_single_table: bool = False

    @property
    def extension(self) -> str:
        """The suffix without its point."""
        return self.suffix.removeprefix(".")


@dataclass(frozen=True)
class FileFormat:
    """A format of content files."""

    # The value of `--format`.
    name: str
    # The suffixes of files that are written and read. The first is that of files in folders and zips.
    suffixes: tuple[str, ...]
    media_type: str
    # What a file of it is, and what to know of it: a row of the table of formats in the documents, in Markdown.
    forms: str | Promise
    remark: str | Promise
    choices: tuple[ExportChoice, ...]
    # Writes a selection to one file, with a notice if the format has a place for it. A format without it is only read.
    write: Callable[[BinaryIO, Selection, str], None] | None = None
    # Writes one table. A format that has this can also be exported as a folder or a zip, with a file for each table.
    write_table: Callable[[BinaryIO, Selection, Table], None] | None = None
    # Whether the parts of records are tables of their own, and not nested in their records.
    has_separate_parts: bool = False
    # Adds what it reads to the result: text in the detected encoding, or bytes. A format with neither is only written.
    read_text: Callable[[ReadResult, ReadableFile, Encoding], None] | None = None
    read_binary: Callable[[ReadResult, ReadableFile], None] | None = None
    # The grids of a file, for a mapping. Of formats with a place for other tables than those of the chronicle. Both raise UnreadableFileError.
    text_grids: Callable[[ReadableFile, Encoding], Iterable[Grid]] | None = None
    binary_grids: Callable[[ReadableFile], Iterable[Grid]] | None = None
    # Suffixes of files that are read and never written.
    read_only_suffixes: tuple[str, ...] = ()

    @property
    def is_readable(self) -> bool:
        return bool(self.read_text or self.read_binary)

    def media_type_of(self, suffix: str) -> str:
        return "application/zip" if suffix == ZIP_SUFFIX else self.media_type
