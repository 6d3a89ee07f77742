"""Resolves the slugs in rows, current or former, to records.

`load` and `find` know only keys and slugs, so that an import of many rows needs little memory. The other methods resolve
one cell to whole records.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Model
from django.utils.translation import gettext as _

from timeline.models.named import TitleSlugModel, slug_owner
from timeline.models.stored_records import STORED, StoredRecords
from timeline.rows.columns import Column, PlainValue, suggestion_for
from timeline.values.text import clean_line, split_names

# More than the topics and organizations of any site; entries are cached for the latest chunks only.
CACHE_SIZE = 5_000
# Of so many unknown names of a model, what may be meant is looked for: a file with more is another file.
MAX_SUGGESTED = 20


@dataclass(frozen=True, slots=True)
class ResolvedReference:
    """The primary key and the current slug of a record."""

    pk: int
    slug: str


class References:
    """The records that rows may refer to: those of the database, and those that `others` has besides.

    `remembers_missing` is whether what `prefetch` does not find is not looked up again, as nobody creates it meanwhile.
    """

    def __init__(self, others: StoredRecords = STORED, *, remembers_missing: bool = False) -> None:
        self.others = others
        self._known: defaultdict[type[Model], dict[str, ResolvedReference]] = defaultdict(dict)
        self._prefetched: defaultdict[type[Model], dict[str, TitleSlugModel]] = defaultdict(dict)
        self._missing: defaultdict[type[Model], set[str]] = defaultdict(set)
        # By model, the slugs of the stored records by their other names; loaded for the first unknown slug.
        self._aliases: dict[type[Model], dict[str, list[str]]] = {}
        # By model, what was said of unknown names, and the slugs that they were compared with.
        self._messages: defaultdict[type[Model], dict[tuple[str, str], str]] = defaultdict(dict)
        self._compared: dict[type[Model], list[str]] = {}
        self._remembers_missing = remembers_missing

    # --- many rows

    def load(self, model: type[TitleSlugModel], slugs: Collection[str]) -> None:
        """Resolve these slugs for `find`, in at most three queries."""
        known = self._known[model]
        created = self._created_keys(model, {*slugs} - known.keys())
        known |= {slug: ResolvedReference(key, slug) for slug, key in created.items()}
        found = model._default_manager.order_by().only("slug").resolve_slugs({*slugs} - known.keys())
        known |= {slug: ResolvedReference(record.pk, record.slug) for slug, record in found.items()}

    def evict(self) -> None:
        """Clear large caches between two chunks, to limit the memory, and what the next chunk may know better."""
        self._compared.clear()
        for known in self._known.values():
            if len(known) > CACHE_SIZE:
                known.clear()

    def find(self, model: type[TitleSlugModel], slug: str) -> ResolvedReference | None:
        """The record loaded for this slug."""
        return self._known[model].get(slug)

    def add(self, model: type[Model], slug: str, pk: int) -> None:
        """Add a record that was just written. References to its parent models find it in the database."""
        if len(self._known[model]) < CACHE_SIZE:
            self._known[model][slug] = ResolvedReference(pk, slug)

    # --- one cell

    def prefetch(self, columns: Iterable[Column], rows: Collection[Mapping[str, PlainValue]]) -> None:
        """Look up the records in all cells of these rows at once, for the methods below."""
        for column in columns:
            if column.field.is_relation:
                slugs = {slug for row in rows for slug in column.slugs(row.get(column.name))}
                slugs -= self._prefetched[column.model].keys()
                found = self._find_records(column.model, slugs)
                self._prefetched[column.model] |= found
                if self._remembers_missing:
                    self._missing[column.model] |= slugs - found.keys()

    def read(self, column: Column, cell: PlainValue, *, lenient: bool = False) -> object:
        """Convert the cell to the value of the model field. Raises ValueError with a message for the user.

        The value of a relation is the record, of a many-to-many relation a list of records. With `lenient`,
        references to missing records are dropped if the column can be without.
        """
        if not column.field.is_relation:
            return column.read(cell)
        cell = column.clean(cell)
        column.check_characters(cell)
        if column.is_many_to_many:
            column.check_list_items(cell)
            return self._read(column, cell, lenient)
        if isinstance(cell, list):
            raise ValueError(_("One value is expected here, not a list."))
        return next(iter(self._read(column, cell, lenient and column.field.null)), None)

    def _read(self, column: Column, cell: PlainValue, lenient: bool) -> list[TitleSlugModel]:
        """The records of a cell, without duplicates."""
        known = self._records(column, cell)
        for slug in column.slugs(cell):
            if slug not in known and not lenient:
                raise ValueError(self.unknown_message(column, slug))
        return list(dict.fromkeys(known.values()))

    def missing(self, column: Column, cell: PlainValue) -> list[str]:
        """The slugs in this cell that no record has or had."""
        known = self._records(column, cell)
        return [slug for slug in column.slugs(cell) if slug not in known] if column.field.is_relation else []

    def with_current_slugs(self, column: Column, cell: PlainValue) -> PlainValue:
        """The cell with former slugs replaced by the current ones; slugs of missing records remain."""
        if not column.field.is_relation:
            return cell
        known = self._records(column, cell)
        current = [known[slug].slug if slug in known else slug for slug in column.slugs(cell)]
        return sorted(set(current)) if column.is_many_to_many else next(iter(current), cell)

    def titles(self, column: Column, cell: PlainValue) -> dict[str, str]:
        """The titles of the records in a cell, by slug; the slug itself if the record is missing."""
        known = self._records(column, cell)
        return {slug: known[slug].title if slug in known else slug for slug in column.slugs(cell)}

    def _records(self, column: Column, cell: PlainValue) -> dict[str, TitleSlugModel]:
        """The records in a cell of a relation, by the slugs in it that a record has or had."""
        slugs = column.slugs(cell) if column.field.is_relation else []
        if not slugs:
            return {}
        known = self._prefetched[column.model]
        unknown = {*slugs} - known.keys() - self._missing[column.model]
        found = self._find_records(column.model, unknown)
        return {slug: found.get(slug) or known[slug] for slug in slugs if slug in found or slug in known}

    def _find_records(self, model: type[TitleSlugModel], slugs: Collection[str]) -> dict[str, TitleSlugModel]:
        found = self._created(model, slugs)
        if stored := {*slugs} - found.keys():
            found |= model._default_manager.resolve_slugs(stored)
        return found

    def _created(self, model: type[TitleSlugModel], slugs: Collection[str]) -> dict[str, TitleSlugModel]:
        """Those of the records with these slugs that are not in the database yet."""
        keys = self._created_keys(model, slugs)
        return dict(zip(keys, self.others.fetch(model, keys.values()), strict=True)) if keys else {}

    def _created_keys(self, model: type[TitleSlugModel], slugs: Iterable[str]) -> dict[str, int]:
        return {slug: key for slug in slugs if (key := self.others.created_key(model, slug)) is not None}

    def unknown_message(self, column: Column, slug: str, cell: str = "") -> str:
        """The message for an unknown slug. It suggests the slugs of records with this title, for the first of many.

        `cell` is the whole cell, which may be a title that was split into slugs.
        """
        said = self._messages[column.model]
        if (slug, cell) not in said:
            if len(said) >= MAX_SUGGESTED:
                return self._without_suggestion(column, slug)
            said[slug, cell] = self._with_suggestion(column, slug, cell)
        return said[slug, cell]

    def _without_suggestion(self, column: Column, slug: str, nearest: str = "") -> str:
        message = _("There is no %(what)s “%(slug)s”%(nearest)s.")
        return message % {"what": column.model._meta.verbose_name, "slug": slug, "nearest": nearest}

    def _with_suggestion(self, column: Column, slug: str, cell: str) -> str:
        model, kind = column.model, column.model._meta.verbose_name
        for title in filter(None, dict.fromkeys((clean_line(cell), slug))):
            if slugs := sorted(self.others.slugs_of_title(model, title)):
                message = (
                    _("“%(title)s” is the title of the %(what)s %(slugs)s; write that slug.")
                    if len(slugs) == 1
                    else _(
                        "“%(title)s” is the title of several: %(slugs)s; write the slug of the one that is meant."
                    )
                )
                return message % {"title": title, "what": kind, "slugs": ", ".join(slugs[:10])}
        if len(others := self._slugs_of_alias(model, slug)) == 1:
            message = _("“%(title)s” is another name of the %(what)s %(slugs)s; write that slug.")
            return message % {"title": slug, "what": kind, "slugs": others[0]}
        if model not in self._compared:
            self._compared[model] = self.others.slugs(model)
        return self._without_suggestion(column, slug, suggestion_for(slug, self._compared[model]))

    def _slugs_of_alias(self, model: type[Model], name: str) -> list[str]:
        """The slugs of the stored records of which this is another name: one query, however many names are unknown."""
        if model not in self._aliases:
            found = self._aliases[model] = {}
            if "aliases" in {field.name for field in model._meta.get_fields()}:
                named = model._default_manager.exclude(aliases="").order_by("slug")
                for slug, aliases in named.values_list("slug", "aliases"):
                    for alias in split_names(aliases):
                        found.setdefault(alias, []).append(slug)
        return self._aliases[model].get(name, [])

    def unavailable_slugs(self, model: type[Model], slugs: Collection[str]) -> dict[str, str]:
        """The message for each of these slugs that a new record of this model may not have."""
        owner = slug_owner(model)
        taken = {}
        if owner is not model:
            created = self._created(owner, slugs).values()
            stored = [*owner._default_manager.filter(slug__in=slugs).values_list("pk", flat=True)]
            for other in (*(self.others.fetch(owner, stored) if stored else ()), *created):
                message = _("This address is that of the %(kind)s “%(title)s”; choose another.")
                taken[other.slug] = message % {"kind": other.get_kind_display(), "title": other}
        keys = owner._default_manager.keys_of_former_slugs(slugs)
        current = {holder.pk: holder for holder in self.others.fetch(owner, keys.values())} if keys else {}
        for slug, pk in keys.items():
            message = _(
                "This address once was that of “%(title)s”, and leads there for good. If that is meant, write its present slug: %(slug)s."
            )
            holder = current.get(pk)
            taken[slug] = message % {"title": holder or slug, "slug": holder.slug if holder else slug}
        return taken
