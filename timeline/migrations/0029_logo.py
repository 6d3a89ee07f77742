"""A chronicle may have a logo."""

from typing import Any

from django.db import migrations

import timeline.models.fields
from timeline.models.chunks import chunks


def add_to_stored_rows(apps: Any, schema_editor: Any) -> None:
    """Add the new column to the rows of histories and sent forms, which would otherwise differ from those of today."""
    for name, table in (("revision", "chronicle"), ("sentform", "site")):
        stored = apps.get_model("timeline", name).objects.filter(table=table).order_by("pk")
        for rows in chunks(stored.iterator(chunk_size=500)):
            for row in rows:
                row.content = row.content | ({} if "logo" in row.content else {"logo": None})
            stored.model.objects.bulk_update(rows, ["content"])


class Migration(migrations.Migration):

    dependencies = [
        ('timeline', '0028_publication_before_its_time'),
    ]

    operations = [
        migrations.AddField(
            model_name='chronicle',
            name='logo',
            field=timeline.models.fields.LogoField(blank=True, help_text='A PNG or SVG picture beside the name at the head of each page, 32 pixels high there.', verbose_name='logo'),
        ),
        migrations.RunPython(add_to_stored_rows, migrations.RunPython.noop),
    ]
