"""The values of an import preview as people read them: records by title, choices by label, dates in words."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from timeline.admin.base import format_partial_date
from timeline.exchange.importing.report import key_cells
from timeline.exchange.prepared_imports import owner_of
from timeline.models.fields import PartialDateField, date_or_none
from timeline.models.named import TitleSlugModel, slug_owner
from timeline.models.previewed_rows import ShownRow
from timeline.rows.cell_text import cell_text, is_labelled, plain_text
from timeline.rows.columns import PlainValue
from timeline.rows.tables import TABLES, Table

# Of one text on the page.
MAX_LENGTH = 160
# A record by the model that its slug is unique in.
RecordKey = tuple[type[TitleSlugModel], str]


@dataclass(frozen=True)
class ShownText:
    """A text, and the slug of the record that it names where the title does not tell which that is."""

    text: str
    slug: str = ""


def as_html(texts: Iterable[ShownText]) -> SafeString:
    """The texts as one, each slug in small."""
    shown = (
        format_html('{} <small class="basis">{}</small>', one.text, one.slug) if one.slug else one.text
        for one in texts
    )
    return format_html_join("、", "{}", ((one,) for one in shown))


class PreviewValues:
    """The values of some rows of a preview. The records that they name are looked up with two queries for each model."""

    def __init__(self, rows: Sequence[ShownRow]) -> None:
        new = {owner_of(row["table"], row["key"]): row["title"] for row in rows if row["title"]}
        for row in rows:
            columns = TABLES[row["table"]].columns
            new |= {(slug_owner(columns[name].model), slug): title for name, slug, title in row["new_names"]}
        slugs: defaultdict[type[TitleSlugModel], set[str]] = defaultdict(set)
        owners = {owner_of(row["table"], row["key"]) for row in rows}
        for model, slug in owners.union(*map(_named, rows)):
            slugs[model].add(slug)
        self.titles: dict[RecordKey, str] = {}
        # Those whose slug stands beside the title: it is in no page of the chronicle yet, or another has the title.
        self.with_slugs: set[RecordKey] = set()
        for model, named in slugs.items():
            stored = model._default_manager.order_by().only("slug", "title").resolve_slugs(named)
            titles = {slug: record.title for slug, record in stored.items()}
            created = {slug: new[model, slug] for slug in named - titles.keys() if (model, slug) in new}
            titles |= created
            twins = _twins(model, titles)
            self.titles |= {(model, slug): title for slug, title in titles.items()}
            self.with_slugs |= {(model, slug) for slug in titles if slug in created or titles[slug] in twins}

    def record(self, model: type[TitleSlugModel], slug: str) -> ShownText:
        """The record with this slug; the slug alone if there is none."""
        key = model, slug
        return ShownText(self.titles.get(key) or slug, slug if key in self.with_slugs else "")

    def columns(self, row: ShownRow) -> Iterator[tuple[str, list[ShownText], list[ShownText]]]:
        """The columns of a row that say something: the label of each, the former and the new value."""
        table = TABLES[row["table"]]
        for name, old, new in row["columns"]:
            if old is None and new in (None, "", [], False):
                continue
            label = str(table.columns[name].field.verbose_name)
            before, after = (self._texts(table, name, value) for value in (old, new))
            if before == after:
                # What reads alike is told apart as the file writes it.
                before, after = ([ShownText(plain_text(value))] if value else [] for value in (old, new))
            yield label, before, after

    def key(self, row: ShownRow) -> list[ShownText]:
        """What tells the row from others besides its columns: the slug of a record, the key of a part."""
        table = TABLES[row["table"]]
        shown = {name for name, _old, _new in row["columns"]}
        if not table.within:
            slug = self.record(*owner_of(row["table"], row["key"])).slug
            return [ShownText(slug)] if slug and "slug" not in shown else []
        key = key_cells(row["table"], row["key"])
        cells = {name: cell for name, cell in key.items() if name != table.within and cell}
        return [
            text
            for name, cell in cells.items()
            if not (is_labelled(table, name) and cell == str(table.columns[name].default()))
            for text in self._key_texts(table, name, cell)
            if name not in shown
        ]

    def _key_texts(self, table: Table, name: str, cell: str) -> list[ShownText]:
        texts = self._texts(table, name, cell)
        if not is_labelled(table, name):
            return texts
        label = table.columns[name].field.verbose_name
        return [ShownText(_("%(label)s: %(value)s") % {"label": label, "value": one.text}) for one in texts]

    def _texts(self, table: Table, name: str, value: PlainValue) -> list[ShownText]:
        column = table.columns[name]
        if value in (None, ""):
            return []
        if column.field.is_relation:
            return [self.record(slug_owner(column.model), slug) for slug in column.slugs(value)]
        text = cell_text(table, name, value)
        if isinstance(column.field, PartialDateField):
            text = format_partial_date(date_or_none(value)) or text
        return [ShownText(Truncator(text).chars(MAX_LENGTH))]


def _named(row: ShownRow) -> Iterator[RecordKey]:
    """The records that the cells of a row name."""
    columns = TABLES[row["table"]].columns
    key = ((name, cell, None) for name, cell in key_cells(row["table"], row["key"]).items())
    for name, *values in (*row["columns"], *key):
        column = columns[name]
        if column.field.is_relation:
            yield from ((slug_owner(column.model), slug) for value in values for slug in column.slugs(value))


def _twins(model: type[TitleSlugModel], titles: Mapping[str, str]) -> set[str]:
    """Those titles that several records have, of those stored and those named here."""
    rows = model._default_manager.filter(title__in={*titles.values()}).exclude(slug__in=titles).order_by()
    counts = Counter(titles.values()) + Counter({*rows.values_list("title", flat=True)})
    return {title for title, count in counts.items() if count > 1}
