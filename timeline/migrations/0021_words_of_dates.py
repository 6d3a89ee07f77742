"""Columns of dates have room for the words of their source; a chronicle may accept document numbers of other systems."""

from typing import Any

from django.db import migrations, models

import timeline.models.fields
from timeline.models.chunks import chunks

# The new column of stored rows of the chronicle, with its value in rows that were stored without it.
ADDED = {"other_document_numbers": False}


def widen(apps: Any, schema_editor: Any) -> None:
    """Give the columns of dates their present length. It is no argument of the field, and SQLite limits no text."""
    if schema_editor.connection.vendor != "postgresql":
        return
    quote = schema_editor.quote_name
    for model in apps.get_app_config("timeline").get_models():
        for field in model._meta.local_concrete_fields:
            if isinstance(field, timeline.models.fields.PartialDateField):
                column_type = field.db_type(schema_editor.connection)
                schema_editor.execute(
                    f"ALTER TABLE {quote(model._meta.db_table)} ALTER COLUMN {quote(field.column)} TYPE {column_type}"
                )


def add_to_stored_rows(apps: Any, schema_editor: Any) -> None:
    """Add the new column to the rows of histories and sent forms, which would otherwise differ from those of today."""
    for name, table in (("revision", "chronicle"), ("sentform", "site")):
        stored = apps.get_model("timeline", name).objects.filter(table=table).order_by("pk")
        for rows in chunks(stored.iterator(chunk_size=500)):
            for row in rows:
                row.content = {**ADDED, **row.content}
            stored.model.objects.bulk_update(rows, ["content"])


class Migration(migrations.Migration):

    dependencies = [
        ('timeline', '0020_approvals_of_publications'),
    ]

    operations = [
        migrations.AddField(
            model_name='chronicle',
            name='other_document_numbers',
            field=models.BooleanField(default=False, help_text='Accept document numbers of other systems than 甬党〔2010〕14号 and 宁波市人民政府令第200号, as they are written.', verbose_name='other document numbers'),
        ),
        migrations.AlterField(
            model_name='policy',
            name='document_number',
            field=timeline.models.fields.DocumentNumberField(blank=True, help_text='Code, year and number in any brackets: 甬党〔2010〕14号; or that of an order: 宁波市人民政府令第200号.', verbose_name='document number'),
        ),
        migrations.RunPython(widen, migrations.RunPython.noop),
        migrations.RunPython(add_to_stored_rows, migrations.RunPython.noop),
    ]
