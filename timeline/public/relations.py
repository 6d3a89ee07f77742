"""Relations between public entries: what a policy states of others, what a milestone concerns, and who set a goal."""

import datetime
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import DateField, F, Model, QuerySet, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, pgettext_lazy

from timeline.models import Entry, Goal, Milestone, PolicyRelation
from timeline.models.entry_queryset import is_public
from timeline.models.evidence import RelationType

CONCERNS, SETS = "concerns", "sets"
# The values of a `StatedRelation`, perhaps with the first day of the entry that states it.
_Row = tuple[int, str, int, *tuple[datetime.date, ...]]


class StatedRelation(NamedTuple):
    """A relation that one entry states of another, by their keys; `type` is a key of `WORDS`."""

    entry: int
    type: str
    other: int


class Words(NamedTuple):
    """A relation in the words of the entry that states it, and of the other one; the latter also as short as beside an arc."""

    stated: str | Promise
    received: str | Promise
    received_short: str | Promise


WORDS: dict[str, Words] = {
    RelationType.IMPLEMENTS: Words(
        RelationType.IMPLEMENTS.label,
        pgettext_lazy("relation", "implemented by another document"),
        pgettext_lazy("relation", "implemented"),
    ),
    RelationType.BASED_ON: Words(
        RelationType.BASED_ON.label,
        pgettext_lazy("relation", "basis of another document"),
        pgettext_lazy("relation", "basis"),
    ),
    RelationType.AMENDS: Words(
        RelationType.AMENDS.label,
        pgettext_lazy("relation", "amended by a later document"),
        pgettext_lazy("relation", "amended"),
    ),
    RelationType.SUPERSEDES: Words(
        RelationType.SUPERSEDES.label,
        pgettext_lazy("relation", "superseded by a later document"),
        pgettext_lazy("relation", "superseded"),
    ),
    CONCERNS: Words(
        gettext_lazy("concerns"),
        pgettext_lazy("relation", "related milestone"),
        pgettext_lazy("relation", "milestone"),
    ),
    SETS: Words(
        pgettext_lazy("relation", "sets"),
        pgettext_lazy("relation", "set by this"),
        pgettext_lazy("relation", "origin"),
    ),
}


@dataclass(frozen=True)
class RelationTable:
    """Where relations are stored: the columns of both entries, and the type."""

    rows: Callable[[], QuerySet[Model]]
    entry: str
    other: str
    type: Combinable

    def public(self) -> QuerySet[Model]:
        """The relations of which both entries are public."""
        return self.rows().filter(is_public(self.entry), is_public(self.other))


RELATION_TABLES: Sequence[RelationTable] = (
    RelationTable(PolicyRelation.objects.all, "from_policy", "to_policy", F("type")),
    RelationTable(Milestone.policies.through.objects.all, "milestone", "policy", Value(CONCERNS)),
    RelationTable(Goal.objects.all, "declared_by", "pk", Value(SETS)),
)


def relations_among(keys: Collection[int], size: int) -> list[StatedRelation]:
    """The public relations between these entries, in the order of their keys, at most so many; one query."""
    found = [
        _columns(table, table.public().filter(**{f"{table.entry}__in": keys, f"{table.other}__in": keys}))
        for table in RELATION_TABLES
    ]
    rows = found[0].union(*found[1:], all=True).order_by("entry_key", "other_key", "relation_type")
    return [StatedRelation(*row[:3]) for row in rows[:size]]


def public_relations() -> QuerySet[Model, _Row]:
    """All public relations as tuples like `StatedRelation`, each with a date, in the order of the entries that state them."""
    found = [_columns(table, table.public(), since=_since(table)) for table in RELATION_TABLES]
    order = ("since", "entry_key", "relation_type", "other_key")
    return found[0].union(*found[1:], all=True).order_by(*order)


def _columns(table: RelationTable, rows: QuerySet[Model], **more: Combinable) -> QuerySet[Model, _Row]:
    columns = {"entry_key": F(table.entry), "relation_type": table.type, "other_key": F(table.other)}
    columns |= more
    return rows.order_by().annotate(**columns).values_list(*columns)


def _since(table: RelationTable) -> Combinable:
    """The first day of the entry that states the relation; undated ones come last."""
    date = F(f"{table.entry}__sort_earliest")
    return Coalesce(date, Value(datetime.date.max), output_field=DateField())


@dataclass(frozen=True)
class RelatedPair:
    """Two entries and what the first states of the second."""

    entry: Entry
    relation: str
    other: Entry


def related_pairs(rows: Iterable[_Row]) -> list[RelatedPair]:
    """These rows of `public_relations()` with their entries, which are loaded in one query."""
    relations = [StatedRelation(*row[:3]) for row in rows]
    keys = {key for relation in relations for key in (relation.entry, relation.other)}
    entries = {entry.pk: entry for entry in Entry.objects.published().filter(pk__in=keys).for_pictures()}
    return [
        RelatedPair(entries[one.entry], str(WORDS[one.type].stated), entries[one.other])
        for one in relations
        if one.entry in entries and one.other in entries
    ]
