"""References as BibTeX, for biblatex: UTF-8, dates in EDTF."""

from collections.abc import Sequence

from timeline.values.bibliography.dates import biblatex_date
from timeline.values.bibliography.record import BibliographicRecord, WorkType

# A backslash does not escape a brace: BibTeX counts braces before TeX processes them.
_TEX = {
    "\\": r"\textbackslash{}",
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
} | {sign: f"\\{sign}" for sign in "#$%&_"}
_TYPES = {
    WorkType.PAGE: "online",
    WorkType.DOCUMENT: "misc",
    WorkType.NEWSPAPER: "article",
    WorkType.REPORT: "report",
    WorkType.ARCHIVE: "unpublished",
    WorkType.DATASET: "dataset",
}
# The field of the publisher, where it is not `organization`.
_PUBLISHERS = {
    WorkType.NEWSPAPER: "journaltitle",
    WorkType.REPORT: "institution",
    WorkType.ARCHIVE: "library",
    WorkType.DATASET: "publisher",
}


def to_bibtex(record: BibliographicRecord) -> str:
    """Return the entry for biblatex, with a newline at its end."""
    of_type = _TYPES[record.type]
    if record.type == WorkType.DOCUMENT and record.is_online:
        of_type = "online"
    fields = {
        "author": _names(record.creators),
        # The second braces keep the case of the letters.
        "title": f"{{{escape_tex(record.bracketed_title)}}}",
        "titleaddon": escape_tex(f"[{record.translated_title}]") if record.translated_title else "",
        _PUBLISHERS.get(record.type, "organization"): escape_tex(record.other_publisher),
        "location": escape_tex(record.place),
        "version" if record.type == WorkType.DATASET else "number": escape_tex(record.number),
        "pages": escape_tex(record.pages),
        "date": biblatex_date(record.date) if record.date else "",
        "url": record.link,
        "urldate": biblatex_date(record.accessed) if record.accessed and record.is_online else "",
        "entrysubtype": "newspaper" if record.type == WorkType.NEWSPAPER else "",
        "type": "" if record.type != WorkType.REPORT else "report",
        "note": escape_tex(record.notes),
        "langid": "chinese" if record.is_chinese else "english",
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join([f"@{of_type}{{{record.key},", *lines, "}", ""])


def escape_tex(text: str) -> str:
    """Escape the characters that are special in TeX. Braces stay balanced."""
    return "".join(_TEX.get(sign, sign) for sign in text)


def _names(names: Sequence[str]) -> str:
    # Each name has its own braces: BibTeX must not split the name of an organization into given and family
    # name, and the name may contain "and".
    return " and ".join(f"{{{escape_tex(name)}}}" for name in names)
