"""BibTeX and biblatex: entries with fields, and LaTeX in their values."""

import logging
import re
from collections.abc import Iterator, Mapping, Sequence

import bibtexparser
from bibtexparser.library import Library
from bibtexparser.model import Block, DuplicateBlockKeyBlock, Entry, Field, ParsingFailedBlock
from django.utils.translation import gettext as _
from pylatexenc.latex2text import LatexNodes2Text

from timeline.exchange.readers.encodings import Encoding, decode
from timeline.exchange.readers.grids import Grid
from timeline.exchange.readers.sources import ReadableFile, stem
from timeline.exchange.readers.types import FileLocation, Problem, UnreadableFileError, printable
from timeline.exchange.vocabularies import sources
from timeline.exchange.vocabularies.declaration import ForeignRecord, Vocabulary, VocabularyField, joined
from timeline.exchange.vocabularies.grids import record_grid
from timeline.models.reference import SourceType

TYPES = {
    **dict.fromkeys(("online", "electronic", "www"), SourceType.PAGE),
    **dict.fromkeys(("misc", "legal", "legislation", "standard"), SourceType.DOCUMENT),
    **dict.fromkeys(("newspaper", "article-newspaper", "article-magazine"), SourceType.NEWSPAPER),
    **dict.fromkeys(("report", "techreport"), SourceType.REPORT),
    **dict.fromkeys(("unpublished", "manuscript", "letter"), SourceType.ARCHIVE),
    **dict.fromkeys(("dataset",), SourceType.DATASET),
}
# The type and the key of an entry, beside its fields.
TYPE, KEY = "entrytype", "entrykey"
NAMES = sources.ReferenceNames(
    type=TYPE,
    types=TYPES,
    key=KEY,
    author="author",
    containers=("journaltitle", "journal", "booktitle"),
    publisher="organization",
    online="online",
    document="misc",
    of_documents=("number",),
)
# What they log are faults of the file, which its grid reports.
for _library in ("bibtexparser", "pylatexenc"):
    logging.getLogger(_library).setLevel(logging.CRITICAL)

# biblatex prints these as they stand.
_VERBATIM = {"url", "doi", "eprint", "file", KEY, TYPE}
_NAMES_OF_PEOPLE = {"author", "editor"}
_MONTHS = {
    name: f"{number:02}"
    for number, name in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1
    )
}


def _type(record: ForeignRecord, names: Sequence[str]) -> str:
    given, subtype = record.first(TYPE), record.first("entrysubtype")
    is_part = f"{given}-{subtype}" in TYPES
    return _type_by_entry(
        ForeignRecord(0, {TYPE: [f"{given}-{subtype}"]}, record.notes) if is_part else record, [TYPE]
    )


_type_by_entry = sources.type_by(TYPES)


def _date(record: ForeignRecord, names: Sequence[str]) -> str:
    """The date in EDTF, or the year with its month and day."""
    if date := record.first("date"):
        return date
    year, month, day = (record.first(name) for name in ("year", "month", "day"))
    month = _MONTHS.get(month[:3].casefold(), month)
    return sources.numeric_date("-".join(filter(None, [year, month, day if month else ""])))


def _title_en(record: ForeignRecord, names: Sequence[str]) -> str:
    """The translated title, which a chronicle writes in brackets."""
    return record.first(*names).removeprefix("[").removesuffix("]")


VOCABULARY = Vocabulary(
    name="bibtex",
    label="BibTeX",
    table="sources",
    fields=(
        VocabularyField("key", "slug", (KEY,), sources.slug),
        VocabularyField("type", "type", (TYPE, "entrysubtype"), _type),
        VocabularyField("title", "title"),
        VocabularyField("titleaddon", "title_en", convert=_title_en),
        VocabularyField("author", "author", ("author", "editor"), sources.names),
        VocabularyField(
            "publisher",
            "publisher",
            (*NAMES.containers, "publisher", "institution", "organization", "library", "school"),
            NAMES.publisher_of,
        ),
        VocabularyField("location", "place", ("location", "address")),
        VocabularyField("number", "number", ("number", "version")),
        VocabularyField("pages", "pages", convert=sources.page_range),
        VocabularyField("date", "published", ("date", "year", "month", "day"), _date),
        VocabularyField("urldate", "accessed", convert=sources.day),
        VocabularyField("url", "url", ("url", "doi"), sources.address),
        VocabularyField("note", "note", ("note", "annotation", "annote"), joined),
        VocabularyField("abstract", convert=joined),
        VocabularyField("keywords", convert=joined),
    ),
    ignored=re.compile("type|langid|language|file|timestamp|owner|shorttitle|bdsk-.*|date-(added|modified)"),
)


def bibtex_grids(source: ReadableFile, encoding: Encoding) -> list[Grid]:
    """The entries of the file as its only grid. Raises UnreadableFileError if there is none."""
    library = bibtexparser.parse_string(decode(source, encoding))
    place = FileLocation(source.name)
    records, problems = [], []
    for block in library.blocks:
        entry = block.ignore_error_block if isinstance(block, DuplicateBlockKeyBlock) else block
        if isinstance(entry, Entry):
            records.append(_record(entry, library))
        elif isinstance(entry, ParsingFailedBlock):
            problems.append(_problem(place, entry))
    if not records and not problems:
        message = _("There is no entry in this file: each begins with its type and key, as “@online{key,”.")
        raise UnreadableFileError(source.name, message)
    return [record_grid(VOCABULARY, source.name, stem(source.name), records, problems)]


def _problem(place: FileLocation, block: ParsingFailedBlock) -> Problem:
    message = _(
        "This entry cannot be read: a brace or a quotation mark is not closed, a comma is missing, or a field stands twice."
    )
    at = FileLocation(place.file, line=(block.start_line or 0) + 1)
    return Problem(at, message, value=printable(" ".join((block.raw or "").split())))


def _record(entry: Entry, library: Library) -> ForeignRecord:
    values: dict[str, list[str]] = {KEY: [entry.key], TYPE: [entry.entry_type.casefold()]}
    for field in entry.fields:
        name, text = field.key.casefold(), _resolved(field, library)
        if name in _NAMES_OF_PEOPLE:
            values[name] = [*map(_name, _split_names(text))]
        else:
            values[name] = [text if name in _VERBATIM else decode_latex(text)]
    return ForeignRecord(_line(entry), NAMES.restored(values))


def _line(block: Block) -> int:
    return (block.start_line or 0) + 1


def _resolved(field: Field, library: Library) -> str:
    """The value, its strings in the place of their names: nb # { A3}."""
    text = str(field.value)
    if field.enclosing != "no-enclosing" or "#" not in text:
        return text
    strings: Mapping[str, object] = {name.casefold(): one.value for name, one in library.strings_dict.items()}
    parts = (part.strip() for part in text.split("#"))
    return "".join(
        str(strings.get(part.casefold(), part[1:-1] if part[:1] in '{"' else part)) for part in parts
    )


def _split_names(text: str) -> Iterator[str]:
    """The names between the “and”s that stand in no braces."""
    depth, start = 0, 0
    for found in re.finditer(r"\\.|[{}]|\s+and\s+", text, re.DOTALL):
        if found[0].strip() == "and" and depth == 0:
            yield text[start : found.start()]
            start = found.end()
        depth += {"{": 1, "}": -1}.get(found[0], 0)
    yield text[start:]


def _name(text: str) -> str:
    """The name; an organization in braces keeps its commas from being read as those of a family name."""
    text = text.strip()
    if text == "others":
        return ""
    return decode_latex(text)


# pylatexenc takes these for signs of TeX and drops them, with what follows a per cent sign.
_SPECIAL = re.compile(r"(?<!\\)([%&#_$])")
_BRACES = {"\ue000": (r"\textbraceleft{}", "{"), "\ue001": (r"\textbraceright{}", "}")}
_latex = LatexNodes2Text(strict_latex_spaces=False)


def decode_latex(text: str) -> str:
    r"""The text that LaTeX prints: Müller for M{\"u}ller, without the braces that keep capitals."""
    if re.search(r"[\\{}~$]|--|``|''", text):
        for sign, (macro, _brace) in _BRACES.items():
            text = text.replace(macro, sign)
        text = str(_latex.latex_to_text(_SPECIAL.sub(r"\\\1", text)))
        for sign, (_macro, brace) in _BRACES.items():
            text = text.replace(sign, brace)
    return " ".join(text.split())
