"""References as CSL-JSON, which citation programs with styles of the Citation Style Language read."""

import json

from timeline.values.bibliography.dates import date_parts
from timeline.values.bibliography.record import BibliographicRecord, WorkType
from timeline.values.partial_date import PartialDate

_TYPES = {
    WorkType.PAGE: "webpage",
    WorkType.DOCUMENT: "document",
    WorkType.NEWSPAPER: "article-newspaper",
    WorkType.REPORT: "report",
    WorkType.ARCHIVE: "manuscript",
    WorkType.DATASET: "dataset",
}


def to_csl_json(record: BibliographicRecord) -> str:
    """Return a list of one item, as text."""
    return json.dumps([csl_item(record)], ensure_ascii=False, indent=2) + "\n"


def csl_item(record: BibliographicRecord) -> dict[str, object]:
    """The item, with the variables of CSL 1.0.2 that are known."""
    is_online_document = record.type == WorkType.DOCUMENT and record.is_online
    in_container = record.type in (WorkType.PAGE, WorkType.NEWSPAPER)
    is_archival, is_dataset = record.type == WorkType.ARCHIVE, record.type == WorkType.DATASET
    publisher = "archive" if is_archival else "container-title" if in_container else "publisher"
    number = "archive_location" if is_archival else "version" if is_dataset else "number"
    variables = {
        "id": record.key,
        "type": "webpage" if is_online_document else _TYPES[record.type],
        "author": [{"literal": name} for name in record.creators],
        "title": record.bracketed_title,
        # The name of a website or newspaper stays, whoever is the author.
        publisher: record.publisher if in_container else record.other_publisher,
        "archive-place" if is_archival else "publisher-place": record.place,
        number: record.number,
        "page": record.pages,
        "issued": _date(record.date),
        "accessed": _date(record.accessed) if record.is_online else None,
        "URL": record.link,
        "note": record.notes,
        "language": record.language,
    }
    return {name: value for name, value in variables.items() if value}


def _date(date: PartialDate | None) -> dict[str, object] | None:
    if date is None:
        return None
    return {"date-parts": date_parts(date)} | ({"circa": True} if date.start.mark else {})
