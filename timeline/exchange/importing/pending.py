"""The records that an import has checked and not written: all of them in a dry run, otherwise those of one chunk.

Of such a record only `FACTS` and the columns of publication can be read: it raises UnknownFactError where another column
is read, new or stored. No record that is handed out reads its parts or lists, which may not be written.
"""

import datetime
import functools
import itertools
from collections import ChainMap, Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, cast

from django.contrib.auth.models import AbstractUser
from django.db.models import Model

from timeline.exchange.importing.import_row import ImportRow
from timeline.exchange.importing.naming import PendingNaming
from timeline.exchange.importing.record_models import status_model
from timeline.models import Area, Chronicle, Citation, Entry, Goal, Phase, Policy, PolicyRelation, Revision
from timeline.models.records import Record
from timeline.models.stored_records import Fetched, StoredRecords, UnknownFactError, relate_to
from timeline.rows.bulk import AnyField
from timeline.rows.columns import FlatRow
from timeline.values.document_numbers import DocumentNumber
from timeline.values.partial_date import PartialDate
from timeline.values.text import clean_line
from timeline.visibility import PUBLICATION_COLUMNS

# Records that are not written have greater keys than all others, since they are newer.
FIRST_KEY = 2**62
# The columns that are remembered of a record, where its model has them: what other checks and their messages need.
FACTS = (
    *("slug", "title", "title_en", "kind", "timeline_date", "document_number", "declared_by_id"),
    "other_document_numbers",
)
# What a goal takes over from the entry that declares it.
POSITION = ("timeline_date", "timeline_date_source", "sort_earliest", "sort_latest", "phase_id")


class PendingRecords(StoredRecords):
    """The stored records, with those over them that an import has checked and not written."""

    def __init__(self) -> None:
        self._keys = itertools.count(FIRST_KEY)
        # What the areas of the files lie in; it is kept when they are written.
        self._parents: dict[int, int | None] = {}
        # By day, the newest phase that had begun. Files have phases before entries, for which they are asked.
        self._begun: dict[datetime.date, int | None] = {}
        self._naming = PendingNaming()
        # By title, the models and slugs of rows with errors, which others may name by it.
        self._failed: defaultdict[str, set[tuple[type[Model], str]]] = defaultdict(set)
        self.clear()

    def clear(self) -> None:
        """Forget all of them, when they are written."""
        # By the model that owns the slugs: model and `FACTS` of records by key, and the keys of new ones by slug.
        self._facts: defaultdict[type[Model], dict[int, tuple[type[Model], tuple[object, ...]]]] = (
            defaultdict(dict)
        )
        self._created: defaultdict[type[Model], dict[str, int]] = defaultdict(dict)
        self._numbers: defaultdict[DocumentNumber, list[int]] = defaultdict(list)
        self._phases: dict[int, datetime.date] = {}
        self._links: defaultdict[AnyField, dict[int, list[int]]] = defaultdict(dict)
        # Relations by type and both keys; by entry, how many citations more or fewer than stored.
        self._added: set[tuple[str, int, int]] = set()
        self._deleted: set[tuple[str, int, int]] = set()
        self._citations: Counter[int] = Counter()
        # The stored goals that move with the entries that declare them.
        self._goals: dict[int, Goal] = {}
        self._changed: defaultdict[type[Model], set[int]] = defaultdict(set)
        self._naming.clear()
        self._forget_prepared()

    def _forget_prepared(self) -> None:
        self._dates: dict[int, PartialDate | None] = {}
        self._bearers: dict[DocumentNumber, list[Policy]] = {}
        self._accepts_other_numbers: bool | None = None
        # By policy, the key, type and target of the stored relations.
        self._relations: dict[int, list[tuple[int, str, int]]] = {}

    # --- what an import has checked

    def add(self, rows: Sequence[ImportRow]) -> None:
        """Remember rows that are not going to be written. New records get keys."""
        self._forget_prepared()
        for row in rows:
            if row.table.within and row.parent_pk is not None:
                self._changed[status_model(row.table)].add(row.parent_pk)
                if row.table.model is Citation and row.outcome == "new":
                    self._citations[row.parent_pk] += 1
                self._naming.add(row)
                continue
            if row.pk is None:
                row.pk = next(self._keys)
                self._created[_owner(row.table.model)][row.record.slug] = row.pk
            self._add_record(row.pk, row)
            self._naming.add(row)
        declaring = [
            row.pk for row in rows if row.outcome == "changed" and issubclass(row.table.model, Entry)
        ]
        for goal in Goal.objects.filter(declared_by__in=declaring) if declaring else ():
            goal.others = self
            # As the database says, from which it was just loaded.
            goal.phase_is_set = goal.sort_earliest is not None
            if goal.is_stale():
                self._goals[goal.pk] = goal

    def _add_record(self, pk: int, row: ImportRow) -> None:
        record, model = row.record, row.table.model
        self._facts[_owner(model)][pk] = model, tuple(getattr(record, name) for name in _names(model))
        self._changed[status_model(row.table)].add(pk)
        if isinstance(record, Policy) and record.document_number:
            self._numbers[record.document_number].append(pk)
        if isinstance(record, Phase):
            self._begun.clear()
            self._phases[pk] = record.sort_earliest
        if isinstance(record, Area):
            self._parents[pk] = record.parent_id
        for name, keys in row.many.items():
            if issubclass(row.table.columns[name].model, Entry):
                self._links[row.table.columns[name].field][pk] = keys

    def add_failed(self, row: ImportRow) -> None:
        """Remember the title of a row with errors: who names it by that is told its slug at once."""
        title, slug = row.cells.get("title"), row.cells.get("slug")
        if isinstance(title, str) and isinstance(slug, str) and title and slug:
            self._failed[clean_line(title)].add((row.table.model, slug))

    def add_link(self, record: Area | PolicyRelation) -> None:
        """Remember what a record leads to, for those that are checked after it."""
        if isinstance(record, PolicyRelation):
            self._added.add((record.type, record.from_policy_id, record.to_policy_id))
        elif record.pk is not None:
            self._parents[record.pk] = record.parent_id

    def delete_part(self, row: ImportRow) -> None:
        """Remember that a part is deleted."""
        self._naming.add(row)
        if row.table.model is Citation and row.parent_pk is not None:
            self._citations[row.parent_pk] -= 1
        elif row.table.model is PolicyRelation and row.pk is not None:
            stored = PolicyRelation.objects.filter(pk=row.pk)
            self._deleted |= {*stored.values_list("type", "from_policy", "to_policy")}

    def update_goals(self, rows: dict[int, FlatRow]) -> None:
        """Update the flat rows of goals that move."""
        moved = self._goals.keys() & rows.keys()
        keys = {key for pk in moved if (key := self._goals[pk].phase_id) is not None}
        slugs: dict[int | None, str] = {one.pk: one.slug for one in self.fetch(Phase, keys)} if keys else {}
        for pk in moved:
            rows[pk]["phase"] = slugs.get(self._goals[pk].phase_id)

    # --- what checks ask

    def prepare(self, records: Sequence[Model]) -> None:
        self._forget_prepared()
        model = type(records[0]) if records else None
        if model is Goal:
            self._prepare_goals([one for one in records if isinstance(one, Goal)])
        elif model is Policy:
            policies = [one for one in records if isinstance(one, Policy)]
            numbers = {number for one in policies if (number := one.number_to_check) is not None}
            found: defaultdict[DocumentNumber, list[Policy]] = defaultdict(list)
            for policy in self.with_document_numbers(numbers) if numbers else ():
                found[policy.document_number].append(policy)
            self._bearers = {number: found[number] for number in numbers}
        elif model is PolicyRelation:
            self._prepare_relations({one.to_policy_id for one in records if isinstance(one, PolicyRelation)})

    def _prepare_goals(self, goals: Sequence[Goal]) -> None:
        declaring = {key for goal in goals if (key := goal.declared_by_id) is not None}
        entries = {one.pk: one for one in self.fetch(Entry, declaring)} if declaring else {}
        self._dates = {key: entry.timeline_date for key, entry in entries.items()}
        for goal in goals:
            if goal.declared_by_id is not None and (entry := entries.get(goal.declared_by_id)) is not None:
                Goal._meta.get_field("declared_by").set_cached_value(goal, entry)

    def _prepare_relations(self, frontier: set[int]) -> None:
        """Load the relations that lead on from these policies, level by level."""
        while frontier:
            self._relations |= {policy: [] for policy in frontier}
            stored = PolicyRelation.objects.filter(from_policy__in=frontier).order_by()
            found = [*stored.values_list("pk", "type", "from_policy", "to_policy")]
            for pk, type, policy, other in found:
                self._relations[policy].append((pk, type, other))
            frontier = {other for _pk, _type, _policy, other in found} - self._relations.keys()

    def slugs(self, model: type[Model]) -> list[str]:
        slugs = (str(facts["slug"]) for facts in self._facts_of(model))
        return [*super().slugs(model), *(slug for slug in slugs if slug in self._created[_owner(model)])]

    def slugs_of_title(self, model: type[Model], title: str) -> set[str]:
        written = {str(facts["slug"]): (facts["title"], facts["title_en"]) for facts in self._facts_of(model)}
        titled = {slug for slug, titles in written.items() if title in titles}
        titled |= {slug for of, slug in self._failed.get(title, ()) if issubclass(of, model)}
        return titled | super().slugs_of_title(model, title) - written.keys()

    def _facts_of(self, model: type[Model]) -> Iterator[dict[str, object]]:
        """The facts of the records of this model that are not written."""
        for of, values in self._facts[_owner(model)].values():
            if issubclass(of, model):
                yield dict(zip(_names(of), values, strict=True))

    def created_key(self, model: type[Model], slug: str) -> int | None:
        pk = self._created[_owner(model)].get(slug)
        return pk if pk is not None and issubclass(self._facts[_owner(model)][pk][0], model) else None

    def find(self, model: type[Fetched], key: int) -> Fetched | None:
        """The record with this key as the import leaves it; None if the import does not change it."""
        if (facts := self._facts[_owner(model)].get(key)) is None:
            return None
        record = facts[0]()
        for table in (facts[0], *facts[0]._meta.all_parents):
            if not table._meta.abstract:
                setattr(record, table._meta.pk.attname, key)
        found = self._update(record, is_loaded=key >= FIRST_KEY)
        return found if isinstance(found, model) else None

    def fetch(self, model: type[Fetched], keys: Collection[int]) -> list[Fetched]:
        stored = [key for key in keys if key < FIRST_KEY]
        records = [self._update(record) for record in super().fetch(model, stored)] if stored else []
        return records + [one for key in keys if key >= FIRST_KEY and (one := self.find(model, key))]

    def _update(self, record: Any, *, is_loaded: bool = True) -> Any:
        """The record with what the import changes of it, and without what it may have changed besides."""
        relate_to(self, record)
        if (facts := self._facts[_owner(record.__class__)].get(record.pk)) is not None:
            for name, value in zip(_names(facts[0]), facts[1], strict=True):
                setattr(record, name, value)
            for name in _unknown(record.__class__, is_loaded=is_loaded):
                vars(record).pop(name, None)
            # The method that Django calls for a column that is not loaded.
            record.refresh_from_db = functools.partial(_refuse, record.__class__.__name__)
            return record
        if isinstance(record, Entry) and record.pk in self._goals:
            for name in POSITION:
                setattr(record, name, getattr(self._goals[record.pk], name))
        return record

    def timeline_date_of(self, entry: int) -> PartialDate | None:
        if entry in self._dates:
            return self._dates[entry]
        pending = self.find(Entry, entry)
        return super().timeline_date_of(entry) if pending is None else pending.timeline_date

    def phase_begun_by(self, day: datetime.date) -> int | None:
        if day not in self._begun:
            self._begun[day] = self._phase_begun_by(day)
        return self._begun[day]

    def _phase_begun_by(self, day: datetime.date) -> int | None:
        if not self._phases:
            return super().phase_begun_by(day)
        phases = {**dict(Phase.objects.not_withdrawn().values_list("pk", "sort_earliest")), **self._phases}
        return max(((since, pk) for pk, since in phases.items() if since <= day), default=(day, None))[1]

    @functools.cached_property
    def _stored_parents(self) -> Mapping[int, int | None]:
        return super().parents_of_areas()

    def parents_of_areas(self) -> Mapping[int, int | None]:
        return ChainMap(self._parents, cast("dict[int, int | None]", self._stored_parents))

    def lies_in(self, area: int | None, other: int | None) -> bool:
        # Nothing lies in a new area yet: a chain of new ones is not followed again for each of them.
        return other is not None and super().lies_in(area, other)

    def relations_of(self, policies: Collection[int], but: int | None = None) -> set[tuple[str, int, int]]:
        if {*policies} <= self._relations.keys():
            stored = {
                (type, policy, other)
                for policy in policies
                for pk, type, other in self._relations[policy]
                if pk != but
            }
        else:
            stored = super().relations_of(policies, but)
        stored -= self._deleted
        return stored | {relation for relation in self._added if relation[1] in policies}

    def with_document_numbers(self, numbers: Collection[DocumentNumber]) -> list[Policy]:
        if {*numbers} <= self._bearers.keys():
            return [policy for number in numbers for policy in self._bearers[number]]
        stored = [policy.pk for policy in super().with_document_numbers(numbers)]
        keys = {*stored, *(pk for number in numbers for pk in self._numbers.get(number, ()))}
        found = [policy for policy in self.fetch(Policy, keys) if policy.document_number in numbers]
        return sorted(found, key=lambda policy: int(policy.pk))

    def accepts_other_document_numbers(self) -> bool:
        if self._accepts_other_numbers is None:
            settings = [facts["other_document_numbers"] for facts in self._facts_of(Chronicle)]
            self._accepts_other_numbers = (
                bool(settings[0]) if settings else super().accepts_other_document_numbers()
            )
        return self._accepts_other_numbers

    def linked_entries(self, field: AnyField, keys: Collection[int]) -> list[tuple[int, int]]:
        pending = self._links[field]
        stored = super().linked_entries(field, [key for key in keys if key not in pending])
        return sorted([*stored, *((key, other) for key in keys for other in pending.get(key, ()))])

    def citation_counts(self, entries: Collection[int]) -> Counter[int]:
        counts = super().citation_counts(entries)
        counts.update({entry: self._citations[entry] for entry in entries})
        return counts

    def unpublished(self, entries: Collection[int]) -> list[Entry]:
        stored = [self._update(entry) for entry in super().unpublished(entries)]
        return stored + [one for key in entries if key >= FIRST_KEY and (one := self.find(Entry, key))]

    def changed_by(self, user: AbstractUser, model: type[Model], keys: Collection[int]) -> Sequence[int]:
        # The import saves the present state of these first, as by the user.
        changed = {key for key in self._changed[_owner(model)] & {*keys} if key < FIRST_KEY}
        saved = Revision.objects.for_keys(model, changed).values_list("record", flat=True)
        return sorted({*super().changed_by(user, model, keys)} | changed - {*saved})

    # --- reference records that are not public

    def ended(self, model: type[Model]) -> Mapping[int, str]:
        """The titles of the withdrawn reference records of a model, by key."""
        return self._naming.ended(model)

    def unpublished_references(self, model: type[Record]) -> frozenset[int]:
        """The keys of the drafts of a model of reference records, as stored and as rows keep them."""
        return self._naming.unpublished(model)

    def keep_hidden(self, model: type[Record], keys: Collection[int]) -> None:
        """Remember that the rows of these records keep them drafts."""
        self._naming.keep_hidden(model, keys)

    def naming(
        self, model: type[Model], keys: Collection[int], named: Mapping[type[Record], Collection[int]]
    ) -> list[tuple[int, type[Record], int]]:
        """Which of these records of one model name which of these reference records: key, model and key of the other."""
        return [*self._naming.pairs(model, keys, named)]

    def named_drafts(
        self, model: type[Model], keys: Collection[int]
    ) -> dict[type[Record], dict[int, set[int]]]:
        # The import checks them all by themselves: those with a row there, the others where a row names them.
        return {}

    def ended_references(self, model: type[Model], keys: Collection[int]) -> list[tuple[int, Model]]:
        ended = {named: titles for named in self._naming.models if (titles := self.ended(named))}
        pairs = self.naming(model, keys, ended) if ended else []
        found: defaultdict[type[Record], set[int]] = defaultdict(set)
        for _naming, named, key in pairs:
            found[named].add(key)
        records = {named: named._default_manager.in_bulk(some) for named, some in found.items()}
        return [(owner, records[named][key]) for owner, named, key in pairs]


@functools.cache
def _names(model: type[Model]) -> tuple[str, ...]:
    """The names of `FACTS` that a model has."""
    return tuple(field.attname for field in model._meta.concrete_fields if field.attname in FACTS)


@functools.cache
def _unknown(model: type[Model], *, is_loaded: bool) -> tuple[str, ...]:
    """The names of the other columns. An import does not write those of publication: they are known if they are loaded."""
    known = PUBLICATION_COLUMNS if is_loaded else set()
    fields = [
        field for field in model._meta.concrete_fields if not field.primary_key and field.name not in known
    ]
    return tuple(field.attname for field in fields if field.attname not in FACTS)


def _refuse(model: str, fields: Iterable[str]) -> None:
    name = f"{model}.{', '.join(fields)}"
    raise UnknownFactError(f"{name} of a record that is not written: add it to FACTS, or ask `others`.")


@functools.cache
def _owner(model: type[Model]) -> type[Model]:
    """The model that owns the slugs of a model; of a part, the part itself."""
    fields = {field.name: field for field in model._meta.concrete_fields}
    owner: type[Model] = fields["slug"].model if "slug" in fields else model
    return owner
