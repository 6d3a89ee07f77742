"""Checks whether a whole row can be saved to its record, without writing anything."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model

from timeline.models import Citation
from timeline.models.evidence import check_still_cited
from timeline.rows.references import References
from timeline.rows.tables import Table, WholeRow


def validate(table: Table, key: int, row: WholeRow, references: References | None = None) -> None:
    """Raise ValidationError or ProtectedError if `Table.apply` could not save the row to the record of that key.

    Records that only `references` has, since they are not in the database yet, count as stored.
    """
    references = references or References()
    record: Any = table.model._default_manager.get(pk=key)
    table.read_into(record, row, references)
    _full_clean(record, references)
    for _name, part, rows in table.parts_in(row):
        stored = part.stored_parts(record)
        for one in part.read_parts(record, rows, stored, references):
            _full_clean(one, references)
        keys = [part.key_of({**inner, part.within: record.slug}) for inner in rows]
        if len({*keys}) < len(keys):
            columns = [part.columns[column].attribute for column in part.key]
            raise ValidationError(part.model().unique_error_message(part.model, columns))
        if stored and not rows and part.model is Citation:
            check_still_cited([record])


def _full_clean(record: Model, references: References) -> None:
    errors: dict[str, list[ValidationError]] = {}
    try:
        # Django would look for these records in the database.
        cached = record._state.fields_cache.items()
        record.full_clean(exclude={name for name, other in cached if other and other._state.adding})
    except ValidationError as refusal:
        refusal.update_error_dict(errors)
    if slug := getattr(record, "slug", ""):
        owner = record._meta.get_field("slug").model
        if references.others.created_key(owner, slug) is not None:
            errors.setdefault("slug", []).append(record.unique_error_message(owner, ("slug",)))
    if errors:
        raise ValidationError(errors)
