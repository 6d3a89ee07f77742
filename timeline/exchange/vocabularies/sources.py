"""What the formats of references have in common: types, names, dates and pages of a source, and its slug if it is one of ours."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from timeline.exchange.vocabularies.declaration import ForeignRecord, first
from timeline.models.reference import SourceType

# The key of a source in the files of references of a chronicle (`citation_key`).
_own_key = re.compile(r"source-([a-z0-9]+(?:-[a-z0-9]+)*)").fullmatch
_han = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]").search
_latin = re.compile(r"[A-Za-z]").search
_numbers = re.compile(
    r"\s*([0-9]{4})(?:[-/]([0-9]{1,2})(?:[-/]([0-9]{1,2}))?)?(?:/(?![0-9]{4}).*)?\s*"
).fullmatch
_ISSUED = frozenset({SourceType.PAGE, SourceType.REPORT})


def slug(record: ForeignRecord, names: Sequence[str]) -> str:
    """The slug of a source that a chronicle exported; of any other "", since keys of programs are no slugs."""
    found = _own_key(record.first(*names))
    return found[1] if found else ""


def type_by(types: Mapping[str, SourceType]) -> Callable[[ForeignRecord, Sequence[str]], str]:
    """The conversion of the types of a format; what is not listed is a document, which is noted."""

    def convert(record: ForeignRecord, names: Sequence[str]) -> str:
        given = first(record, names)
        if not given:
            return ""
        if found := types.get(given) or types.get(given.casefold()):
            return found.value
        message = _("There is no type “%(type)s” here; it was read as “%(own)s”.")
        record.note(message % {"type": given, "own": SourceType.DOCUMENT.label})
        return SourceType.DOCUMENT.value

    return convert


def personal_name(text: str) -> str:
    """A name as the chronicle writes it: 张三 for “张, 三”; of other names the family name stays before the comma."""
    name = " ".join(text.strip().removesuffix(",").split())
    family, comma, given = name.partition(",")
    return family.strip() + given.strip() if comma and _han(family) and not _latin(name) else name


def joined_names(names: Iterable[str]) -> str:
    """The names in one cell. A semicolon parts those that may have a comma or a space within."""
    found = [*dict.fromkeys(filter(None, map(personal_name, names)))]
    return ("；" if any(map(_latin, found)) else "、").join(found)


def names(record: ForeignRecord, names: Sequence[str]) -> str:
    """The names under the first of these that has any. Others, such as editors beside authors, are noted."""
    present = [name for name in names if record.all(name)]
    if present[1:]:
        message = _("“%(others)s” was left out beside “%(first)s”.")
        record.note(message % {"others": ", ".join(present[1:]), "first": present[0]})
    return joined_names(record.all(*present[:1]))


def numeric_date(text: str) -> str:
    """2013/08/06/ or 2013-8 as EDTF; any other text as it stands, for the column to read or refuse."""
    found = _numbers(text)
    if not found:
        return text.strip()
    parts = [part.zfill(2) for part in found.groups() if part and int(part)]
    return "-".join(parts)


def date(record: ForeignRecord, names: Sequence[str]) -> str:
    """The date under the first of these names that has one in numbers, else the first text."""
    texts = record.all(*names)
    return next((numeric_date(text) for text in texts if _numbers(text)), texts[0] if texts else "")


def day(record: ForeignRecord, names: Sequence[str]) -> str:
    """A day without its time: programs note the second of an access."""
    text = first(record, names)
    found = re.match(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?=[T ])", text)
    return found[0] if found else numeric_date(text)


def page_range(record: ForeignRecord, names: Sequence[str]) -> str:
    """The pages, from the first and perhaps the last."""
    start = record.first(*names[:1])
    end = record.first(*names[1:])
    pages = f"{start}-{end}" if start and end and end != start else start or end
    return re.sub(r"\s*(?:--+|[–—])\s*", "-", pages)


def address(record: ForeignRecord, names: Sequence[str]) -> str:
    """The address; where only a DOI is given, the address that resolves it."""
    *urls, doi = names
    found = record.first(*urls)
    if len(record.all(*urls)) > 1:
        record.note(_("Of several addresses, the first was read."))
    if found or not (number := record.first(doi)):
        return found
    return number if number.startswith("http") else f"https://doi.org/{number.removeprefix('doi:').strip()}"


@dataclass(frozen=True)
class ReferenceNames:
    """The names of a format of references for what decides on publisher and type.

    `containers` are the names of what the work is part of. `online` is the type of a web page and, in files of a chronicle,
    of a document that has an address, `document` that of other documents; `of_documents` are names that pages do not have there.
    """

    type: str
    types: Mapping[str, SourceType]
    key: str
    author: str
    containers: tuple[str, ...]
    publisher: str
    online: str
    document: str
    of_documents: tuple[str, ...]

    def publisher_of(self, record: ForeignRecord, names: Sequence[str]) -> str:
        """The newspaper, journal or website that the work is in; of other works the publisher."""
        container = record.first(*self.containers)
        publisher = record.first(*(name for name in names if name not in self.containers))
        is_in_container = self.types.get(record.first(self.type)) in (SourceType.NEWSPAPER, SourceType.PAGE)
        if not (container and publisher) or container == publisher:
            return container or publisher
        if is_in_container:
            record.note(_("The publisher was left out beside the newspaper or website that the work is in."))
            return container
        record.note(_("The journal, book or website that the work is in was left out beside the publisher."))
        return publisher

    def restored(self, values: Mapping[str, Sequence[str]]) -> Mapping[str, Sequence[str]]:
        """The values of a source that a chronicle exported as they were: there, who issued a work is named as its author.

        Values of any other record are returned as they are.
        """
        record = ForeignRecord(0, values)
        if not slug(record, [self.key]):
            return values
        found = dict(values)
        publisher, authors = record.first(*self.containers, self.publisher), record.all(self.author)
        if len(authors) == 1 and self.types.get(record.first(self.type)) in _ISSUED:
            if not publisher:
                found[self.publisher] = [personal_name(authors[0])]
            if publisher in ("", personal_name(authors[0])):
                del found[self.author]
        if record.first(self.type) == self.online and not record.first(*self.containers):
            # Where nothing tells which, the type stays what it is.
            found[self.type] = [self.document] if record.first(*self.of_documents) else []
        return found
