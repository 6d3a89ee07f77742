"""How a page, or the document that it is about, is cited: by GB/T 7714—2015 and in BibTeX. This module imports no Django.

What is cited is Chinese and stays so: a title in a reference is the title of the thing, in its own characters.
"""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from timeline.values.partial_date import PartialDate, Point, Unbounded

# GB/T 7714—2015, 8.1.2: of more than three authors the first three are named.
NAMED_AUTHORS = 3
_NO_DATE = "[日期不详]"
# A brace is not escaped by a backslash: BibTeX counts braces before TeX sees any.
_TEX = {
    "\\": r"\textbackslash{}",
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
} | {sign: f"\\{sign}" for sign in "#$%&_"}


@dataclass(frozen=True)
class WebPage:
    """A page of this site: whose it is, when it was changed and when it was read."""

    key: str
    site: str
    title: str
    address: str
    changed: datetime.date
    accessed: datetime.date

    def gbt7714(self) -> str:
        """As GB/T 7714—2015, 4.6, wants an electronic resource: 责任者. 题名[EB/OL]. (修改日期)[引用日期]. 网址."""
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
    """An official document: who issued it, under which number, on which date, and where its text stands, if anywhere."""

    key: str
    issuers: Sequence[str]
    title: str
    number: str = ""
    date: PartialDate | None = None
    address: str = ""
    accessed: datetime.date | None = None

    def is_citable(self) -> bool:
        """Whether so much is known that the document can be cited by itself."""
        return bool(self.issuers and self.title and (self.number or self.date))

    def gbt7714(self) -> str:
        """As the standard cites 京政办发[2005]37号: the number after the title, the type A (A/OL where it is online)."""
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
    """The text as TeX prints it, its braces in pairs."""
    return "".join(_TEX.get(sign, sign) for sign in text)


def quote_url(address: str) -> str:
    """The address in signs that neither BibTeX nor a reader takes for anything else."""
    return quote(address, safe="%/:?#[]@!$&'()*+,;=-._~")


def citation_key(*parts: str) -> str:
    """A key that every program takes: Latin letters, digits and hyphens, a letter first."""
    plain = "-".join(
        "".join(sign if sign.isascii() and sign.isalnum() else "-" for sign in part) for part in parts
    ).strip("-")
    return plain if plain[:1].isalpha() else f"entry-{plain}".strip("-")


def _ended(part: str) -> str:
    return part if part.endswith(".") else f"{part}."


def _names(names: Sequence[str]) -> str:
    # In braces of its own each: a body is no person with a family name, and its name may have an “and”.
    return " and ".join(f"{{{escape_tex(name)}}}" for name in names)


def _record(kind: str, key: str, fields: Mapping[str, str]) -> str:
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join([f"@{kind}{{{key},", *lines, "}"])


def _edtf(date: PartialDate) -> str:
    """The date as biblatex reads it, which knows no quarters and half-years: of those the year."""

    def point(found: Point) -> str:
        if found.part is not None and found.part > 12:
            return f"{found.year:04}{found.mark}"
        return str(found)

    if date.end is None:
        return point(date.start)
    end = date.end if isinstance(date.end, Unbounded) else point(date.end)
    return f"{point(date.start)}/{end}"
