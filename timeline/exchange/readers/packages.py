"""The parts of an XLSX package: sheets, shared strings, number formats, notes, and what is struck through."""

import posixpath
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import unquote
from xml.etree.ElementTree import Element, fromstring

from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH

from timeline.exchange.formula_escaping import from_workbook
from timeline.exchange.readers.number_formats import BUILT_IN, NumberFormat, unknown_format
from timeline.exchange.readers.sheet_marks import Parts
from timeline.exchange.readers.xml_stream import MAX_PART, STRICT, TRANSITIONAL, elements

_TRUE = ("1", "true", "on")


@dataclass(frozen=True)
class PackageSheet:
    """A sheet: the name on its tab, whether it is hidden, its type, and its member in the archive with that of its notes."""

    name: str
    is_hidden: bool
    kind: str
    member: zipfile.ZipInfo | None
    notes: zipfile.ZipInfo | None = None

    @property
    def has_cells(self) -> bool:
        """Whether it is a worksheet, and not a chart or a dialog."""
        return self.kind in ("worksheet", "")


class Package:
    """The parts of an opened workbook.

    Programs differ in the case and slashes of the names, and in the namespaces. Whatever exception is raised,
    the workbook is damaged or none.
    """

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._exact = {_path(info.filename): info for info in archive.infolist()}
        self._folded = {path.casefold(): info for path, info in reversed(self._exact.items())}
        root = next(target for kind, _id, target in self._relations("") if kind == "officeDocument")
        workbook = self._parsed(root)
        if not workbook.tag.startswith((TRANSITIONAL, STRICT)):
            raise ValueError("no workbook of a spreadsheet")
        relations = list(self._relations(root))
        targets = {kind: target for kind, _id, target in relations}
        properties = workbook.find("{*}workbookPr")
        is_1904 = properties is not None and properties.get("date1904") in _TRUE
        calculation = workbook.find("{*}calcPr")
        # Libraries that do not compute formulas write 0 for each, and ask for it.
        self.is_uncomputed = calculation is not None and calculation.get("fullCalcOnLoad") in _TRUE
        self.epoch = MAC_EPOCH if is_1904 else WINDOWS_EPOCH
        self.parts = list(self._sheets(workbook, {id: (kind, target) for kind, id, target in relations}))
        # The numbers of the shared strings of which some is struck through, each with its parts.
        self.struck_strings: dict[int, Parts] = {}
        self.strings = list(self._strings(targets.get("sharedStrings", "xl/sharedStrings.xml")))
        self.length_of_strings = sum(map(len, self.strings))
        styles = self._styles(targets.get("styles", "xl/styles.xml"))
        self.formats = [] if styles is None else list(_formats(styles))
        self.struck_styles = frozenset[int]() if styles is None else frozenset(_struck(styles))

    def _member(self, path: str) -> zipfile.ZipInfo | None:
        return self._exact.get(path) or self._folded.get(path.casefold())

    def _parsed(self, path: str) -> Element:
        if (member := self._member(path)) is None:
            raise KeyError(path)
        if member.file_size > MAX_PART:
            raise ValueError("a part that is read as a whole is too large")
        return fromstring(self._archive.read(member))

    def _relations(self, part: str) -> Iterator[tuple[str, str, str]]:
        """The relationships of a part: the type, the id and the target path of each."""
        folder, name = posixpath.split(part)
        path = posixpath.join(folder, "_rels", f"{name}.rels")
        if part and self._member(path) is None:
            return
        for relation in self._parsed(path):
            if relation.get("TargetMode") != "External":
                kind = (relation.get("Type") or "").rpartition("/")[2]
                target = posixpath.join("/", folder, (relation.get("Target") or "").replace("\\", "/"))
                yield kind, relation.get("Id") or "", _path(posixpath.normpath(target))

    def _sheets(self, workbook: Element, targets: Mapping[str, tuple[str, str]]) -> Iterator[PackageSheet]:
        for sheet in workbook.iterfind("{*}sheets/{*}sheet"):
            identifiers = [value for name, value in sheet.items() if re.fullmatch(r"\{.*\}id", name)]
            kind, target = targets.get(next(iter(identifiers), ""), ("", ""))
            is_hidden = sheet.get("state", "visible") != "visible"
            notes = next((path for kind, _id, path in self._relations(target) if kind == "comments"), "")
            yield PackageSheet(
                sheet.get("name") or "", is_hidden, kind, self._member(target), self._member(notes)
            )

    def _strings(self, path: str) -> Iterator[str]:
        if (member := self._member(path)) is not None:
            with self._archive.open(member) as file:
                for number, element in enumerate(elements(file, "si")):
                    if any(map(_strikes, element.iterfind("{*}r/{*}rPr"))):
                        self.struck_strings[number] = [*_parts(element)]
                    yield text_of(element)

    def _styles(self, path: str) -> Element | None:
        return None if self._member(path) is None else self._parsed(path)


def _formats(styles: Element) -> Iterator[NumberFormat]:
    """The number format of each cell style."""
    known = BUILT_IN | {
        int(found.get("numFmtId") or 0): NumberFormat(found.get("formatCode") or "General")
        for found in styles.iterfind("{*}numFmts/{*}numFmt")
    }
    for style in styles.iterfind("{*}cellXfs/{*}xf"):
        yield known.get(number := int(style.get("numFmtId") or 0)) or unknown_format(number)


def _struck(styles: Element) -> Iterator[int]:
    """The numbers of the cell styles that strike their text through."""
    fonts = enumerate(styles.iterfind("{*}fonts/{*}font"))
    struck = {str(number) for number, font in fonts if _strikes(font)}
    for number, style in enumerate(styles.iterfind("{*}cellXfs/{*}xf")):
        if style.get("fontId", "0") in struck:
            yield number


def _parts(text: Element) -> Iterator[tuple[str, bool]]:
    """The runs of a text, each with whether it is struck through. One without properties is not."""
    for run in text.iterfind("{*}r"):
        properties = run.find("{*}rPr")
        yield from_workbook(run.findtext("{*}t") or ""), properties is not None and _strikes(properties)


def _strikes(properties: Element) -> bool:
    """Whether the properties of a font strike through."""
    mark = properties.find("{*}strike")
    return mark is not None and is_on(mark.attrib)


def is_on(attributes: Mapping[str, str]) -> bool:
    """Whether a property with these attributes holds."""
    return attributes.get("val", "1") in _TRUE


def text_of(element: Element) -> str:
    """The text of a string with formatting runs, without phonetic guides."""
    namespace = element.tag.rpartition("}")[0] + "}"
    parts = []
    for child in element:
        if child.tag == f"{namespace}t":
            parts.append(child.text or "")
        elif child.tag == f"{namespace}r":
            parts.append(child.findtext(f"{namespace}t") or "")
    return from_workbook("".join(parts))


def _path(name: str) -> str:
    return unquote(name.replace("\\", "/")).lstrip("/")
