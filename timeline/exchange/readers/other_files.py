"""Files that are not read, known by the ending of their names or by their content: what each is, and the way out."""

import re
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from timeline.exchange.readers.archives import DAMAGE, damaged_workbook
from timeline.exchange.readers.sources import ReadableFile, suffix
from timeline.exchange.readers.types import UnreadableFileError

# The number of bytes that tell the kind of a text.
HEAD = 4096
CHUNK_SIZE = 2**20

ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@dataclass(frozen=True)
class OtherKind:
    """A kind of file that is not read, with the message to whoever sends one."""

    message: str | Promise
    suffixes: tuple[str, ...] = ()
    # What its content is known by: the first bytes, a file in the zip, or a stream in the compound file of old Office.
    signatures: tuple[bytes, ...] = ()
    member: str = ""
    streams: tuple[str, ...] = ()
    # The beginning of a text, without white space, in small letters.
    text: str = ""


PROTECTED = OtherKind(
    gettext_lazy(
        "The workbook is protected by a password. Open it, take the password away (in Excel: File › Info › Protect Workbook › Encrypt with Password, leave it empty), and save it."
    ),
    streams=("EncryptedPackage",),
)
# Where a content may be of several kinds, the first is meant.
KINDS = (
    PROTECTED,
    OtherKind(
        gettext_lazy(
            "This is a workbook of WPS (.et). Open it in WPS and save it as an Excel file (.xlsx): File › Save as."
        ),
        (".et", ".ett"),
    ),
    OtherKind(
        gettext_lazy(
            "This is a workbook of Excel 97–2003 (.xls). Open it in Excel, WPS or LibreOffice and save it as .xlsx: File › Save as."
        ),
        (".xls", ".xlt"),
        streams=("Workbook", "Book"),
    ),
    OtherKind(
        gettext_lazy(
            "This is a binary workbook (.xlsb). Open it in Excel and save it as .xlsx: File › Save as."
        ),
        (".xlsb",),
        member=r"xl/workbook\.bin",
    ),
    OtherKind(
        gettext_lazy(
            "This is a template of a workbook. Open it in the spreadsheet and save it as .xlsx: File › Save as."
        ),
        (".xltx", ".xltm", ".ots"),
    ),
    OtherKind(
        gettext_lazy(
            "This is a table of Numbers (.numbers). Open it in Numbers and export it as Excel: File › Export to › Excel."
        ),
        (".numbers",),
        member=r"Index\.zip|Index/.*\.iwa",
    ),
    OtherKind(
        gettext_lazy(
            "This is a text document, not a table. Copy its table into a spreadsheet and save that as .xlsx."
        ),
        (".doc", ".docx", ".wps", ".wpt", ".odt", ".rtf", ".pages", ".ppt", ".pptx", ".dps"),
        signatures=(b"{\\rtf",),
        member=r"word/document\.xml|ppt/presentation\.xml",
        streams=("WordDocument", "PowerPoint Document"),
    ),
    OtherKind(
        gettext_lazy(
            "This is a document for reading or printing (PDF, OFD), not a table. Copy its table into a spreadsheet, compare it with the document, and save it as .xlsx."
        ),
        (".pdf", ".ofd", ".caj"),
        signatures=(b"%PDF",),
        member=r"OFD\.xml",
    ),
    OtherKind(
        gettext_lazy(
            "Archives of this kind are not opened. Unpack it and upload the files that are in it, or pack them as .zip."
        ),
        (".rar", ".7z", ".tar", ".gz", ".tgz", ".bz2", ".xz"),
        signatures=(b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b", b"BZh", b"\xfd7zXZ"),
    ),
    OtherKind(
        gettext_lazy(
            "This is a picture. Type its table into a spreadsheet, or have it recognised, compare it with the picture, and save it as .xlsx."
        ),
        (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".webp", ".tif", ".tiff", ".heic"),
        signatures=(b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\0", b"MM\0*"),
    ),
    OtherKind(
        gettext_lazy(
            "This is a web page (HTML), whatever its name says; many websites export tables like this. Open it in Excel, WPS or LibreOffice and save it as .xlsx: File › Save as."
        ),
        (".html", ".htm", ".mht", ".mhtml"),
        text=r"(<\?xml[^>]*>|<!--.*?-->)*(<!doctypehtml|<html|<head|<body|<meta|<style|<table|<div)|mime-version:",
    ),
    OtherKind(
        gettext_lazy(
            "This is XML, perhaps a spreadsheet in the XML format of 2003. Open it in Excel, WPS or LibreOffice and save it as .xlsx: File › Save as."
        ),
        (".xml", ".fods"),
        text=r"<\?xml|<workbook|<office:document",
    ),
)


# The workbooks that are read, by a file in each.
_WORKBOOKS = {".xlsx": r"xl/workbook\.xml", ".ods": r"content\.xml"}


def other_kind(source: ReadableFile) -> str:
    """What a file is whose name ends as none that is read, and the way out; empty if it is not known."""
    ending = suffix(source.name)
    by_name = next((kind for kind in KINDS if ending in kind.suffixes), None)
    if by_name is None:
        return ""
    by_content = _kind_by_content(source)
    if by_name.streams and by_content is None and (inside := _workbook_in(_members(source))):
        return _by_another_name() % {"suffix": inside}
    # Of old Office, all kinds have the same stream in the same compound file.
    is_else = by_content is not None and (by_content.text or by_content is PROTECTED)
    return str((by_content if is_else and by_content else by_name).message)


def check_text(source: ReadableFile) -> None:
    """Raise UnreadableFileError if a file that is named as text is known to be something else."""
    if kind := _kind_by_content(source):
        raise UnreadableFileError(source.name, str(kind.message))
    with source.open() as file:
        head = file.read(len(_OLE))
    if head.startswith(ZIP):
        ending = _workbook_in(_members(source)) or ".zip"
        raise UnreadableFileError(source.name, _by_another_name(), suffix=ending)
    if head.startswith(_OLE):
        raise UnreadableFileError(source.name, damaged_workbook())


def check_archive(source: ReadableFile) -> None:
    """Raise UnreadableFileError if a file that is named as a workbook is no zip, with what it is instead."""
    with source.open() as file:
        head = file.read(HEAD)
    if head.startswith(b"PK"):
        return
    if kind := _kind_by_content(source):
        raise UnreadableFileError(source.name, str(kind.message))
    if _is_text(head):
        raise UnreadableFileError(source.name, _by_another_name(), suffix=".csv")
    raise UnreadableFileError(source.name, damaged_workbook())


def not_a_workbook(source: ReadableFile, members: Sequence[str]) -> UnreadableFileError:
    """The error of a zip with these members under the name of a workbook that it is not."""
    if kind := _kind_of_zip(members):
        return UnreadableFileError(source.name, str(kind.message))
    ending = _workbook_in(members)
    if ending and not suffix(source.name).startswith(ending[:4]):
        return UnreadableFileError(source.name, _by_another_name(), suffix=ending)
    return UnreadableFileError(source.name, damaged_workbook())


def _by_another_name() -> str:
    return _(
        "What this file holds is not what its name says: it seems to be %(suffix)s. Let its name end in %(suffix)s, or save it anew in the program that it is from."
    )


def _kind_by_content(source: ReadableFile) -> OtherKind | None:
    with source.open() as file:
        head = file.read(HEAD)
    if head.startswith(_OLE):
        return _old_office_kind(source)
    if head.startswith(ZIP):
        return _kind_of_zip(_members(source))
    for kind in KINDS:
        if kind.signatures and head.startswith(kind.signatures):
            return kind
    start = re.sub(r"\s+", "", _decoded(head).lower())
    return next((kind for kind in KINDS if kind.text and re.match(kind.text, start)), None)


def _kind_of_zip(members: Iterable[str]) -> OtherKind | None:
    names = [*members]
    return next(
        (kind for kind in KINDS if kind.member and any(re.fullmatch(kind.member, name) for name in names)),
        None,
    )


def _workbook_in(members: Iterable[str]) -> str:
    """The suffix of the workbook that a zip with these members is; empty if it is none."""
    names = [*members]
    found = (
        ending
        for ending, member in _WORKBOOKS.items()
        if any(re.fullmatch(member, name, re.IGNORECASE) for name in names)
    )
    return next(found, "")


def _members(source: ReadableFile) -> list[str]:
    try:
        with source.open() as file, zipfile.ZipFile(file) as archive:
            return archive.namelist()
    except DAMAGE:
        return []


def _old_office_kind(source: ReadableFile) -> OtherKind | None:
    """The kind of a compound file, by the names of its streams."""
    found: set[str] = set()
    names = {stream: stream.encode("utf-16-le") + b"\0\0" for kind in KINDS for stream in kind.streams}
    with source.open() as file:
        rest = b""
        while chunk := file.read(CHUNK_SIZE):
            found |= {stream for stream, encoded in names.items() if encoded in rest + chunk}
            rest = chunk[-64:]
    return next((kind for kind in KINDS if found & {*kind.streams}), None)


def _decoded(head: bytes) -> str:
    is_utf16 = head.startswith((b"\xff\xfe", b"\xfe\xff"))
    return head.decode("utf-16" if is_utf16 else "utf-8", "ignore").removeprefix("\ufeff")


def _is_text(head: bytes) -> bool:
    """Whether these are the first bytes of a text, in any encoding."""
    return head.startswith((b"\xff\xfe", b"\xfe\xff")) or not re.search(b"[\0-\x08\x0e-\x1f]", head)
