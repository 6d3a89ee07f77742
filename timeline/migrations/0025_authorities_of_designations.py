"""Pilot designations name several authorities, as policies name several issuers; the former one is the first of them."""

from collections.abc import Iterator
from typing import Any

from django.db import migrations, models

from timeline.models.chunks import chunks

FORMER, PRESENT = "authority", "authorities"
TABLE = "pilot_designations"


def copy_to_lists(apps: Any, schema_editor: Any) -> None:
    designations = apps.get_model("timeline", "pilotdesignation")
    links = designations.authorities.through
    named = designations.objects.exclude(authority=None).order_by("pk").values_list("pk", "authority")
    for rows in chunks(named.iterator(chunk_size=500)):
        links.objects.bulk_create(
            links(pilotdesignation_id=designation, organization_id=authority) for designation, authority in rows
        )
    _check_references(schema_editor)


def copy_first(apps: Any, schema_editor: Any) -> None:
    """Keep the first authority, by precedence."""
    designations = apps.get_model("timeline", "pilotdesignation")
    links = designations.authorities.through.objects
    in_order = links.order_by("-organization__precedence", "-organization__slug")
    for designation, authority in in_order.values_list("pilotdesignation", "organization"):
        designations.objects.filter(pk=designation).update(authority=authority)
    _check_references(schema_editor)


def _check_references(schema_editor: Any) -> None:
    """Check them now: PostgreSQL changes no table for which it has yet to check rows."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        schema_editor.execute("SET CONSTRAINTS ALL DEFERRED")


def to_lists(apps: Any, schema_editor: Any) -> None:
    """Rename the column of rows in histories and sent forms, in comments and in mappings of imports."""

    def rewritten(row: dict[str, Any]) -> dict[str, Any]:
        cells = (
            (PRESENT, [cell] if cell else []) if name == FORMER else (name, cell) for name, cell in row.items()
        )
        return dict(cells)

    _rewrite_rows(apps, rewritten)
    _rename(apps, FORMER, PRESENT)


def to_first(apps: Any, schema_editor: Any) -> None:
    def rewritten(row: dict[str, Any]) -> dict[str, Any]:
        cells = (
            (FORMER, cell[0] if cell else None) if name == PRESENT else (name, cell) for name, cell in row.items()
        )
        return dict(cells)

    _rewrite_rows(apps, rewritten)
    _rename(apps, PRESENT, FORMER)


def _rewrite_rows(apps: Any, rewritten: Any) -> None:
    for name, condition in (("revision", {"kind": "pilot_designation"}), ("sentform", {"table": TABLE})):
        stored = apps.get_model("timeline", name).objects.filter(**condition).order_by("pk")
        for rows in chunks(stored.iterator(chunk_size=500)):
            for row in rows:
                row.content = rewritten(row.content)
            stored.model.objects.bulk_update(rows, ["content"])


def _rename(apps: Any, former: str, present: str) -> None:
    designations = apps.get_model("timeline", "pilotdesignation").objects.values("pk")
    comments = apps.get_model("timeline", "comment").objects.filter(table="entry", field=former)
    comments.filter(record__in=designations).update(field=present)
    for name in ("importmapping", "preparedimport"):
        stored = apps.get_model("timeline", name).objects
        for row in stored.exclude(mapping={}):
            columns = [column for column in _columns(row.mapping) if column.get("column") == former]
            for column in columns:
                column["column"] = present
            if columns:
                stored.filter(pk=row.pk).update(mapping=row.mapping)


def _columns(mapping: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for sheet in mapping.get("sheets", ()):
        if sheet.get("table") == TABLE:
            yield from sheet.get("columns", ())


class Migration(migrations.Migration):

    dependencies = [
        ('timeline', '0024_areas_of_milestones'),
    ]

    operations = [
        # Of the former column until it is gone: two columns have no name for the way back in common.
        migrations.AlterField(
            model_name='pilotdesignation',
            name='authority',
            field=models.ForeignKey(blank=True, null=True, on_delete=models.PROTECT, related_name='+', to='timeline.organization', verbose_name='announced by'),
        ),
        migrations.AddField(
            model_name='pilotdesignation',
            name='authorities',
            field=models.ManyToManyField(blank=True, related_name='designations_made', to='timeline.organization', verbose_name='announced by'),
        ),
        migrations.RunPython(copy_to_lists, copy_first),
        migrations.RunPython(to_lists, to_first),
        migrations.RemoveField(
            model_name='pilotdesignation',
            name='authority',
        ),
    ]
