"""Resolves slugs to records, for many rows at once."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Model

from timeline.models import FormerAddress
from timeline.rows.tables import TABLES

# More than the topics and organizations of any site; entries are cached for the latest chunks only.
CACHE_SIZE = 5_000


@dataclass(frozen=True, slots=True)
class ResolvedReference:
    """The primary key and the current slug of a record."""

    pk: int
    slug: str


class References:
    """The records that rows of an import may refer to: those of the database and of the import itself."""

    def __init__(self, unread_tables: Collection[str]) -> None:
        # The tables of unreadable files: references to their rows are not reported as errors.
        self.unread_tables = unread_tables
        self.known: defaultdict[type[Model], dict[str, ResolvedReference]] = defaultdict(dict)
        # The slugs of rows with errors: references to them are not reported as errors.
        self.failed: set[tuple[type[Model], str]] = set()

    def load(self, model: Any, slugs: Iterable[str]) -> None:
        """Resolve these slugs, current or former, in at most two queries."""
        known = self.known[model]
        missing = {*slugs} - known.keys()
        if not missing:
            return
        found = model._base_manager.filter(slug__in=missing).values_list("slug", "pk")
        known |= {slug: ResolvedReference(pk, slug) for slug, pk in found}
        if former := missing - known.keys():
            moved = FormerAddress.objects.for_model(model).filter(slug__in=former)
            keys = dict(moved.values_list("slug", "record"))
            current = (
                dict(model._base_manager.filter(pk__in=keys.values()).values_list("pk", "slug"))
                if keys
                else {}
            )
            known |= {slug: ResolvedReference(pk, current[pk]) for slug, pk in keys.items() if pk in current}

    def evict(self) -> None:
        """Clear large caches between two chunks, to limit the memory."""
        for known in self.known.values():
            if len(known) > CACHE_SIZE:
                known.clear()

    def find(self, model: Any, slug: str) -> ResolvedReference | None:
        """The record loaded for this slug."""
        return self.known[model].get(slug)

    def add(self, model: type[Model], slug: str, pk: int) -> None:
        """Add a record created by the import. References to its parent models find it in the database."""
        if len(self.known[model]) < CACHE_SIZE:
            self.known[model][slug] = ResolvedReference(pk, slug)

    def fail(self, model: type[Model], slug: str) -> None:
        self.failed.add((model, slug))

    def is_follow_up_error(self, model: type[Model], slug: str) -> bool:
        """Whether the record is missing only because its own row or file has an error."""
        if any(issubclass(TABLES[name].model, model) for name in self.unread_tables):
            return True
        return any(failed == slug and issubclass(of, model) for of, failed in self.failed)
