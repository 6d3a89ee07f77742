"""The XML of a workbook, parsed as a stream with bounded memory."""

import contextlib
import zipfile
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import IO
from xml.etree.ElementTree import Element, iterparse
from xml.parsers import expat

# The spreadsheet namespaces: Transitional, which all programs write, and Strict Open XML (ISO/IEC 29500-1).
TRANSITIONAL = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
STRICT = "{http://purl.oclc.org/ooxml/spreadsheetml/main}"

# More elements than the widest row has; and the largest part that is read as a whole, in bytes.
MAX_HELD = 400_000
MAX_PART = 8 * 2**20
# In bytes: the XML parsed at once, the most before the first element, and the longest token, which is the
# longest cell with each character escaped.
PIECE = 16 * 1024
CHUNK_SIZE = 256 * 1024
MAX_TOKEN = 8 * 2**20


class _PieceReader:
    """XML in small chunks, growing within a long token, which the parser restarts with each chunk."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file
        self.since = 0

    def read(self, size: int = -1, /) -> bytes:
        # Doubling bounds the total that is parsed again by the size of the file.
        chunk = self.file.read(max(PIECE, self.since))
        last = chunk.rfind(b">")
        self.since = self.since + len(chunk) if last < 0 else len(chunk) - last
        if self.since > MAX_TOKEN:
            raise ValueError("no tag and no cell is so long")
        return chunk


def elements(file: IO[bytes], *names: str) -> Iterator[Element]:
    """Yield the elements of a spreadsheet of these names; each is released before the next.

    Raises ValueError if the document is no spreadsheet XML.
    """
    namespaces = (TRANSITIONAL, STRICT)
    tags = {f"{namespace}{name}" for namespace in namespaces for name in names}
    return (element for _event, element in events(file, namespaces, ends=tags))


def events(
    file: IO[bytes], roots: tuple[str, ...], *, starts: Collection[str] = (), ends: Collection[str]
) -> Iterator[tuple[str, Element]]:
    """Yield "start" and "end" with the elements of these tags. At its start an element has its attributes only.

    Each is released before the next. Raises ValueError if the tag of the root begins with none of `roots`.
    """
    parents: list[Element] = []
    count = 0
    for event, element in iterparse(_PieceReader(file), events=("start", "end")):
        if event == "start":
            if not parents and not element.tag.startswith(roots):
                raise ValueError("no part of a spreadsheet")
            parents.append(element)
            count += 1
            if count > MAX_HELD:
                raise ValueError("no sheet has so much in one row")
            if element.tag in starts:
                yield event, element
        else:
            parents.pop()
            if element.tag in ends:
                yield event, element
                if parents:
                    parents[-1].clear()
                count = len(parents)


def start_tags(
    file: IO[bytes],
    handle: Callable[[str, Mapping[str, str]], object],
    handle_text: Callable[[str], object] | None = None,
) -> None:
    """Call the function with the name, without its prefix, and the attributes of each element; another with pieces of text.

    Several times as fast as `events`. Stops where the document is damaged.
    """
    parser, pieces = expat.ParserCreate(), _PieceReader(file)
    parser.StartElementHandler = lambda tag, attributes: handle(tag.rpartition(":")[2], attributes)
    parser.CharacterDataHandler = handle_text
    with contextlib.suppress(expat.ExpatError):
        while piece := pieces.read():
            parser.Parse(piece)


def check_package_xml(archive: zipfile.ZipFile) -> None:
    """Raise ValueError for a document type declaration.

    A document type may declare entities (an XML bomb). It can only precede the first element. defusedxml does
    the same check, but parses everything in Python, at a fifth of the speed.
    """

    def refuse(*declared: object) -> None:
        raise ValueError("a document type is declared")

    def enough(*element: object) -> None:
        raise StopIteration

    for member in archive.infolist():
        parser = expat.ParserCreate()
        parser.StartDoctypeDeclHandler = refuse
        parser.StartElementHandler = enough
        with archive.open(member) as file, contextlib.suppress(StopIteration, expat.ExpatError):
            parser.Parse(file.read(CHUNK_SIZE))
            if member.file_size > CHUNK_SIZE:
                raise ValueError("so much stands before the first element")
