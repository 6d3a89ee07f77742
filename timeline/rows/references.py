"""The records that rows name by their slugs, found for many rows at once."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Model

from timeline.models import FormerAddress
from timeline.rows.tables import TABLES

# More than anybody's topics and organizations; of entries, those of the last chunks are kept.
CACHE_SIZE = 5_000


@dataclass(frozen=True, slots=True)
class ResolvedReference:
    """A record by its primary key, under the slug that it has today."""

    pk: int
    slug: str


class References:
    """What rows of an import may refer to: what the database has, rows of the same import included."""

    def __init__(self, unread_tables: Collection[str]) -> None:
        # Tables whose file could not be read: what refers to them is not to be blamed as well.
        self.unread_tables = unread_tables
        self.known: defaultdict[type[Model], dict[str, ResolvedReference]] = defaultdict(dict)
        # Slugs of rows that failed: what refers to them is not to be blamed as well.
        self.failed: set[tuple[type[Model], str]] = set()

    def load(self, model: Any, slugs: Iterable[str]) -> None:
        """Find all of these, by the slug that they have or once had, in two queries at most."""
        known = self.known[model]
        missing = {*slugs} - known.keys()
        if not missing:
            return
        found = model._base_manager.filter(slug__in=missing).values_list("slug", "pk")
        known |= {slug: ResolvedReference(pk, slug) for slug, pk in found}
        if former := missing - known.keys():
            moved = FormerAddress.objects.for_model(model).filter(slug__in=former)
            keys = dict(moved.values_list("slug", "record"))
            today = (
                dict(model._base_manager.filter(pk__in=keys.values()).values_list("pk", "slug"))
                if keys
                else {}
            )
            known |= {slug: ResolvedReference(pk, today[pk]) for slug, pk in keys.items() if pk in today}

    def evict(self) -> None:
        """Between two chunks: what was learnt for many rows is not kept for all."""
        for known in self.known.values():
            if len(known) > CACHE_SIZE:
                known.clear()

    def find(self, model: Any, slug: str) -> ResolvedReference | None:
        """The record that was learnt under this slug."""
        return self.known[model].get(slug)

    def add(self, model: type[Model], slug: str, pk: int) -> None:
        """A record that this import made. Under its parents' names it is found in the database."""
        if len(self.known[model]) < CACHE_SIZE:
            self.known[model][slug] = ResolvedReference(pk, slug)

    def fail(self, model: type[Model], slug: str) -> None:
        self.failed.add((model, slug))

    def is_follow_up_error(self, model: type[Model], slug: str) -> bool:
        """Whether the record is missing only because its own row or file was refused."""
        if any(issubclass(TABLES[name].model, model) for name in self.unread_tables):
            return True
        return any(failed == slug and issubclass(of, model) for of, failed in self.failed)
