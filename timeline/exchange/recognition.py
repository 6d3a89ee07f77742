"""Recognises the format of a file by its suffix, and the encoding of text by its bytes."""

from django.utils.translation import gettext as _

from timeline.exchange.formats.declaration import FileFormat
from timeline.exchange.formats.registry import READERS
from timeline.exchange.readers.encodings import Encoding, detect
from timeline.exchange.readers.sources import ReadableFile, suffix
from timeline.exchange.readers.types import FileLocation, Problem, UnreadableFileError


def recognize(source: ReadableFile, choice: str | None = None) -> tuple[FileFormat, Encoding | None]:
    """The format of a file with a readable suffix, and the encoding if it is text. Raises UnreadableFileError.

    `choice` is one of `CHOICES`, for text without a byte order mark.
    """
    found = READERS[suffix(source.name)]
    if found.read_text is None:
        return found, None
    _check_signature(source)
    return found, detect(source, choice)


def _check_signature(source: ReadableFile) -> None:
    """Raise UnreadableFileError if a file with the suffix of a text format is a workbook, archive or document."""
    with source.open() as file:
        head = file.read(8)
    if head.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF")):
        raise UnreadableFileError(
            Problem(
                FileLocation(source.name),
                _("This is no %(suffix)s file, but a workbook, an archive or a document of that name.")
                % {"suffix": suffix(source.name)},
            )
        )
