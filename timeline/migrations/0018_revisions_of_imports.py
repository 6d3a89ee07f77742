"""What imports changed besides entries is in revisions, as what they changed of entries."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from timeline.models.chunks import chunks

# The models of records other than entries by their table in files.
MODELS = {
    "site": "chronicle",
    "sources": "source",
    "phases": "phase",
    "topics": "topic",
    "organizations": "organization",
    "areas": "area",
}
TABLES = {model: table for table, model in MODELS.items()}


def create_revisions(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Record each state before and after an import as a revision; one that follows on the last needs none before."""
    revision = apps.get_model("timeline", "revision")
    for chunk in chunks(_revisions(apps)):
        revision.objects.bulk_create(revision(**columns) for columns in chunk)


def _revisions(apps: StateApps) -> Iterator[dict[str, Any]]:
    revisions = apps.get_model("timeline", "revision").objects
    imported = apps.get_model("timeline", "importedrecord").objects.select_related("batch")
    in_order = imported.order_by("table", "record", "batch_id").iterator(chunk_size=500)
    for (table, key), of_record in groupby(in_order, key=lambda one: (one.table, one.record)):
        stored = revisions.filter(table=MODELS[table], record=key).order_by("number")
        known = {*stored.exclude(batch=None).values_list("batch", flat=True)}
        newest, applied = stored.last(), stored.filter(applied=True).last()
        number, content = newest.number if newest else 0, applied.content if applied else None
        for one in of_record:
            if one.batch_id in known:
                continue
            columns = {
                "table": MODELS[table],
                "record": key,
                "created_at": one.batch.created_at,
                "created_by_id": one.batch.created_by_id,
                "status": "published",
                "public_from": one.batch.created_at,
            }
            if one.before is not None and one.before != content:
                number += 1
                yield columns | _state(one.before, number, "saved")
            number += 1
            imported_state = _state(one.after, number, "imported")
            yield columns | imported_state | {"comment": one.batch.note, "batch_id": one.batch_id}
            content = one.after


def _state(content: dict[str, Any], number: int, action: str) -> dict[str, Any]:
    return {"content": content, "number": number, "action": action, "title": str(content.get("title", ""))[:300]}


def create_imported_records(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Name of each import the states before and after. What imports did in working copies, former versions do not know."""
    imported = apps.get_model("timeline", "importedrecord")
    for chunk in chunks(_imported_records(apps)):
        imported.objects.bulk_create(imported(**columns) for columns in chunk)


def _imported_records(apps: StateApps) -> Iterator[dict[str, Any]]:
    revisions = apps.get_model("timeline", "revision").objects.filter(table__in=TABLES, applied=True)
    in_order = revisions.order_by("table", "record", "number").iterator(chunk_size=500)
    for (table, key), of_record in groupby(in_order, key=lambda one: (one.table, one.record)):
        before = None
        for batch, states in groupby(of_record, key=lambda one: one.batch_id):
            after = [*states][-1].content
            if batch is not None and after != before:
                yield {
                    "batch_id": batch,
                    "table": TABLES[table],
                    "record": key,
                    "before": before,
                    "after": after,
                }
            before = after


class Migration(migrations.Migration):

    dependencies = [
        ('timeline', '0017_constraints_of_references'),
    ]

    operations = [
        migrations.RunPython(create_revisions, create_imported_records),
        migrations.DeleteModel(name='ImportedRecord'),
    ]
