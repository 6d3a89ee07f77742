"""Citations of pages and official documents in GB/T 7714—2015 and BibTeX. This module imports no Django.

Titles in citations are never translated or converted: a citation gives the title in its original characters.
"""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from timeline.values.date_points import Point, Unbounded
from timeline.values.partial_date import PartialDate

# GB/T 7714—2015, 8.1.2: the first three authors are named if there are more than three.
NAMED_AUTHORS = 3
_NO_DATE = "[日期不详]"
# A backslash does not escape a brace: BibTeX counts braces before TeX processes them.
_TEX = {
    "\\": r"\textbackslash{}",
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
} | {sign: f"\\{sign}" for sign in "#$%&_"}


@dataclass(frozen=True)
class WebPage:
    """A page of this site, with the dates of its last change and of access."""

    key: str
    site: str
    title: str
    address: str
    changed: datetime.date
    accessed: datetime.date

    def gbt7714(self) -> str:
        """Format an electronic resource (GB/T 7714—2015, 4.6): 责任者. 题名[EB/OL]. (修改日期)[引用日期]. 网址."""
        dates = f"({self.changed})[{self.accessed}]"
        return " ".join(map(_ended, (self.site, f"{self.title}[EB/OL]", dates, quote_url(self.address))))

    def bibtex(self) -> str:
        return _record(
            "online",
            self.key,
            {
                "author": _names([self.site]),
                "title": f"{{{escape_tex(self.title)}}}",
                "date": str(self.changed),
                "url": quote_url(self.address),
                "urldate": str(self.accessed),
                "langid": "chinese",
            },
        )


@dataclass(frozen=True)
class OfficialDocument:
    """An official document with its issuers, number, date and URL, as far as they are known."""

    key: str
    issuers: Sequence[str]
    title: str
    number: str = ""
    date: PartialDate | None = None
    address: str = ""
    accessed: datetime.date | None = None

    def is_citable(self) -> bool:
        """Whether enough is known to cite the document itself: an issuer, a title, and a number or a date."""
        return bool(self.issuers and self.title and (self.number or self.date))

    def gbt7714(self) -> str:
        """Format the document as GB/T 7714—2015 cites 京政办发[2005]37号.

        The number follows the title. The type is A, or A/OL if the document is online.
        """
        authors = ", ".join(self.issuers[:NAMED_AUTHORS])
        if len(self.issuers) > NAMED_AUTHORS:
            authors += ", 等"
        title = f"{self.title}: {self.number}" if self.number else self.title
        date = (self.date.html_datetime or self.date.display()) if self.date else ""
        if not self.address:
            return " ".join(map(_ended, (authors, f"{title}[A]", date or _NO_DATE)))
        dates = (f"({date})" if date else _NO_DATE) + (f"[{self.accessed}]" if self.accessed else "")
        return " ".join(map(_ended, (authors, f"{title}[A/OL]", dates, quote_url(self.address))))

    def bibtex(self) -> str:
        return _record(
            "misc",
            self.key,
            {
                "author": _names(self.issuers),
                "title": f"{{{escape_tex(self.title)}}}",
                "number": escape_tex(self.number),
                "date": _edtf(self.date) if self.date else "",
                "url": quote_url(self.address),
                "urldate": str(self.accessed) if self.address and self.accessed else "",
                "langid": "chinese",
            },
        )


def escape_tex(text: str) -> str:
    """Escape the characters that are special in TeX. Braces stay balanced."""
    return "".join(_TEX.get(sign, sign) for sign in text)


def quote_url(address: str) -> str:
    """Percent-encode the characters that would end a URL in BibTeX or in running text."""
    return quote(address, safe="%/:?#[]@!$&'()*+,;=-._~")


def citation_key(*parts: str) -> str:
    """Return a key for any citation program: ASCII letters, digits and hyphens, starting with a letter."""
    plain = "-".join(
        "".join(sign if sign.isascii() and sign.isalnum() else "-" for sign in part) for part in parts
    ).strip("-")
    return plain if plain[:1].isalpha() else f"entry-{plain}".strip("-")


def _ended(part: str) -> str:
    return part if part.endswith(".") else f"{part}."


def _names(names: Sequence[str]) -> str:
    # Each name has its own braces: BibTeX must not split the name of an organization into given and family
    # name, and the name may contain "and".
    return " and ".join(f"{{{escape_tex(name)}}}" for name in names)


def _record(kind: str, key: str, fields: Mapping[str, str]) -> str:
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join([f"@{kind}{{{key},", *lines, "}"])


def _edtf(date: PartialDate) -> str:
    """Format the date for biblatex, which has no quarters or half-years: these are reduced to their year."""

    def point(found: Point) -> str:
        if found.part is not None and found.part > 12:
            return f"{found.year:04}{found.mark}"
        return str(found)

    if date.end is None:
        return point(date.start)
    end = date.end if isinstance(date.end, Unbounded) else point(date.end)
    return f"{point(date.start)}/{end}"
