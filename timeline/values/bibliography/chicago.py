"""Entries of a bibliography by the Chicago Manual of Style, 18th edition, notes and bibliography."""

from collections.abc import Sequence

from timeline.values.bibliography.apa import without_v
from timeline.values.bibliography.dates import month_first
from timeline.values.bibliography.record import BibliographicRecord, WorkType
from timeline.values.bibliography.styled_text import StyledText, ended, italic, joined, styled
from timeline.values.quotation_marks import nested_quotes

# Of more than six authors the first three are named.
MOST_AUTHORS, NAMED_AUTHORS = 6, 3
# What stands by itself has its title in italics, what is part of something in quotation marks.
_WHOLE = frozenset({WorkType.DOCUMENT, WorkType.REPORT, WorkType.DATASET})


def format_chicago(record: BibliographicRecord) -> StyledText:
    """Format an entry: Author. “Title” [Translation]. Publication. URL. Quoted in …"""
    creators: StyledText | str = _names(record.translated_creators)
    publication = _publication(record)
    if not creators and record.type == WorkType.NEWSPAPER and record.publisher:
        # The newspaper stands in for the author of an unsigned article.
        creators, publication = italic(record.publisher), [styled(_date(record))]
    reprint = "Reprint" if record.is_reprint else ""
    parts = [creators, _title(record), reprint, *publication, _accessed(record), record.address]
    if record.quoted_in:
        # Of a work that was not seen, both are named.
        parts.append(styled("Quoted in ") + format_chicago(record.quoted_in))
    return joined(ended(part) for part in parts if part)


def _names(names: Sequence[str]) -> str:
    if len(names) > MOST_AUTHORS:
        return f"{', '.join(names[:NAMED_AUTHORS])}, et al."
    if len(names) < 3:
        return " and ".join(names)
    return f"{', '.join(names[:-1])}, and {names[-1]}"


def _title(record: BibliographicRecord) -> StyledText:
    translation = f" [{record.translated_title}]" if record.translated_title else ""
    if record.supplied_title:
        return styled(record.supplied_title + translation)
    if record.type in _WHOLE:
        return italic(record.title) + translation
    # A full stop stands within the quotation marks.
    title = nested_quotes(record.title)
    return styled(f"“{title if translation else ended(title)}”{translation}")


def _publication(record: BibliographicRecord) -> list[StyledText]:
    date = _date(record)
    if record.type == WorkType.NEWSPAPER:
        return [joined([italic(record.publisher), date], ", ")]
    if record.type == WorkType.ARCHIVE:
        return [styled(date), styled(record.number), joined([record.publisher, record.place], ", ")]
    if record.type == WorkType.DATASET:
        version = f"Version {without_v(record.number)}" if record.number else ""
        return [styled(version), joined([record.other_publisher, date], ", ")]
    if record.modified:
        return [styled(record.number), styled(record.other_publisher), styled(f"Last modified {date}")]
    place = record.place if record.other_publisher and record.type != WorkType.PAGE else ""
    publisher = ": ".join(filter(None, [place, record.other_publisher]))
    return [styled(record.number), joined([publisher, date], ", ")]


def _date(record: BibliographicRecord) -> str:
    return month_first(record.date) if record.date else ""


def _accessed(record: BibliographicRecord) -> str:
    # The day of access stands in for the date of a work online that bears none.
    if record.accessed and record.is_online and not record.date:
        return f"Accessed {month_first(record.accessed)}"
    return ""
