"""References as RIS, the format that EndNote, NoteExpress and Zotero read."""

from collections.abc import Iterator

from timeline.values.bibliography.dates import date_parts
from timeline.values.bibliography.record import BibliographicRecord, WorkType
from timeline.values.partial_date import PartialDate

_TYPES = {
    WorkType.PAGE: "ELEC",
    WorkType.DOCUMENT: "GOVDOC",
    WorkType.NEWSPAPER: "NEWS",
    WorkType.REPORT: "RPRT",
    WorkType.ARCHIVE: "MANSCPT",
    WorkType.DATASET: "DATA",
}


def to_ris(record: BibliographicRecord) -> str:
    """Return the record with its lines ended by CRLF, as the format has them."""
    is_online_document = record.type == WorkType.DOCUMENT and record.is_online
    lines = [("TY", "ELEC" if is_online_document else _TYPES[record.type]), *_fields(record), ("ER", "")]
    return "".join(f"{tag}  - {value}\r\n" for tag, value in lines)


def _fields(record: BibliographicRecord) -> Iterator[tuple[str, str]]:
    # The name of a website or newspaper stays, whoever is the author.
    in_container = record.type in (WorkType.PAGE, WorkType.NEWSPAPER)
    fields = [
        ("ID", record.key),
        *(("AU", _name(name)) for name in record.creators),
        ("TI", record.bracketed_title),
        ("TT", record.translated_title),
        ("T2", record.publisher) if in_container else ("PB", record.other_publisher),
        ("CY", record.place),
        ("ET" if record.type == WorkType.DATASET else "M1", record.number),
        ("SP", record.pages),
        ("PY", f"{record.date.start.year:04}" if record.date else ""),
        ("DA", _date(record.date)),
        ("Y2", _date(record.accessed) if record.is_online else ""),
        ("UR", record.link),
        ("N1", record.notes),
        ("LA", record.language),
    ]
    return ((tag, value) for tag, value in fields if value)


def _name(name: str) -> str:
    # A comma at the end keeps programs from taking the last word of an organization for a family name.
    return f"{name}," if " " in name and "," not in name else name


def _date(date: PartialDate | None) -> str:
    """YYYY/MM/DD/, with all three slashes, of the start of the date; "" for None."""
    if date is None:
        return ""
    year, *rest = date_parts(date)[0]
    month, day = (*(f"{part:02}" for part in rest), "", "")[:2]
    return f"{year:04}/{month}/{day}/"
