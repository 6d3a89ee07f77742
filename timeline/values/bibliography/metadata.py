"""The metadata of a work for the head of a page: Dublin Core and the `citation_*` names of Highwire Press.

Zotero's translator “Embedded Metadata”, Google Scholar and others read them.
"""

from timeline.values.bibliography.dates import biblatex_date
from timeline.values.bibliography.record import BibliographicRecord, WorkType
from timeline.values.partial_date import PartialDate

# The types by the names of Zotero, which takes those of Dublin Core for articles of journals.
_TYPES = {
    WorkType.PAGE: "webpage",
    WorkType.DOCUMENT: "document",
    WorkType.NEWSPAPER: "newspaperArticle",
    WorkType.REPORT: "report",
    WorkType.ARCHIVE: "manuscript",
    WorkType.DATASET: "dataset",
}


def work_metadata(record: BibliographicRecord, day: PartialDate | None = None) -> list[tuple[str, str]]:
    """Return names and contents of `<meta>` elements. Each creator has elements of its own.

    `day` is the date of the page, for a work without one.
    """
    date = record.date or day
    is_in_container = record.type in (WorkType.PAGE, WorkType.NEWSPAPER)
    found = [
        ("citation_title", record.bracketed_title),
        *(("citation_author", name) for name in record.creators),
        # A date with slashes; what is not a plain date has only its year.
        ("citation_publication_date", _with_slashes(record)),
        ("citation_publisher", record.publisher),
        ("citation_language", record.language),
        ("citation_public_url", record.link),
        ("prism.publicationName", record.publisher if is_in_container else ""),
        ("DC.type", _TYPES[record.type]),
        ("DC.title", record.bracketed_title),
        *(("DC.creator", name) for name in record.creators),
        *day_metadata(date),
        ("DC.publisher", record.publisher),
        ("DC.language", record.language),
        ("DC.identifier", record.link),
    ]
    return [(name, content) for name, content in found if content]


def day_metadata(date: PartialDate | None) -> list[tuple[str, str]]:
    """The date alone. Of a page without one, Zotero takes the first date in its text."""
    return [("DC.date", biblatex_date(date))] if date else []


def _with_slashes(record: BibliographicRecord) -> str:
    if record.date is None:
        return ""
    return (record.date.html_datetime or f"{record.date.start.year:04}").replace("-", "/")
