"""The bibliographic record of a work: what every style and every file of references is made from."""

import enum
import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from timeline.values.partial_date import PartialDate

_HAN = re.compile(r"[\u3005-\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
# A title that the editors have supplied is written in brackets.
_supplied = re.compile(r"[〔[]([^〔〕\[\]]+)[〕\]]").fullmatch


class WorkType(enum.StrEnum):
    """What a work is. `PAGE` is a page of the web."""

    PAGE = "page"
    DOCUMENT = "document"
    NEWSPAPER = "newspaper"
    REPORT = "report"
    ARCHIVE = "archive"
    DATASET = "dataset"


# Those whose publisher is responsible for them where no author is known. Documents stand on the sites of others too.
_ISSUED = frozenset({WorkType.PAGE, WorkType.REPORT})


@dataclass(frozen=True, kw_only=True)
class BibliographicRecord:
    """A work as it is cited, each part as far as it is known.

    `number` is that of a document, the shelf mark of an archival document, or the version of a dataset. `publisher` is
    also the name of a website, a newspaper or an archive, `place` is where it is. `published` is the date that the work
    bears, `modified` the date of its last change if it goes on changing. `quoted_in` is the work in which this one, which
    was not seen itself, is quoted. `is_linked` is False for a URL that is printed but not to be followed. A reprint bears
    its own date, not that of the original. `note` is for files of references only. `authors_en` are the English names of
    the authors, in their order, or none.
    """

    key: str
    type: WorkType
    title: str
    title_en: str = ""
    authors: Sequence[str] = ()
    authors_en: Sequence[str] = ()
    number: str = ""
    publisher: str = ""
    place: str = ""
    pages: str = ""
    published: PartialDate | None = None
    modified: PartialDate | None = None
    accessed: PartialDate | None = None
    url: str = ""
    is_online: bool = False
    is_linked: bool = True
    is_reprint: bool = False
    quoted_in: "BibliographicRecord | None" = None
    note: str = ""

    @property
    def creators(self) -> Sequence[str]:
        """Who is responsible for the work: its authors, or whoever issued it."""
        if not self.authors and self.publisher and self.type in _ISSUED:
            return [self.publisher]
        return self.authors

    @property
    def translated_creators(self) -> Sequence[str]:
        """Who is responsible, Chinese names with the English ones in brackets where these are known."""
        if not self.authors or len(self.authors) != len(self.authors_en):
            return self.creators
        return [
            f"{name} [{english}]" if english and english != name and _HAN.search(name) else name
            for name, english in zip(self.authors, self.authors_en, strict=True)
        ]

    @property
    def other_publisher(self) -> str:
        """The publisher, "" if it is already named as the creator."""
        return "" if [self.publisher] == [*self.creators] else self.publisher

    @property
    def date(self) -> PartialDate | None:
        """The date of the work as it was when it was cited."""
        return self.modified or self.published

    @property
    def supplied_title(self) -> str:
        """The title without its brackets if the editors have supplied it; otherwise ""."""
        found = _supplied(self.title)
        return found[1] if found else ""

    @property
    def bracketed_title(self) -> str:
        """The title, in square brackets if the editors have supplied it."""
        return f"[{self.supplied_title}]" if self.supplied_title else self.title

    @property
    def translated_title(self) -> str:
        """The English title of a work with a Chinese one, without brackets; otherwise ""."""
        if not self.is_chinese:
            return ""
        found = _supplied(self.title_en)
        return found[1] if found else self.title_en

    @property
    def notes(self) -> str:
        """What files of references say beside the parts of the work."""
        reprint = ("转载" if self.is_chinese else "Reprint") if self.is_reprint else ""
        return ". ".join(filter(None, [reprint, self.note]))

    @property
    def is_chinese(self) -> bool:
        return bool(_HAN.search(self.title))

    @property
    def language(self) -> str:
        """The language of the title, as a tag."""
        return "zh" if self.is_chinese else "en"

    @property
    def address(self) -> str:
        """The URL without characters that would end it in running text or in a file of references."""
        return quote(self.url, safe="%/:?#[]@!$&'()*+,;=-._~")

    @property
    def link(self) -> str:
        """The address for programs, which would make a link of it; "" where none is meant."""
        return self.address if self.is_linked else ""


def citation_key(*parts: str) -> str:
    """Return a key for any citation program: ASCII letters, digits and hyphens, starting with a letter."""
    plain = "-".join(
        "".join(sign if sign.isascii() and sign.isalnum() else "-" for sign in part) for part in parts
    ).strip("-")
    return plain if plain[:1].isalpha() else f"entry-{plain}".strip("-")
