"""The columns of sheets: the heading, the text of a record in the language of the page, and what to know of it."""

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import urljoin

from django.db.models import Field, Model, Prefetch, URLField
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from timeline.exchange.exporting.workbooks import MAX_CELL, utf16_length
from timeline.i18n.display import localized_text, translation_of
from timeline.i18n.languages import current_language
from timeline.i18n.locators import locator_text
from timeline.i18n.quotation_marks import quoted_title
from timeline.models import Entry
from timeline.models.kinds import field_of
from timeline.models.shortlists import first_of_each, left_out, link_owner
from timeline.models.source_references import SourceReference
from timeline.models.timeline_position import timeline_order
from timeline.public.facts import fact_of
from timeline.values.partial_date import PartialDate
from timeline.values.quotation_marks import nested_quotes

# The most related records, citations, relations and assessments in a cell; the number of others follows.
MAX_RELATED = 50
# Widths of columns, in characters of half the width of a Chinese one.
NARROW, MEDIUM, WIDE, PROSE = 14, 22, 36, 60


class SheetCell(NamedTuple):
    """The text of a cell, and where a click on it leads."""

    text: str
    address: str = ""


def _nowhere(_record: Model) -> str:
    return ""


@dataclass(frozen=True)
class SheetColumn:
    """A column of a sheet. Its texts are in the active language, their lines as in the cell."""

    label: str | Promise
    # None for the address itself.
    text: Callable[[Any], str] | None
    width: int = MEDIUM
    # What readers should know of the column beside its heading.
    note: str | Promise = ""
    # What is to be prefetched of the records.
    related: Callable[[], Sequence[str | Prefetch]] = tuple
    # Where a click on the cell leads, possibly without the site; "" for nowhere.
    address: Callable[[Any], str] = _nowhere

    @property
    def heading(self) -> str:
        return capfirst(str(self.label))

    def cell(self, record: Model, site_url: str) -> SheetCell:
        """The cell of the record, its text as long as Excel allows."""
        address = self.address(record)
        absolute = urljoin(site_url, address) if address else ""
        return SheetCell(_shortened(self.text(record)) if self.text else absolute, absolute)


@dataclass(frozen=True)
class SheetContent:
    """A sheet: its name, its columns and its records. Each call reads the records anew, in chunks."""

    name: str
    columns: Sequence[SheetColumn]
    records: Callable[[], Iterable[Model]]

    def rows(self, site_url: str) -> Iterator[list[SheetCell]]:
        for record in self.records():
            yield [column.cell(record, site_url) for column in self.columns]


def prefetches(columns: Iterable[SheetColumn]) -> list[str | Prefetch]:
    """All that the columns want to be prefetched, each once."""
    found = itertools.chain.from_iterable(column.related() for column in columns)
    return list({getattr(one, "prefetch_to", one): one for one in found}.values())


def _shortened(text: str) -> str:
    """The text, cut where a cell could not hold it."""
    if utf16_length(text) <= MAX_CELL:
        return text
    return text.encode("utf-16-le")[: 2 * (MAX_CELL - 1)].decode("utf-16-le", "ignore") + "…"


def label_of(model: type[Model], field: str) -> str | Promise:
    """The name of a field, translated when it is displayed."""
    return field_of(model, field).verbose_name


def date_text(date: PartialDate | None) -> str:
    """The date as pages write it, "" for None; in English followed by the words of its source."""
    if not date:
        return ""
    text = date.display(current_language())
    return f"{text} ({date.words})" if date.words and current_language() == "en" else text


def edtf_text(date: PartialDate | None) -> str:
    """The date for sorting and for programs (EDTF), "" for None."""
    return date.edtf if date else ""


def lines(texts: Iterable[str], *records: Iterable[Model]) -> str:
    """The texts in lines, followed by the number of those of these records that are left out."""
    return "\n".join([*texts, *_more(*records)])


def enumerated(records: Iterable[Model]) -> str:
    """The titles of the records in one line, followed by the number of those that are left out."""
    titles = [localized_text(record, "title") for record in records]
    # Names in English may have commas in them.
    return pgettext("enumeration of names", "; ").join([*titles, *_more(records)])


def _more(*records: Iterable[Model]) -> list[str]:
    number = sum(map(left_out, records))
    return [ngettext("%(number)s more", "%(number)s more", number) % {"number": number}] if number else []


def field_column(
    field: Field, label: str | Promise = "", *, width: int = 0, note: str | Promise = ""
) -> SheetColumn:
    """A column for a field of entries, as facts display it. Of other entries it names only public ones."""

    def text(entry: Entry) -> str:
        fact = fact_of(entry, field)
        text_of = _FACT_TEXTS.get(fact.form)
        return text_of(fact.value) if text_of else localized_text(entry, fact.column)

    return SheetColumn(
        label or field.verbose_name,
        text,
        width or (MEDIUM if field.is_relation or not field.choices else NARROW),
        note,
        (lambda: [_related(field)]) if field.is_relation else tuple,
        text if isinstance(field, URLField) else _nowhere,
    )


# Of the value of a fact, by its form; others are texts of the entry.
_FACT_TEXTS: dict[str, Callable[[Any], str]] = {
    "records": enumerated,
    "choice": str,
    "date": date_text,
    "yes": lambda value: _("yes") if value else "",
}


def _related(field: Any) -> Prefetch:
    """The first public records that each entry names in this column."""
    model = field.related_model
    records = model._default_manager.published()
    is_of_entries = issubclass(model, Entry)
    if is_of_entries:
        records = records.for_links()
    if field.many_to_many:
        order = timeline_order() if is_of_entries else [*model._meta.ordering]
        owner = link_owner(field.model, field.name)
        records = first_of_each(records.order_by(*order), MAX_RELATED, order, owner)
    return Prefetch(field.name, records)


def place_text(citation: SourceReference) -> str:
    """The source with the place in it: 《来源》第2段."""
    source = quoted_title(localized_text(citation.source, "title"))
    if not citation.locator:
        return source
    place = locator_text(citation.locator)
    return pgettext("source and place", "%(source)s, %(place)s") % {"source": source, "place": place}


def citation_text(citation: SourceReference) -> str:
    """The source with the place in it, the date that it gives, its own words with their basis, and what the editors remark."""
    text = place_text(citation)
    if citation.date:
        text = pgettext("citation", "%(source)s (date given there: %(date)s)") % {
            "source": text,
            "date": date_text(citation.date),
        }
    if citation.quotation:
        # As the source writes them, in no other script.
        words = nested_quotes(citation.quotation)
        text = pgettext("citation", "%(source)s: “%(quotation)s”") % {"source": text, "quotation": words}
        if basis := citation.source.quotation_note:
            text = pgettext("citation", "%(quotation)s (%(basis)s)") % {"quotation": text, "basis": basis}
    if translation := translation_of(citation, "quotation"):
        text = pgettext("citation", "%(quotation)s (our translation: “%(translation)s”)") % {
            "quotation": text,
            "translation": nested_quotes(translation),
        }
    if remark := localized_text(citation, "remark"):
        text = pgettext("citation", "%(source)s [Editors’ remark: %(remark)s]") % {
            "source": text,
            "remark": remark,
        }
    return text
