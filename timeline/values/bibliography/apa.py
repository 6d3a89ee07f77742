"""References by the Publication Manual of the American Psychological Association, 7th edition."""

import re
from collections.abc import Sequence

from timeline.values.bibliography.dates import month_first, year_first
from timeline.values.bibliography.record import BibliographicRecord, WorkType
from timeline.values.bibliography.styled_text import StyledText, ended, italic, joined, styled

# Of more authors the first 19 and the last are named.
NAMED_AUTHORS = 20


def format_apa(record: BibliographicRecord) -> StyledText:
    """Format a reference: Author. (Date). Title [Translation]. Source. URL

    Of a work that was not seen, the list of references has only the one in which it is quoted (section 8.6).
    """
    if record.quoted_in:
        return format_apa(record.quoted_in)
    date = styled(f"({year_first(record.date)})." if record.date else "(n.d.).")
    creators, title = ended(_names(record.translated_creators)), ended(_title(record))
    # A work of nobody begins with its title.
    beginning = joined([creators, date, title] if creators else [title, date])
    return joined([beginning, ended(_source(record)), _address(record)])


def cite_apa(record: BibliographicRecord) -> StyledText:
    """What stands in the text: (Author, 2010); of a work that was not seen, (Author, 2010, as cited in Author, 2016)."""
    cited = _author_and_year(record, undated="" if record.quoted_in else "n.d.")
    if record.quoted_in:
        cited = cited + ", as cited in " + _author_and_year(record.quoted_in, undated="n.d.")
    return styled("(") + cited + ")"


def _author_and_year(record: BibliographicRecord, undated: str) -> StyledText:
    """The author, or the title in place of one, and the year."""
    creators = record.creators
    names = f"{creators[0]} et al." if len(creators) > 2 else _names(creators)
    year = year_first(record.date).partition(",")[0] if record.date else undated
    return joined([names or _plain_title(record), year], ", ")


def _names(names: Sequence[str]) -> str:
    if len(names) > NAMED_AUTHORS:
        return f"{', '.join(names[: NAMED_AUTHORS - 1])}, . . . {names[-1]}"
    if len(names) < 3:
        return " & ".join(names)
    return f"{', '.join(names[:-1])}, & {names[-1]}"


def _title(record: BibliographicRecord) -> StyledText:
    title = _plain_title(record)
    translation = f"[{record.translated_title}]" if record.translated_title else ""
    number = f"({_number(record)})" if record.number else ""
    form = "[Data set]" if record.type == WorkType.DATASET else ""
    reprint = "[Reprint]" if record.is_reprint else ""
    return joined([title, translation, number, form, reprint])


def _plain_title(record: BibliographicRecord) -> StyledText:
    # What has no title is described in brackets, without italics. An article's newspaper is in italics instead.
    if record.supplied_title or record.type == WorkType.NEWSPAPER:
        return styled(record.bracketed_title)
    return italic(record.title)


def _number(record: BibliographicRecord) -> str:
    if record.type == WorkType.DATASET:
        return f"Version {without_v(record.number)}"
    return record.number


def _source(record: BibliographicRecord) -> StyledText:
    if record.type == WorkType.NEWSPAPER:
        return joined([italic(record.publisher), record.pages], ", ")
    if record.type == WorkType.ARCHIVE:
        return joined([record.publisher, record.place], ", ")
    return styled(record.other_publisher)


def _address(record: BibliographicRecord) -> str:
    # The day of access belongs to works that go on changing, or bear no date.
    if record.address and record.accessed and (record.modified or not record.date):
        return f"Retrieved {month_first(record.accessed)}, from {record.address}"
    return record.address


def without_v(version: str) -> str:
    """V1.0 as 1.0, after the word “Version”."""
    return re.sub(r"^[Vv](?=[0-9])", "", version)
