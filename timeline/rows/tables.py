"""A record as a flat row and back: the one shape that files and everything that keeps copies of records share.

A row maps column names to plain values: text, true or false, whole numbers, lists of slugs, or None.
`TABLES` lists the tables in an order in which each only refers to those before it, or to itself.
"""

import contextlib
import functools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.functional import cached_property

from timeline import models as record
from timeline.rows.columns import Column, PlainValue, PrimaryKeyIn, UnknownReferenceError

FlatRow = dict[str, PlainValue]

# The column by which a row takes away what stands within another record: a citation, a relation, an assessment.
DELETE_COLUMN = "delete"


class _PreviewRolledBackError(Exception):
    """Ends a block that only looked."""


@dataclass(frozen=True)
class Table:
    """One table of the record as files know it.

    `key` names the columns that identify a row; `within` is the column of a part that names the row around it.
    """

    name: str
    model: type[models.Model]
    key: tuple[str, ...] = ("slug",)
    within: str = ""
    renamed: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def columns(self) -> dict[str, Column]:
        """The columns by name, in the model's order."""
        names = {attribute: name for name, attribute in self.renamed.items()}
        fields = (*self.model._meta.concrete_fields, *self.model._meta.many_to_many)
        columns = (
            Column(names.get(field.name, field.name), field)
            for field in fields
            if field.editable and not field.primary_key and not field.auto_created
        )
        return {column.name: column for column in columns}

    @cached_property
    def nested(self) -> dict[str, str]:
        """The tables of parts that may stand within a row of this one, by the name under which they do."""
        found = {}
        for part in PARTS:
            parent: Any = part.columns[part.within].field
            if issubclass(self.model, parent.related_model):
                found[parent.remote_field.related_name] = part.name
        return found

    @cached_property
    def lookup_columns(self) -> frozenset[str]:
        """The columns that name records: the row's own key, and references to others."""
        return frozenset(self.key) | {
            column.name for column in self.columns.values() if column.field.is_relation
        }

    def rows_of(self, records: models.QuerySet) -> dict[int, FlatRow]:
        """The records as flat rows by primary key, every column present, in a number of queries that does not grow."""
        found = records.values_list("pk", *(column.expression for column in self.columns.values()))
        rows = {key: dict(zip(self.columns, cells, strict=True)) for key, *cells in found}
        if not rows:
            return rows
        for name, column in self.columns.items():
            if column.is_many_to_many:
                named: dict[int, list[str]] = {key: [] for key in rows}
                for key, slug in column.m2m_pairs(list(rows)):
                    named[key].append(slug)
                for key, slugs in named.items():
                    # Not in the order of the others' table, which changes without this record.
                    rows[key][name] = sorted(slugs)
        return rows

    def whole_rows_of(self, keys: Sequence[int]) -> dict[int, tuple[dict[str, Any], dict[str, list[int]]]]:
        """The records of these primary keys with their parts, as `whole_row_and_keys_of` gives one, in as many queries as for one."""
        rows: dict[int, dict[str, Any]] = {
            **self.rows_of(self.model._base_manager.filter(PrimaryKeyIn("pk", keys)).order_by())
        }
        by_slug = {row["slug"]: key for key, row in rows.items()}
        whole: dict[int, tuple[dict[str, Any], dict[str, list[int]]]] = {
            key: (row, {name: [] for name in self.nested}) for key, row in rows.items()
        }
        for name, table in self.nested.items():
            part = TABLES[table]
            within = part.columns[part.within].attribute
            parts = part.rows_of(
                part.model._base_manager.filter(PrimaryKeyIn(f"{within}_id", rows)).order_by()
            )
            for row in rows.values():
                row[name] = []
            for key, inner in sorted(parts.items(), key=lambda pair: _part_sort_key(part, pair[1])):  # noqa: B023 (used at once)
                parent, keys_of_parts = whole[by_slug[inner.pop(part.within)]]
                parent[name].append(inner)
                keys_of_parts[name].append(key)
        return whole

    def whole_row_of(self, instance: models.Model) -> dict[str, Any]:
        """The instance with its parts: the flat row, and under each nested name the rows of that part in a fixed order."""
        return self.whole_row_and_keys_of(instance)[0]

    def whole_row_and_keys_of(self, instance: models.Model) -> tuple[dict[str, Any], dict[str, list[int]]]:
        """The whole row of the instance, and under each nested name the primary keys of those parts, in the same order."""
        return self.whole_rows_of([instance.pk])[instance.pk]

    def sort_parts(self, rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """Rows of this nested table in the fixed order that whole rows have them in."""
        return sorted((dict(row) for row in rows), key=functools.partial(_part_sort_key, self))

    def parts_of(self, instance: models.Model) -> models.QuerySet:
        """The rows of this nested table that belong to the instance."""
        return self.model._default_manager.select_related().filter(
            **{self.columns[self.within].attribute: instance}
        )

    def apply(self, instance: models.Model, row: Mapping[str, Any]) -> None:
        """Make the instance and its parts what the whole row says, through full_clean(); ValidationError otherwise.

        A column that the table has and the row has not (one added since) stays.
        """
        many = self._set(instance, row)
        if "phase" in row:
            instance.phase_is_set = True  # type: ignore[attr-defined]
        instance.full_clean()
        instance.save()
        for attribute, records in many.items():
            getattr(instance, attribute).set(records)
        for name, table in self.nested.items():
            if name in row:
                TABLES[table]._apply_parts(instance, row[name])

    def preview_as(
        self, key: Any, row: Mapping[str, Any], keys: Mapping[str, Sequence[int]] | None = None
    ) -> Any:
        """The record of that key as the row says, to be looked at and never saved: nothing is written, nobody waits.

        What is refused and which keys parts have is as with `write_preview`. Derived columns are derived; lists and parts are
        at hand where managers look for what was prefetched, the parts in the order of the row.
        """
        record: Any = self.model._default_manager.get(pk=key)
        many = self._assign_preview(record, row)
        for stored in self.model._meta.concrete_fields:
            if getattr(stored, "auto_now", False):
                stored.pre_save(record, add=False)
        if hasattr(record, "derive"):
            record.derive()
        at_hand: dict[str, models.QuerySet] = {}
        for attribute, others in many.items():
            named = getattr(record, attribute).model._default_manager
            at_hand[attribute] = named.filter(pk__in=[other.pk for other in others])
        for name, parts in self._preview_parts(record, row, keys).items():
            at_hand[name] = getattr(record, name).all()
            at_hand[name]._result_cache = parts
        record._prefetched_objects_cache = at_hand
        return record

    def preview_part_keys(
        self, row: Mapping[str, Any], keys: Mapping[str, Sequence[int]] | None = None
    ) -> dict[str, list[int]]:
        """The primary keys under which `preview_as` and `preview_in_database` have the parts of a row, in its order."""
        found = {}
        for name in self.nested.keys() & row.keys():
            given = (keys or {}).get(name) or ()
            found[name] = [
                *given[: len(row[name])],
                *(-1 - number for number in range(len(given), len(row[name]))),
            ]
        return found

    @contextlib.contextmanager
    def preview_in_database(
        self, key: Any, row: Mapping[str, Any], keys: Mapping[str, Sequence[int]] | None = None
    ) -> Iterator[Any]:
        """Within this block the database holds the record of that key as the row says; afterwards it never did.

        For forms that are sent, which ask the database for what they change. `keys` are those that its parts have
        meanwhile, as `whole_row_and_keys_of` gives them; without it, the same each time.
        """
        stored: Any = self.model._default_manager
        with contextlib.suppress(_PreviewRolledBackError), transaction.atomic():
            self.write_preview(stored.get(pk=key), row, keys or {})
            yield stored.get(pk=key)
            raise _PreviewRolledBackError

    def validate(self, key: Any, row: Mapping[str, Any]) -> None:
        """Raise ValidationError where the record of that key could not be made what the row says."""
        stored: Any = self.model._default_manager
        with contextlib.suppress(_PreviewRolledBackError), transaction.atomic():
            self.apply(stored.get(pk=key), row)
            raise _PreviewRolledBackError

    def write_preview(
        self, instance: models.Model, row: Mapping[str, Any], keys: Mapping[str, Sequence[int]]
    ) -> None:
        """Put the instance and its parts into the database as the whole row says, to be looked at and rolled back.

        Nothing is refused: a reference to what is gone is left out, or stays the former where there must be one; a
        part that cannot do without it is left out as a whole; and a slug that is another's stays the former.
        Parts get the primary keys given, or else ones below zero, the same each time, so that a form that showed
        them finds them again.
        """
        many = self._assign_preview(instance, row)
        instance.save()
        for attribute, records in many.items():
            getattr(instance, attribute).set(records)
        for name, parts in self._preview_parts(instance, row, keys).items():
            # Not through the guard of what is public, which must keep a source: they come back at once.
            getattr(instance, name).model._base_manager.filter(pk__in=getattr(instance, name).all()).delete()
            for part in parts:
                part.save(force_insert=True)

    def with_current_slugs(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """A whole row kept from former days, its references under the slugs that their records have today."""
        now = {
            name: self.columns[name].with_current_slugs(cell) if name in self.columns else cell
            for name, cell in row.items()
        }
        for name in self.nested.keys() & row.keys():
            part = TABLES[self.nested[name]]
            rows = [part.with_current_slugs(inner) for inner in row[name]]
            now[name] = sorted(rows, key=functools.partial(_part_sort_key, part))
        return now

    def references_in(self, row: Mapping[str, Any]) -> set[tuple[Any, str]]:
        """The records that a whole row names: the model that owns their slugs, and the slug."""
        found = {
            (column.model._meta.get_field("slug").model, slug)
            for name, column in self.columns.items()
            if column.field.is_relation
            for slug in column.slugs(row.get(name))
        }
        for name, part in self.nested.items():
            for inner in row.get(name, ()):
                found |= TABLES[part].references_in(inner)
        return found

    def check_references(self, row: Mapping[str, Any]) -> None:
        """Raise ValidationError, with every name, where a whole row names what nobody has any more."""
        errors = [
            str(column.unknown_reference(slug))
            for name, column in self.columns.items()
            for slug in column.missing_slugs(row.get(name))
        ]
        for name, part in self.nested.items():
            for inner in row.get(name, ()):
                try:
                    TABLES[part].check_references(inner)
                except ValidationError as refusal:
                    errors += refusal.messages
        if errors:
            raise ValidationError([*dict.fromkeys(errors)])

    def without_missing_references(self, row: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        """The whole row without what it names and nobody has any more, and, as a row of its own, what that was.

        A reference goes where its column can do without it, a part of which one is gone goes as a whole.
        """
        kept, gone = dict(row), {}
        for name, column in self.columns.items():
            missing = column.missing_slugs(row.get(name))
            if missing and column.is_many_to_many:
                kept[name] = [slug for slug in row[name] if slug not in missing]
                gone[name] = missing
            elif missing and column.field.null:
                kept[name], gone[name] = None, row[name]
        for name, table in self.nested.items():
            columns = TABLES[table].columns
            lost = [
                part
                for part in row.get(name, [])
                if any(columns[cell].missing_slugs(part[cell]) for cell in part.keys() & columns.keys())
            ]
            if lost:
                kept[name] = [part for part in row[name] if part not in lost]
                gone[name] = lost
        return kept, gone

    def _assign_preview(self, instance: Any, row: Mapping[str, Any]) -> dict[str, Any]:
        """Read a whole row into an instance without refusing anything, as `write_preview` says; returns its lists."""
        former = instance.slug
        many = self._set(instance, row, lenient=True)
        if instance.available_slug(instance.slug) != instance.slug:
            instance.slug = former
        if "phase" in row:
            instance.phase_is_set = True
        return many

    def _preview_parts(
        self, parent: models.Model, row: Mapping[str, Any], keys: Mapping[str, Sequence[int]] | None
    ) -> dict[str, list[Any]]:
        """The parts of a whole row as instances, none of them written."""
        found: dict[str, list[Any]] = {}
        for name, numbers in self.preview_part_keys(row, keys).items():
            table, found[name] = TABLES[self.nested[name]], []
            for number, inner in zip(numbers, row[name], strict=True):
                part = table.model(pk=number)
                table._set(part, inner, lenient=True)
                setattr(part, table.columns[table.within].attribute, parent)
                if not any(table.columns[cell].lacks_reference(part) for cell in table.lookup_columns):
                    found[name].append(part)
        return found

    def _apply_parts(self, parent: models.Model, rows: Sequence[Mapping[str, Any]]) -> None:
        within = self.columns[self.within]
        slug = getattr(parent, "slug")  # noqa: B009
        parts = self.parts_of(parent).in_bulk()
        rows_of_parts = self.rows_of(self.parts_of(parent))
        existing = {self.key_of(row): parts[key] for key, row in rows_of_parts.items()}
        for row in rows:
            # By the slugs of today, as the existing ones are: what it refers to may have moved.
            today = {
                name: self.columns[name].with_current_slugs(row.get(name)) for name in self.key if name in row
            }
            part = existing.pop(self.key_of({**row, **today, self.within: slug}), None) or self.model()
            self._set(part, row)
            setattr(part, within.attribute, parent)
            part.full_clean()
            part.save()
        for part in existing.values():
            part.delete()

    def _set(
        self, instance: models.Model, row: Mapping[str, Any], *, lenient: bool = False
    ) -> dict[str, Any]:
        """Read the row's cells into the instance; lists of references, which are set after saving, are returned."""
        errors: dict[str, str] = {}
        many: dict[str, Any] = {}
        for name, column in self.columns.items():
            if name not in row:
                continue
            try:
                value = column.read(row[name], lenient=lenient)
            except UnknownReferenceError as error:
                # Where that is lenient, what may not be empty stays as it was.
                if not lenient:
                    errors[column.attribute] = str(error)
            except ValueError as error:
                errors[column.attribute] = str(error)
            else:
                if column.is_many_to_many:
                    many[column.attribute] = value
                else:
                    setattr(instance, column.attribute, value)
        if errors:
            raise ValidationError(errors)
        return many

    def with_defaults(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """The row with the default of each column that it lacks."""
        return {name: column.default() for name, column in self.columns.items()} | dict(row)

    def key_of(self, row: Mapping[str, Any]) -> tuple[str, ...]:
        """What identifies the row, in one spelling; a part that is missing has its default."""
        return tuple(self.columns[name].normalized_key(row.get(name)) for name in self.key)


def _part_sort_key(table: Table, row: Mapping[str, Any]) -> tuple[str, ...]:
    cells = (row.get(name) for name in table.key if name != table.within)
    return tuple("" if cell is None else str(cell) for cell in cells)


_CITATION_KEY = ("source", "locator", "number")

# What stands within another record. The name there is that of the reverse relation: `citations`, `relations`.
PARTS = (
    Table("phase_citations", record.PhaseCitation, ("phase", *_CITATION_KEY), within="phase"),
    Table("topic_citations", record.TopicCitation, ("topic", *_CITATION_KEY), within="topic"),
    Table("citations", record.Citation, ("entry", *_CITATION_KEY), within="entry"),
    Table(
        "relations",
        record.PolicyRelation,
        ("from", "type", "to"),
        within="from",
        renamed={"from": "from_policy", "to": "to_policy"},
    ),
    Table("assessments", record.GoalAssessment, ("goal", "date", "source"), within="goal"),
)
TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        Table("site", record.Chronicle),
        Table("sources", record.Source),
        Table("phases", record.Phase),
        Table("topics", record.Topic),
        Table("organizations", record.Organization),
        Table("areas", record.Area),
        *(Table(kind.model.PLURAL, kind.model) for kind in record.Kind),
        *PARTS,
    )
}


@functools.cache
def table_of(model: type[models.Model]) -> Table:
    """The table that holds this model's records."""
    return next(table for table in TABLES.values() if table.model is model)
