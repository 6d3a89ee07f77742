"""RIS, which EndNote, NoteExpress and Zotero write: a tag and a value a line, as `TY  - NEWS`."""

import re
from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _

from timeline.exchange.readers.encodings import Encoding, decode
from timeline.exchange.readers.grids import Grid
from timeline.exchange.readers.sources import ReadableFile, stem
from timeline.exchange.readers.types import UnreadableFileError
from timeline.exchange.vocabularies import sources
from timeline.exchange.vocabularies.declaration import ForeignRecord, Vocabulary, VocabularyField, joined
from timeline.exchange.vocabularies.grids import record_grid
from timeline.models.reference import SourceType

TYPES = {
    **dict.fromkeys(("ELEC", "BLOG", "ICOMM", "MULTI", "WEB"), SourceType.PAGE),
    **dict.fromkeys(("GOVDOC", "LEGAL", "STAT", "BILL", "STAND", "GEN"), SourceType.DOCUMENT),
    **dict.fromkeys(("NEWS", "MGZN"), SourceType.NEWSPAPER),
    **dict.fromkeys(("RPRT",), SourceType.REPORT),
    **dict.fromkeys(("MANSCPT", "UNPB", "UNPD"), SourceType.ARCHIVE),
    **dict.fromkeys(("DATA", "DBASE", "AGGR"), SourceType.DATASET),
}
NAMES = sources.ReferenceNames(
    type="TY",
    types=TYPES,
    key="ID",
    author="AU",
    containers=("T2", "JF", "JO", "JA"),
    publisher="PB",
    online="ELEC",
    document="GOVDOC",
    of_documents=("PB", "M1"),
)


def _number(record: ForeignRecord, names: Sequence[str]) -> str:
    """The version of a dataset, else the number of the work."""
    is_dataset = TYPES.get(record.first("TY")) == SourceType.DATASET
    return (
        record.first("ET", *names) if is_dataset else record.first(*(name for name in names if name != "ET"))
    )


VOCABULARY = Vocabulary(
    name="ris",
    label="RIS",
    table="sources",
    # Tags alone would look like the letters of columns.
    fields=(
        VocabularyField("ID (key)", "slug", ("ID",), sources.slug),
        VocabularyField("TY (type)", "type", ("TY",), sources.type_by(TYPES)),
        VocabularyField("TI (title)", "title", ("TI", "T1", "CT", "BT")),
        VocabularyField("TT (translated title)", "title_en", ("TT",)),
        VocabularyField("AU (author)", "author", ("AU", "A1", "A2", "ED"), sources.names),
        VocabularyField("PB (publisher)", "publisher", (*NAMES.containers, "PB"), NAMES.publisher_of),
        VocabularyField("CY (place)", "place", ("CY", "PP")),
        VocabularyField("M1 (number)", "number", ("M1", "AN", "ET"), _number),
        VocabularyField("SP (pages)", "pages", ("SP", "EP"), sources.page_range),
        VocabularyField("DA (date)", "published", ("DA", "PY", "Y1"), sources.date),
        VocabularyField("Y2 (access date)", "accessed", ("Y2",), sources.day),
        VocabularyField("UR (address)", "url", ("UR", "DO"), sources.address),
        VocabularyField("N1 (note)", "note", ("N1",), joined),
        VocabularyField("AB (abstract)", "", ("AB", "N2"), joined),
        VocabularyField("KW (keywords)", "", ("KW",), joined),
    ),
    ignored=re.compile("LA|LB|DB|DP|ER|L[1-4]|ST|U[0-9]"),
)

_tag = re.compile(r"([A-Z][A-Z0-9]) {0,2}-(?: (.*)|\s*)\Z").match


def ris_grids(source: ReadableFile, encoding: Encoding) -> list[Grid]:
    """The records of the file as its only grid. Raises UnreadableFileError if there is none."""
    text = decode(source, encoding)
    records = [
        ForeignRecord(line, NAMES.restored(values)) for line, values in _records(text) if line and values
    ]
    if not records:
        message = _("There is no record in this file: each begins with a line such as “TY  - NEWS”.")
        raise UnreadableFileError(source.name, message)
    return [record_grid(VOCABULARY, source.name, stem(source.name), records, notices=[*_stray(text)])]


def _records(text: str) -> Iterator[tuple[int, dict[str, list[str]]]]:
    """The lines and values of the records; a value goes on in lines without a tag. The last may lack its ER."""
    begins, values, last = 0, dict[str, list[str]](), ""
    for number, line in enumerate(text.splitlines(), 1):
        found = _tag(line)
        if found and found[1] == "TY":
            yield begins, values
            begins, values = number, {}
        if not begins:
            continue
        if found and found[1] == "ER":
            yield begins, values
            begins, values = 0, {}
        elif found:
            last = found[1]
            values.setdefault(last, []).append((found[2] or "").strip())
        elif line.strip():
            values[last][-1] = f"{values[last][-1]} {line.strip()}".strip()
    yield begins, values


def _stray(text: str) -> Iterator[str]:
    """A notice of the lines that stand in no record."""
    is_inside, count = False, 0
    for line in text.splitlines():
        found = _tag(line)
        is_inside = is_inside or bool(found and found[1] == "TY")
        count += not is_inside and bool(line.strip())
        is_inside = is_inside and not (found and found[1] == "ER")
    if count:
        yield _("Lines outside of the records were left out: %(count)s.") % {"count": count}
