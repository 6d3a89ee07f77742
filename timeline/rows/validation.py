"""Checks whether whole rows can be saved to their records, without writing anything."""

from collections.abc import Collection, Iterator, Mapping, Sequence

from django.core.exceptions import ValidationError
from django.db.models import Model, ProtectedError

from timeline.models import Citation, Entry
from timeline.models.evidence import check_still_cited
from timeline.models.records import Record
from timeline.models.stored_records import relate_to
from timeline.rows.grouping import check_groups
from timeline.rows.references import References
from timeline.rows.tables import Table, WholeRow

Refusals = dict[int, ValidationError | ProtectedError]


def validate(table: Table, key: int, row: WholeRow) -> None:
    """Raise ValidationError or ProtectedError if `Table.apply` could not save the row to the record of that key."""
    if refusal := refusals(table, {key: row}, References(), with_constraints=True).get(key):
        raise refusal


def check_references(table: Table, row: WholeRow) -> None:
    """Raise ValidationError with every reference of a whole row to a missing record."""
    if errors := [*dict.fromkeys(_unknown_references(table, row))]:
        raise ValidationError(errors)


def refusals(
    table: Table, rows: Mapping[int, WholeRow], references: References, *, with_constraints: bool = False
) -> Refusals:
    """Why `Table.apply` could not save each of these rows to the record of its key, without those that it could.

    In as many queries as for one row; but Django evaluates each constraint by a query, so `with_constraints` is for few rows.
    The others leave them to the database, as `clean()` has their messages. Records that only `references` has, since they are
    not in the database yet, count as stored.
    """
    found: Refusals = {}
    records = table.record_model._default_manager.in_bulk(rows)
    # A deleted record can be created again.
    records |= {key: table.new_record(key) for key in rows.keys() - records.keys()}
    table.prefetch_references([*rows.values()], references)
    unchanged: dict[int, set[str]] = {}
    for key, record in records.items():
        unique = [field for field in record._meta.concrete_fields if field.unique and not field.primary_key]
        before = {field: getattr(record, field.attname) for field in unique}
        try:
            table.read_into(record, rows[key], references)
        except ValidationError as refusal:
            found[key] = refusal
        unchanged[key] = {field.name for field in unique if getattr(record, field.attname) == before[field]}
        record.slug_is_checked = "slug" in unchanged[key]
    references.others.prepare([record for key, record in records.items() if key not in found])
    for key, record in records.items():
        if key not in found:
            try:
                _full_clean(record, references, unchanged[key], with_constraints)
            except ValidationError as refusal:
                found[key] = refusal
    for key in records.keys() - found.keys():
        try:
            check_groups(table, rows[key])
        except ValidationError as refusal:
            found[key] = refusal
    for name, part in table.parts.items():
        remaining = {key: record for key, record in records.items() if key not in found and name in rows[key]}
        lists = {key: rows[key][name] for key in remaining}
        found |= _refusals_of_parts(part, remaining, lists, references, with_constraints)
    return found


def _refusals_of_parts(
    part: Table,
    parents: Mapping[int, Record],
    rows: Mapping[int, Sequence[WholeRow]],
    references: References,
    with_constraints: bool,
) -> Refusals:
    """Why the rows of a nested table could not be saved, by the key of their parent."""
    found: Refusals = {}
    stored = part.stored_parts_of(parents.values())
    changed: dict[int, list[Model]] = {}
    for key, parent in parents.items():
        try:
            changed[key] = [*part.read_parts(parent, rows[key], stored[key], references)]
        except ValidationError as refusal:
            found[key] = refusal
    references.others.prepare([one for ones in changed.values() for one in ones])
    for key, ones in changed.items():
        parent = parents[key]
        try:
            for one in ones:
                _full_clean(one, references, (), with_constraints)
            keys = [part.key_of({**inner, part.within: parent.slug}) for inner in rows[key]]
            if len({*keys}) < len(keys):
                columns = [part.columns[column].attribute for column in part.key]
                raise ValidationError(part.model().unique_error_message(part.model, columns))
            if stored[key] and not rows[key] and part.model is Citation and isinstance(parent, Entry):
                check_still_cited([parent])
        except (ValidationError, ProtectedError) as refusal:
            found[key] = refusal
    return found


def _full_clean(
    record: Model, references: References, unchanged: Collection[str], with_constraints: bool
) -> None:
    relate_to(references.others, record)
    links = [field for field in record._meta.concrete_fields if field.is_relation]
    # Reading has found these records, which Django would look for one by one.
    found = {field.name for field in links if getattr(record, field.attname) is not None}
    errors: dict[str, list[ValidationError]] = {}
    try:
        record.full_clean(exclude=found | {*unchanged}, validate_constraints=False)
    except ValidationError as refusal:
        refusal.update_error_dict(errors)
    if with_constraints:
        try:
            record.validate_constraints(exclude={*errors})
        except ValidationError as refusal:
            refusal.update_error_dict(errors)
    if slug := getattr(record, "slug", ""):
        owner = record._meta.get_field("slug").model
        if references.others.created_key(owner, slug) is not None:
            errors.setdefault("slug", []).append(record.unique_error_message(owner, ("slug",)))
    if errors:
        raise ValidationError(errors)


def _unknown_references(table: Table, row: WholeRow) -> Iterator[str]:
    references = References()
    for name, column in table.columns.items():
        for slug in references.missing(column, row.get(name)):
            yield references.unknown_message(column, slug)
    for _name, part, rows in table.parts_in(row):
        for inner in rows:
            yield from _unknown_references(part, inner)
