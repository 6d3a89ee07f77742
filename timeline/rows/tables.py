"""Tables of flat rows: the common format of files, revisions and every other copy of a record.

A row maps column names to plain values: text, booleans, integers, lists of slugs, or None. `TABLES` lists the
tables in dependency order: each refers only to earlier ones or to itself.
"""

import contextlib
import functools
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.functional import cached_property

from timeline import models as record
from timeline.models.derived import DerivedFieldsModel
from timeline.models.entries import Entry
from timeline.models.named import TitleSlugModel
from timeline.models.records import Record
from timeline.models.source_references import SourceReference
from timeline.rows.bulk import concrete_models
from timeline.rows.columns import Column, FlatRow, PrimaryKeyIn, rows_of
from timeline.rows.grouping import check_groups, relate_previews, without_incomplete_groups
from timeline.rows.references import References
from timeline.values.errors import InvalidValueError

# A flat row with the rows of its parts by nested name.
WholeRow = Mapping[str, Any]
MutableWholeRow = dict[str, Any]
# The stored parts of a record by key, each with its row.
StoredParts = dict[tuple[str, ...], tuple[models.Model, FlatRow]]

# The column by which a row deletes a part.
DELETE_COLUMN = "delete"
# The column by which a row gives the status of its record.
STATUS_COLUMN = "status"


@dataclass(frozen=True)
class Table:
    """A model as a table in files.

    `key` names the columns that identify a row. `within` is the column of a part that refers to the parent row.
    """

    name: str
    model: type[models.Model]
    key: tuple[str, ...] = ("slug",)
    within: str = ""
    renamed: Mapping[str, str] = field(default_factory=dict)

    @property
    def record_model(self) -> type[Record]:
        """The model of records, which parts are not."""
        if not issubclass(self.model, Record):
            raise TypeError(f"The table {self.name} has no records of its own.")
        return self.model

    def new_record(self, key: int | None = None) -> Record:
        """A record of this key that is not stored."""
        record = self.record_model()
        for model in concrete_models(self.record_model) if key is not None else ():
            setattr(record, model._meta.pk.attname, key)
        return record

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
    def parts(self) -> dict[str, "Table"]:
        """The tables of parts that may stand within a row of this one, by the name under which they do."""
        found = {}
        for part in PARTS:
            parent = part.columns[part.within]
            if issubclass(self.model, parent.model) and (relation := parent.field.remote_field):
                found[str(relation.related_name)] = part
        return found

    @cached_property
    def lookup_columns(self) -> frozenset[str]:
        """The columns that identify records: the row's own key, and references to others."""
        return frozenset(self.key) | {name for name, one in self.columns.items() if one.field.is_relation}

    def rows_of(self, records: models.QuerySet[models.Model]) -> dict[int, FlatRow]:
        """The records as flat rows with all columns, by primary key, in a constant number of queries."""
        return rows_of(records, self.columns)

    def rows_in(self, name: str, keys: Iterable[int]) -> dict[int, FlatRow]:
        """The flat rows of the records of which this key is one of `keys`."""
        return self.rows_of(self.model._base_manager.filter(PrimaryKeyIn(name, keys)))

    def whole_rows_of(self, keys: Sequence[int]) -> dict[int, MutableWholeRow]:
        """The whole rows of these keys, in as many queries as for one."""
        rows: dict[int, MutableWholeRow] = {**self.rows_in("pk", keys)}
        by_slug = {row["slug"]: row for row in rows.values()}
        for name, part in self.parts.items():
            parts = part.rows_in(f"{part.columns[part.within].attribute}_id", rows)
            for row in rows.values():
                row[name] = []
            for inner in part.sort_parts(parts.values()):
                by_slug[inner.pop(part.within)][name].append(inner)
        return rows

    def whole_row_of(self, instance: models.Model) -> MutableWholeRow:
        """The whole row of the instance: its flat row, with the sorted rows of its parts by nested name."""
        return self.whole_rows_of([instance.pk])[instance.pk]

    def row_of(
        self, instance: models.Model, lists: Mapping[str, Iterable[TitleSlugModel]]
    ) -> MutableWholeRow:
        """The flat row of an instance that need not be stored, with the records of its many-to-many columns.

        A part's row is without its parent.
        """
        return {
            name: sorted(record.slug for record in lists[column.attribute])
            if column.is_many_to_many
            else column.cell_of(instance)
            for name, column in self.columns.items()
            if name != self.within
        }

    @property
    def blank_row(self) -> MutableWholeRow:
        """The whole row of a new record."""
        lists = [*self.parts, *(name for name, column in self.columns.items() if column.is_many_to_many)]
        return self.with_defaults({name: [] for name in lists})

    def sort_parts(self, rows: Iterable[WholeRow]) -> list[MutableWholeRow]:
        """The rows of this nested table in the order of whole rows."""
        return sorted((dict(row) for row in rows), key=self.sort_key)

    def sort_key(self, row: WholeRow) -> tuple[str, ...]:
        """The sort key of a row, the same in every database. In whole rows, parts lack their parent."""
        return tuple("" if (cell := row.get(name)) is None else str(cell) for name in self.key)

    def parts_in(self, row: WholeRow) -> Iterator[tuple[str, "Table", Sequence[WholeRow]]]:
        """The lists of parts in a whole row: the name of each, its table and its rows."""
        for name, part in self.parts.items():
            if name in row:
                yield name, part, row[name]

    def prefetch_references(self, rows: Collection[WholeRow], references: References) -> None:
        """Look up everything that these whole rows refer to at once."""
        references.prefetch(self.columns.values(), rows)
        for name, part in self.parts.items():
            inner = [one for row in rows for one in row.get(name, ())]
            references.prefetch(part.columns.values(), inner)

    def stored_references(self, *rows: WholeRow) -> References:
        """The stored records that these whole rows refer to, looked up at once."""
        references = References(remembers_missing=True)
        self.prefetch_references(rows, references)
        return references

    def apply(self, instance: Record, row: WholeRow, references: References | None = None) -> None:
        """Save the whole row to the instance and its parts. Raises ValidationError.

        Columns missing from the row, because they were added later, are unchanged. `references` may have looked up at
        once what many rows refer to.
        """
        references = references or References()
        many = self.read_into(instance, row, references)
        instance.full_clean()
        check_groups(self, row)
        instance.save()
        for attribute, records in many.items():
            getattr(instance, attribute).set(records)
        for _name, part, rows in self.parts_in(row):
            stored = part.stored_parts_of([instance])[instance.pk]
            for one in part.read_parts(instance, rows, stored, references):
                one.full_clean()
                one.save()
            for one, _row in stored.values():
                one.delete()

    def preview_as(self, key: int | None, row: WholeRow) -> Record:
        """The record of that key with the content of the row, for pages and forms: nothing is written or locked.

        Nothing is rejected. A reference to a missing record is dropped, or keeps its old value if it is
        required; a part that requires one is dropped; a slug in use keeps its old value. Derived columns are
        derived. Lists and parts are in the prefetch cache, the parts in the order of the row, with negative keys
        that are the same each time: a submitted form finds the parts that it displayed. The record need not be
        stored: it may have been deleted.
        """
        record = self.record_model._default_manager.filter(pk=key).first() or self.new_record(key)
        former = record.slug
        many = self.read_into(record, row, References(), lenient=True)
        if record.slug and record.available_slug(record.slug) != record.slug:
            record.slug = former
        for stored in self.model._meta.concrete_fields:
            if getattr(stored, "auto_now", False):
                stored.pre_save(record, add=False)
        if isinstance(record, Entry) and "phase" in row:
            # A form over the preview derives the phase only when it sets the first date of the row.
            record.phase_is_set = record.compute_timeline_date()[0] is not None
        if isinstance(record, DerivedFieldsModel):
            with contextlib.suppress(InvalidValueError):
                record.derive()
        at_hand: dict[str, models.QuerySet[models.Model]] = {}
        for attribute, others in many.items():
            related = getattr(record, attribute).model._default_manager
            at_hand[attribute] = related.filter(pk__in=[other.pk for other in others])
        for name, part, rows in self.parts_in(row):
            at_hand[name] = getattr(record, name).all()
            at_hand[name]._result_cache = [*part._preview_parts(record, rows)]
        relate_previews(self, at_hand)
        vars(record)["_prefetched_objects_cache"] = at_hand
        return record

    def _preview_parts(self, parent: models.Model, rows: Sequence[WholeRow]) -> Iterator[models.Model]:
        """The rows of this nested table as unsaved instances; without those that lack a required reference."""
        columns = [column for name, column in self.columns.items() if name != self.within]
        references = References()
        references.prefetch(columns, rows)
        for number, row in enumerate(rows, start=1):
            part = self.model(pk=-number)
            part._state.adding = False
            self.read_into(part, row, references, lenient=True)
            setattr(part, self.columns[self.within].attribute, parent)
            if isinstance(part, DerivedFieldsModel):
                with contextlib.suppress(InvalidValueError):
                    part.derive()
            if not any(column.lacks_reference(part) for column in columns):
                yield part

    def with_current_slugs(self, row: WholeRow, references: References | None = None) -> MutableWholeRow:
        """An old whole row with the former slugs in its references replaced by the current ones."""
        references = references or self.stored_references(row)
        current = {
            name: references.with_current_slugs(self.columns[name], cell) if name in self.columns else cell
            for name, cell in row.items()
        }
        for name, part, rows in self.parts_in(row):
            current[name] = part.sort_parts(part.with_current_slugs(inner, references) for inner in rows)
        return current

    def references_in(self, row: WholeRow) -> set[tuple[type[models.Model], str]]:
        """The references of a whole row: the model that owns the slug, and the slug."""
        found = {
            (column.model._meta.get_field("slug").model, slug)
            for name, column in self.columns.items()
            if column.field.is_relation
            for slug in column.slugs(row.get(name))
        }
        inner = (part.references_in(inner) for _name, part, rows in self.parts_in(row) for inner in rows)
        return found.union(*inner)

    def without_missing_references(
        self, row: WholeRow, references: References
    ) -> tuple[MutableWholeRow, MutableWholeRow]:
        """The whole row without its references to missing records, and what was removed, as a row of its own.

        A reference is removed if its column can be without it. A part with such a reference is removed as a
        whole.
        """
        remaining, missing_row = dict(row), MutableWholeRow()
        for name, column in self.columns.items():
            missing = references.missing(column, row.get(name))
            if missing and column.is_many_to_many:
                remaining[name] = [slug for slug in row[name] if slug not in missing]
                missing_row[name] = missing
            elif missing and column.field.null:
                remaining[name], missing_row[name] = None, row[name]
        for name, part, rows in self.parts_in(row):
            columns = part.columns
            dropped = [
                inner
                for inner in rows
                if any(
                    references.missing(columns[cell], inner[cell]) for cell in inner.keys() & columns.keys()
                )
            ]
            if dropped:
                remaining[name] = [inner for inner in rows if inner not in dropped]
                missing_row[name] = dropped
        for name, incomplete in without_incomplete_groups(self, remaining).items():
            missing_row[name] = [*missing_row.get(name, ()), *incomplete]
        return remaining, missing_row

    def stored_parts_of(self, parents: Iterable[TitleSlugModel]) -> dict[int, StoredParts]:
        """The stored parts by the key of their parent, with the slugs of the parents as the instances have them.

        In as many queries as for one parent.
        """
        attribute = self.columns[self.within].attribute
        by_key = {parent.pk: parent for parent in parents}
        parts = self.model._default_manager.filter(**{f"{attribute}__in": by_key})
        rows = self.rows_of(parts.order_by())
        found: dict[int, StoredParts] = {key: {} for key in by_key}
        for part in parts.select_related():
            parent, row = by_key[getattr(part, f"{attribute}_id")], rows[part.pk]
            found[parent.pk][self.key_of({**row, self.within: parent.slug})] = part, row
        return found

    def read_parts(
        self, parent: TitleSlugModel, rows: Sequence[WholeRow], stored: StoredParts, references: References
    ) -> Iterator[models.Model]:
        """The parts of the rows that are new or differ, one by one. Those that exist are removed from `stored`."""
        references.prefetch(self.columns.values(), rows)
        for row in rows:
            # By current slugs, as the stored parts: a record referred to may have a new slug.
            current = {
                name: references.with_current_slugs(self.columns[name], row[name])
                for name in self.key
                if name in row
            }
            key = self.key_of({**row, **current, self.within: parent.slug})
            part, before = stored.pop(key, (self.model(), {}))
            if before == {**before, **row}:
                continue
            self.read_into(part, row, references)
            setattr(part, self.columns[self.within].attribute, parent)
            yield part

    def read_into(
        self, instance: Any, row: WholeRow, references: References, *, lenient: bool = False
    ) -> dict[str, list[models.Model]]:
        """Read the row's cells into the instance. Returns the many-to-many values, to be set after saving."""
        errors, many = dict[str, str](), dict[str, list[models.Model]]()
        instance.others = references.others
        if "phase" in row:
            instance.phase_is_set = True
        for name, column in self.columns.items():
            if name not in row:
                continue
            try:
                value = references.read(column, row[name], lenient=lenient)
            except ValueError as error:
                # If lenient, a required reference is unchanged, as is a value that no longer is one.
                if not lenient:
                    errors[column.attribute] = str(error)
            else:
                if isinstance(value, list):
                    many[column.attribute] = value
                else:
                    setattr(instance, column.attribute, value)
        if errors:
            raise ValidationError(errors)
        return many

    def with_defaults(self, row: WholeRow) -> MutableWholeRow:
        """The row with the default of each missing column."""
        return {name: column.default() for name, column in self.columns.items()} | dict(row)

    def key_of(self, row: WholeRow) -> tuple[str, ...]:
        """The normalized key of the row; a missing column has its default."""
        return tuple(self.columns[name].normalized_key(row.get(name)) for name in self.key)


_CITATION_KEY = ("source", "locator", "number")


def _citations(model: type[SourceReference], *columns: str) -> Table:
    """The table of a model of citations. `columns` are those of its key besides."""
    owner = model.OWNER_FIELD
    return Table(model.PLURAL, model, (owner, *columns, *_CITATION_KEY), within=owner)


# What stands within another record. The name there is that of the reverse relation: `citations`, `relations`.
PARTS = (
    *map(_citations, record.REFERENCE_CITATIONS),
    _citations(record.Citation),
    Table(
        "relations",
        record.PolicyRelation,
        ("from", "type", "to"),
        within="from",
        renamed={"from": "from_policy", "to": "to_policy"},
    ),
    Table("assessments", record.GoalAssessment, ("goal", "date", "number"), within="goal"),
    _citations(record.AssessmentCitation, "assessment_date", "assessment_number"),
)
TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        Table("site", record.Chronicle),
        *(Table(model.PLURAL, model) for model in record.REFERENCES),
        *(Table(kind.model.PLURAL, kind.model) for kind in record.Kind),
        *PARTS,
    )
}


@functools.cache
def table_of(model: type[models.Model]) -> Table:
    """The table of this model."""
    return next(table for table in TABLES.values() if table.model is model)
