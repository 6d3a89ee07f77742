"""The rows of the database, as far as versions know them in which only entries had a status and revisions."""

from typing import Any

from tests.factories import everything
from timeline.models import REFERENCES, Chronicle, PilotDesignation, Revision, SearchDocument
from timeline.search.index import RecordType
from timeline.visibility import PUBLICATION_COLUMNS

MODELS_AND_PERMISSIONS = {"contenttypes.ContentType", "auth.Permission"}


def rows_before_publication() -> dict[str, list[tuple[Any, ...]]]:
    """Every row, as far as versions know it in which reference records were always public and had no revisions."""
    rows = everything()
    for model in (*REFERENCES, Chronicle):
        names = [field.attname for field in model._meta.local_concrete_fields]
        kept = [
            number for number, name in enumerate(names) if name.removesuffix("_id") not in PUBLICATION_COLUMNS
        ]
        rows[model._meta.label] = [tuple(row[number] for number in kept) for row in rows[model._meta.label]]
    documents = SearchDocument.objects.filter(record_type=RecordType.ENTRY).values_list("pk", flat=True)
    of_entries = {*documents}
    label = SearchDocument._meta.label
    rows[label] = [row for row in rows[label] if row[0] in of_entries]
    table = [field.attname for field in Revision._meta.local_concrete_fields].index("table")
    label = Revision._meta.label
    rows[label] = [row for row in rows[label] if row[table] == "entry"]
    # A column in former versions, whose links are made anew.
    label = PilotDesignation.authorities.through._meta.label
    rows[label] = sorted(row[1:] for row in rows[label])
    # Those of models that former versions had remain.
    return {label: some for label, some in rows.items() if label not in MODELS_AND_PERMISSIONS}
