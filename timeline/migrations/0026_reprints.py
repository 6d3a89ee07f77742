"""Sources tell whether they are reprints."""

from typing import Any

from django.db import migrations, models

from timeline.models.chunks import chunks

# The new column of stored rows of sources, with its value in rows that were stored without it.
ADDED = {"reprint": False}


def add_to_stored_rows(apps: Any, schema_editor: Any) -> None:
    """Add the new column to the rows of histories and sent forms, which would otherwise differ from those of today."""
    for name, table in (("revision", "source"), ("sentform", "sources")):
        stored = apps.get_model("timeline", name).objects.filter(table=table).order_by("pk")
        for rows in chunks(stored.iterator(chunk_size=500)):
            for row in rows:
                row.content = row.content | {name: cell for name, cell in ADDED.items() if name not in row.content}
            stored.model.objects.bulk_update(rows, ["content"])


class Migration(migrations.Migration):

    dependencies = [
        ('timeline', '0025_authorities_of_designations'),
    ]

    operations = [
        migrations.AddField(
            model_name='source',
            name='reprint',
            field=models.BooleanField(default=False, help_text='On, if it repeats what was published elsewhere before: its date is that of the reprint, and references say so.', verbose_name='reprint'),
        ),
        migrations.RunPython(add_to_stored_rows, migrations.RunPython.noop),
    ]
