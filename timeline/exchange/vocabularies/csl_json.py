"""CSL-JSON, which Zotero, Mendeley and pandoc exchange: a list of items with the variables of CSL."""

import re
from collections.abc import Mapping, Sequence

from yaml.nodes import Node

from timeline.exchange.readers.grids import Grid
from timeline.exchange.readers.nodes import line, plain_value
from timeline.exchange.readers.sources import stem
from timeline.exchange.vocabularies import sources
from timeline.exchange.vocabularies.declaration import ForeignRecord, Vocabulary, VocabularyField, joined
from timeline.exchange.vocabularies.grids import record_grid
from timeline.models.reference import SourceType

TYPES = {
    **dict.fromkeys(("webpage", "post", "post-weblog"), SourceType.PAGE),
    **dict.fromkeys(("document", "legislation", "regulation", "bill", "standard"), SourceType.DOCUMENT),
    **dict.fromkeys(("article-newspaper", "article-magazine"), SourceType.NEWSPAPER),
    **dict.fromkeys(("report",), SourceType.REPORT),
    **dict.fromkeys(("manuscript", "collection", "personal_communication"), SourceType.ARCHIVE),
    **dict.fromkeys(("dataset",), SourceType.DATASET),
}
NAMES = sources.ReferenceNames(
    type="type",
    types=TYPES,
    key="id",
    author="author",
    containers=("container-title",),
    publisher="publisher",
    online="webpage",
    document="document",
    of_documents=("publisher", "number"),
)
VOCABULARY = Vocabulary(
    name="csl-json",
    label="CSL-JSON",
    table="sources",
    fields=(
        VocabularyField("id", "slug", convert=sources.slug),
        VocabularyField("type", "type", convert=sources.type_by(TYPES)),
        VocabularyField("title", "title"),
        VocabularyField("author", "author", ("author", "editor"), sources.names),
        VocabularyField(
            "publisher", "publisher", ("container-title", "publisher", "archive"), NAMES.publisher_of
        ),
        VocabularyField("publisher-place", "place", ("publisher-place", "archive-place")),
        VocabularyField("number", "number", ("number", "version", "archive_location")),
        VocabularyField("page", "pages", convert=sources.page_range),
        VocabularyField("issued", "published"),
        VocabularyField("accessed", "accessed"),
        VocabularyField("URL", "url", ("URL", "DOI"), sources.address),
        VocabularyField("note", "note", ("note", "annote"), joined),
        VocabularyField("abstract", convert=joined),
        VocabularyField("keyword", convert=joined),
    ),
    ignored=re.compile(
        "language|source|title-short|shortTitle|citation-(key|label)|journalAbbreviation|custom"
    ),
)
# Members that tell an item of CSL from a row of a chronicle.
_MARKS = {"issued", "container-title", "publisher-place", "archive_location", "URL"}


def csl_grid(file: str, items: Sequence[Node]) -> Grid | None:
    """The items as a grid; None if they are none of CSL."""
    records = []
    for node in items:
        item = plain_value(node)
        if not isinstance(item, dict):
            return None
        values = {name: [*_texts(value)] for name, value in item.items() if value is not None}
        records.append((item, ForeignRecord(line(node), NAMES.restored(values))))
    if not any(map(_is_item, (item for item, _record in records))):
        return None
    return record_grid(VOCABULARY, file, stem(file), [record for _item, record in records])


def _is_item(item: Mapping[str, object]) -> bool:
    names = item.get("author")
    has_names = isinstance(names, list) and any(isinstance(name, dict) for name in names)
    return "type" in item and (has_names or bool(_MARKS & item.keys()))


def _texts(value: object) -> list[str]:
    """The texts of a variable: names and dates as text."""
    if isinstance(value, dict):
        return [_date(value) if value.keys() & {"date-parts", "raw", "literal", "season"} else _name(value)]
    if isinstance(value, list):
        return [text for item in value for text in _texts(item)]
    return [] if value is None else [str(value)]


def _name(name: Mapping[str, object]) -> str:
    if literal := name.get("literal"):
        return str(literal)
    parts = [str(name.get(part) or "") for part in ("non-dropping-particle", "family", "suffix")]
    given = [str(name.get(part) or "") for part in ("given", "dropping-particle")]
    return ", ".join(filter(None, (" ".join(filter(None, each)) for each in (parts, given))))


def _date(date: Mapping[str, object]) -> str:
    """The date in EDTF, or its text as it stands."""
    points = date.get("date-parts")
    if not isinstance(points, list) or not points:
        return str(date.get("raw") or date.get("literal") or "")
    mark = "~" if str(date.get("circa") or "false").casefold() not in ("false", "0") else ""
    ends = [_point(point) + mark for point in points if isinstance(point, list) and point and point[0]]
    return "/".join(ends)


def _point(parts: Sequence[object]) -> str:
    year, *rest = (str(part or "") for part in parts)
    return "-".join([year.zfill(4), *(part.zfill(2) for part in rest[:2] if part.strip("0"))])
