"""References by GB/T 7714—2025, in the sequential numbering system.

The standard joins with full-width punctuation; only the full stop and square brackets are of half width.
"""

from timeline.values.bibliography.dates import iso_text
from timeline.values.bibliography.record import BibliographicRecord, WorkType
from timeline.values.bibliography.styled_text import StyledText, joined, styled

# Of more authors the first three are named.
NAMED_AUTHORS = 3
# The types of works, for those that are not online and those that are. A page of the web is always online.
_MARKS = {
    WorkType.PAGE: ("EB/OL", "EB/OL"),
    WorkType.DOCUMENT: ("Z", "EB/OL"),
    WorkType.NEWSPAPER: ("N", "N/OL"),
    WorkType.REPORT: ("R", "R/OL"),
    WorkType.ARCHIVE: ("A", "A/OL"),
    WorkType.DATASET: ("DS", "DS/OL"),
}


def format_gbt7714(record: BibliographicRecord) -> StyledText:
    """Format a reference: 责任者. 题名：编号[类型]. 出版项. 网址. 转引自：……"""
    is_dataset = record.type == WorkType.DATASET
    mark = _MARKS[record.type][record.is_online]
    title = record.bracketed_title
    if record.number and not is_dataset:
        title += f"：{record.number}"
    if record.is_reprint:
        title += "（转载）" if record.is_chinese else "(reprint)"
    parts = [
        _creators(record),
        f"{title}[{mark}]",
        record.number if is_dataset else "",
        _publication(record, mark),
        record.address,
        f"转引自：{format_gbt7714(record.quoted_in)}" if record.quoted_in else "",
    ]
    return joined(_ended(part) for part in parts if part)


def _creators(record: BibliographicRecord) -> str:
    named = "，".join(record.creators[:NAMED_AUTHORS])
    if len(record.creators) <= NAMED_AUTHORS:
        return named
    return f"{named}，等" if record.is_chinese else f"{named}，et al."


def _publication(record: BibliographicRecord, mark: str) -> str:
    date = iso_text(record.date) if record.date else ""
    if record.type == WorkType.NEWSPAPER:
        pages = f"（{record.pages}）" if record.pages else ""
        return _list([record.publisher, date]) + pages
    if mark in ("EB/OL", "DS", "DS/OL"):
        publisher = record.publisher if record.type == WorkType.DATASET else ""
        accessed = f"[{iso_text(record.accessed)}]" if record.accessed and record.is_online else ""
        return publisher + (f"（{date}）" if date else "") + accessed
    # Beside its place, the publisher is named even if it is the author.
    publisher = record.publisher if record.place else record.other_publisher
    return _list(["：".join(filter(None, [record.place, publisher])), date])


def _list(parts: list[str]) -> str:
    return "，".join(filter(None, parts))


def _ended(part: str) -> StyledText:
    return styled(part if part.endswith(".") else f"{part}.")
