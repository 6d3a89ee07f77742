"""The entries that are related to one, by the way in which they are."""

import functools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, QuerySet
from django.utils.functional import Promise

from timeline.i18n.display import goal_state_text, in_page_script
from timeline.models import Entry, Goal, Policy, PolicyRelation
from timeline.models.shortlists import first_of, left_out
from timeline.models.timeline_position import timeline_sort_key


@dataclass(frozen=True)
class RelatedEntry:
    """A related entry, with its relation if the heading does not say it, and the record that states the relation."""

    entry: Entry
    relation: str = ""
    statement: PolicyRelation | None = None

    @property
    def notes(self) -> list[str]:
        """What tells it apart from others of its kind, beside its title and date."""
        return notes_on(self.entry)

    @property
    def displays_date(self) -> bool:
        """Whether its date is displayed. That of a goal is the date of what set it."""
        return not isinstance(self.entry, Goal)


@functools.singledispatch
def notes_on(_entry: Entry) -> list[str]:
    """What a link to an entry says beside its title and date, by kind."""
    return []


@notes_on.register
def _(policy: Policy) -> list[str]:
    level = policy.get_level_display() if policy.level else ""
    return [note for note in (level, in_page_script(policy.document_number)) if note]


@notes_on.register
def _(goal: Goal) -> list[str]:
    return [goal_state_text(goal)]


@dataclass(frozen=True)
class RelatedEntries:
    """The first entries under a heading, and the number of those left out."""

    name: str
    heading: str | Promise
    related: list[RelatedEntry]
    left_out: int


@dataclass(frozen=True)
class Relation:
    """A way in which public entries are related to one: its name in addresses, its heading, and their rows.

    The rows are entries in chronological order, or become `RelatedEntry` by `to_related`. `at_hand` are entries
    that are not among the rows because the page is the preview of something unsaved.
    """

    name: str
    heading: str | Promise
    rows: QuerySet
    to_related: Callable[[Any], RelatedEntry] = RelatedEntry
    at_hand: Sequence[RelatedEntry] = ()

    def first(self, size: int) -> RelatedEntries:
        """The first entries."""
        rows = first_of(self.rows, size)
        found = [*self.at_hand, *self.of(rows)]
        if self.at_hand and self.to_related is RelatedEntry:
            found.sort(key=lambda related: timeline_sort_key(related.entry))
        return RelatedEntries(self.name, self.heading, found[:size], left_out(rows) + len(found[size:]))

    def of(self, rows: Iterable[Model]) -> list[RelatedEntry]:
        """These rows as related entries."""
        return [self.to_related(row) for row in rows]
