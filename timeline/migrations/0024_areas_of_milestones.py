"""Milestones name areas; rows of former ones in histories and sent forms name none."""

from typing import Any

from django.db import migrations, models

from timeline.models.chunks import chunks

# The new column of stored rows of milestones, with its value in rows that were stored without it.
ADDED: dict[str, list[str]] = {"areas": []}


def add_to_stored_rows(apps: Any, schema_editor: Any) -> None:
    """Add the new column to the rows of histories and sent forms, which would otherwise differ from those of today."""
    for name, condition in (("revision", {"kind": "milestone"}), ("sentform", {"table": "milestones"})):
        stored = apps.get_model("timeline", name).objects.filter(**condition).order_by("pk")
        for rows in chunks(stored.iterator(chunk_size=500)):
            for row in rows:
                row.content = row.content | {name: cell for name, cell in ADDED.items() if name not in row.content}
            stored.model.objects.bulk_update(rows, ["content"])


class Migration(migrations.Migration):

    dependencies = [
        ('timeline', '0023_jobs_of_imports'),
    ]

    operations = [
        migrations.AddField(
            model_name='milestone',
            name='areas',
            field=models.ManyToManyField(blank=True, help_text='Where it happened or what it concerns, as far as a source names it.', related_name='milestones', to='timeline.area', verbose_name='areas'),
        ),
        migrations.RunPython(add_to_stored_rows, migrations.RunPython.noop),
    ]
