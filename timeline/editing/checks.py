"""What readers may miss in a text that can be published: `CHECKS`, each with what it finds in one record."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from timeline.editing.duplicate_titles import distinguishing_date, duplicates_of_each, may_be_same
from timeline.editing.implausible_dates import is_early, lies_ahead, out_of_order
from timeline.models import (
    Area,
    Chronicle,
    Entry,
    Kind,
    Organization,
    Phase,
    PilotDesignation,
    Policy,
    Source,
    SourceType,
    Topic,
)
from timeline.models.addresses import EntryAddress, find_entry_address
from timeline.models.fields import PartialDateField, ProseField, date_or_none
from timeline.models.records import Record
from timeline.values.markdown import links
from timeline.values.partial_date import PartialDate

# As the help texts of the fields say it.
SHORTEST_SUMMARY, LONGEST_SUMMARY = 40, 120

# What a check finds: None for nothing, else the values that are concerned, which may be none.
Found = Sequence[str] | None
_Checked = TypeVar("_Checked", bound=Record)


@dataclass(frozen=True)
class Check:
    """A warning before publication: confirmed by its name, and asked again only for other values.

    `find_each` answers for each of some records of one of the models it `applies_to`, which may be previews of working
    copies, in a number of queries that does not grow with them. `field` is the column or
    the part of the form that it is about, the first of them that a model has. `sentence` may have %(values)s, and, as `label`,
    the label of the field as %(field)s.
    """

    name: str
    label: str | Promise
    sentence: str | Promise
    fields: tuple[str, ...]
    applies_to: tuple[type[Record], ...]
    find_each: Callable[[Sequence[Any]], Sequence[Found]]
    # How the sentence names values, where not by themselves.
    shown: Callable[[type[models.Model], Collection[str]], Mapping[str, str]] = lambda _model, _values: {}

    def find(self, record: Record) -> Found:
        return self.find_each([record])[0]

    def field_of(self, model: type[models.Model]) -> str:
        names = {field.name for field in model._meta.get_fields()}
        return next((name for name in self.fields if name in names), "")

    def messages(self, model: type[models.Model], found: Sequence[Found]) -> list[str]:
        """The sentence on each of some records of a model, with what was found; "" where nothing was."""
        shown = self.shown(model, {value for values in found for value in values or ()})
        comma, field = pgettext("enumeration", ", "), self._field_label(model)
        return [
            ""
            if values is None
            else str(self.sentence)
            % {"values": comma.join(shown.get(value, value) for value in values), "field": field}
            for values in found
        ]

    def label_for(self, model: type[models.Model]) -> str:
        return str(self.label) % {"field": self._field_label(model)}

    def _field_label(self, model: type[models.Model]) -> str:
        name = self.field_of(model)
        return str(getattr(model._meta.get_field(name), "verbose_name", name)) if name else ""


def _with_labels(model: type[models.Model], values: Collection[str]) -> dict[str, str]:
    """Values that begin with the name of a column, with its label instead."""
    return {value: _with_label(model, value) for value in values}


def _titles_of_sources(_model: type[models.Model], slugs: Collection[str]) -> dict[str, str]:
    return dict(Source.objects.filter(slug__in=slugs).values_list("slug", "title")) if slugs else {}


def _with_label(model: type[models.Model], value: str) -> str:
    name, space, rest = value.partition(" ")
    return f"{getattr(model._meta.get_field(name), 'verbose_name', name)}{space}{rest}"


def _one_by_one(find: Callable[[_Checked], Found]) -> Callable[[Sequence[_Checked]], Sequence[Found]]:
    """What is found in each record, without queries."""
    return lambda records: [find(record) for record in records]


def _if_blank(*names: str) -> Callable[[Record], Found]:
    """Found if none of these columns that the record has is filled."""

    def find(record: Record) -> Found:
        values = [getattr(record, name) for name in names if hasattr(record, name)]
        filled = (value.all() if isinstance(value, models.Manager) else value for value in values)
        return None if any(filled) or not values else ()

    return find


def _untranslated(record: Record) -> Found:
    """The columns with a text in Chinese and none in English."""
    columns = [field.name for field in record._meta.concrete_fields]
    found = [
        name
        for name in columns
        if f"{name}_en" in columns and getattr(record, name) and not getattr(record, f"{name}_en")
    ]
    return found or None


def _find_untranslated(records: Sequence[Record]) -> Sequence[Found]:
    """Nothing where the chronicle has no pages in English."""
    if not all(chronicle.english_pages for chronicle in Chronicle.objects.all()):
        return [None for _record in records]
    return [_untranslated(record) for record in records]


def _dates(record: Record) -> Iterator[tuple[str, PartialDate]]:
    for column in record._meta.concrete_fields:
        is_typed = isinstance(column, PartialDateField) and column.editable
        if is_typed and (date := date_or_none(getattr(record, column.name))):
            yield column.name, date


def _early_dates(record: Record) -> Found:
    found = [f"{name} {date}" for name, date in _dates(record) if is_early(date)]
    return found or None


def _dates_ahead(record: Record) -> Found:
    found = [f"{name} {date}" for name, date in _dates(record) if lies_ahead(name, date)]
    return found or None


def _dates_out_of_order(record: Record) -> Found:
    dates = dict(_dates(record))
    names = {name: True for pair in out_of_order(dates) for name in pair}
    return [f"{name} {dates[name]}" for name in names] or None


def is_in_title_marks(title: str) -> bool:
    """Whether the whole title is in 《》, which pages add."""
    return title.startswith("《") and title.endswith("》") and title.count("《") == 1


def _title_in_brackets(record: Record) -> Found:
    return (record.title,) if is_in_title_marks(record.title) else None


def _twins(records: Sequence[Record]) -> list[Found]:
    found: list[Found] = []
    for record, twins in zip(records, duplicates_of_each(records), strict=True):
        own = distinguishing_date(record)
        same = [twin.slug for twin in twins if may_be_same(type(record), own, distinguishing_date(twin))]
        found.append(same or None)
    return found


def _summary_length(record: Entry | Phase) -> Found:
    size = len(record.summary)
    return (str(size),) if size and not SHORTEST_SUMMARY <= size <= LONGEST_SUMMARY else None


def _is_undated_page(source: Source) -> bool:
    return bool(source.url and not source.accessed and not source.read_in_copy)


def _sources_without_access(records: Sequence[Any]) -> list[Found]:
    if isinstance(records[0], Source):
        return [[source.slug] if _is_undated_page(source) else None for source in records]
    cited = [{citation.source_id for citation in record.citations.all()} for record in records]
    sources = Source.objects.filter(pk__in=set().union(*cited))
    undated = {source.pk: source.slug for source in sources if _is_undated_page(source)}
    return [[slug for key, slug in undated.items() if key in keys] or None for keys in cited]


def _missing_of_reference(source: Source) -> Found:
    """What a reference needs and this source has not; of what is no web page, no address."""
    expected = ["publisher", "published"]
    if source.type == SourceType.PAGE:
        expected.append("archived_url" if source.archived_url else "url")
    return [name for name in expected if not getattr(source, name)] or None


def _quotations_without_place(record: Any) -> Found:
    cited = (one for one in record.citations.all() if one.quotation and not one.locator)
    return [*dict.fromkeys(one.quotation for one in cited)] or None


def _links_to_hidden(records: Sequence[Record]) -> list[Found]:
    """The links in texts that lead to entries which are not public."""
    addresses = [_entry_addresses(record) for record in records]
    slugs = {address.slug for found in addresses for address in found.values()}
    if not slugs:
        return [None] * len(records)
    public = Entry.objects.published_or_scheduled()
    known = {*public.filter(slug__in=slugs).values_list("kind", "slug")}
    former = Entry.objects.keys_of_former_slugs(slugs)
    keys = {*public.filter(pk__in=former.values()).values_list("pk", flat=True)}
    moved = {slug for slug, key in former.items() if key in keys}
    return [
        [
            link
            for link, address in found.items()
            if (address.kind, address.slug) not in known and address.slug not in moved
        ]
        or None
        for found in addresses
    ]


def _entry_addresses(record: Record) -> dict[str, EntryAddress]:
    """The addresses of entries in the texts of a record, by link."""
    columns = (column for column in record._meta.concrete_fields if isinstance(column, ProseField))
    found = (link for column in columns for link in links(getattr(record, column.name)))
    return {link: address for link in found if (address := find_entry_address(link))}


_ENTRIES: tuple[type[Record], ...] = tuple(kind.model for kind in Kind)
_CITING: tuple[type[Record], ...] = (*_ENTRIES, Phase, Topic, Organization, Area)
_ALL: tuple[type[Record], ...] = (Chronicle, *_CITING, Source)

CHECKS: dict[str, Check] = {
    check.name: check
    for check in (
        Check(
            "date",
            pgettext_lazy("warning", "no date"),
            _("There is no date: it stands on no place of the timeline."),
            ("date",),
            _ENTRIES,
            _one_by_one(lambda entry: None if entry.timeline_date else ()),
        ),
        Check(
            "phase",
            pgettext_lazy("warning", "no phase"),
            _("It belongs to no phase."),
            ("phase",),
            _ENTRIES,
            _one_by_one(lambda entry: None if entry.phase_id else ()),
        ),
        Check(
            "issuer",
            pgettext_lazy("warning", "no issuer"),
            _("Nothing says who issued or announced it."),
            ("issuers", "authorities"),
            (Policy, PilotDesignation),
            _one_by_one(_if_blank("issuers", "authorities")),
        ),
        Check(
            "summary",
            pgettext_lazy("warning", "no %(field)s"),
            _("There is no %(field)s: lists and search results show the title alone."),
            ("summary", "description"),
            (*_ENTRIES, Phase, Topic),
            _one_by_one(_if_blank("summary", "description")),
        ),
        Check(
            "summary_length",
            pgettext_lazy("warning", "length of the summary"),
            _("The summary has %(values)s characters; 40 to 120 are read at a glance."),
            ("summary",),
            (*_ENTRIES, Phase),
            _one_by_one(_summary_length),
        ),
        Check(
            "english",
            pgettext_lazy("warning", "no English"),
            _("Not in English: %(values)s. Pages in English show the Chinese."),
            ("title_en",),
            (Chronicle, *_CITING),
            _find_untranslated,
            shown=_with_labels,
        ),
        Check(
            "early_date",
            pgettext_lazy("warning", "early date"),
            _("A date before 1900: %(values)s."),
            ("date", "period", "published"),
            (*_ENTRIES, Phase, Source),
            _one_by_one(_early_dates),
            shown=_with_labels,
        ),
        Check(
            "date_ahead",
            pgettext_lazy("warning", "date ahead"),
            _("A date that lies ahead: %(values)s."),
            ("date", "published"),
            (*_ENTRIES, Source),
            _one_by_one(_dates_ahead),
            shown=_with_labels,
        ),
        Check(
            "date_order",
            pgettext_lazy("warning", "dates out of order"),
            _("In effect or published before it was issued: %(values)s."),
            ("effective_from",),
            (Policy,),
            _one_by_one(_dates_out_of_order),
            shown=_with_labels,
        ),
        Check(
            "brackets",
            pgettext_lazy("warning", "title in 《》"),
            _("The whole title is in 《》, which pages add where they are needed: %(values)s."),
            ("title",),
            (*_ENTRIES, Source),
            _one_by_one(_title_in_brackets),
        ),
        Check(
            "twin",
            pgettext_lazy("warning", "same title"),
            _("Others have the same title: %(values)s."),
            ("title",),
            (*_CITING, Source),
            _twins,
        ),
        Check(
            "access",
            pgettext_lazy("warning", "source without date of access"),
            _("A web page is cited, and nothing says when it was read: %(values)s."),
            ("citations", "accessed"),
            (*_CITING, Source),
            _sources_without_access,
            shown=_titles_of_sources,
        ),
        Check(
            "reference",
            pgettext_lazy("warning", "incomplete source"),
            _("Readers can hardly find the source again. It has none of these: %(values)s."),
            ("url", "publisher", "published"),
            (Source,),
            _one_by_one(_missing_of_reference),
            shown=_with_labels,
        ),
        Check(
            "place",
            pgettext_lazy("warning", "quotation without its place"),
            _("A quotation does not say where in the source it stands: %(values)s."),
            ("citations",),
            _CITING,
            _one_by_one(_quotations_without_place),
        ),
        Check(
            "link",
            pgettext_lazy("warning", "link to what is not public"),
            _("A link in the text leads to what is not public: %(values)s."),
            ("body", "description", "summary", "about", "note"),
            _ALL,
            _links_to_hidden,
        ),
    )
}
