"""A chronicle may have no pages in English, and colours of its own."""

from typing import Any

from django.db import migrations, models

import timeline.models.colours
import timeline.models.fields
from timeline.models.chunks import chunks

# The new columns of stored rows of the chronicle, with their values in rows that were stored without them.
ADDED = {"colour": "", "colour_dark": "", "english_pages": True}


def add_to_stored_rows(apps: Any, schema_editor: Any) -> None:
    """Add the new columns to the rows of histories and sent forms, which would otherwise differ from those of today."""
    for name, table in (("revision", "chronicle"), ("sentform", "site")):
        stored = apps.get_model("timeline", name).objects.filter(table=table).order_by("pk")
        for rows in chunks(stored.iterator(chunk_size=500)):
            for row in rows:
                row.content = row.content | {name: cell for name, cell in ADDED.items() if name not in row.content}
            stored.model.objects.bulk_update(rows, ["content"])


class Migration(migrations.Migration):

    dependencies = [
        ('timeline', '0026_reprints'),
    ]

    operations = [
        migrations.AddField(
            model_name='chronicle',
            name='colour',
            field=timeline.models.fields.LineField(blank=True, help_text='The colour of links and marks, with a contrast of 4.5:1 on light grounds: #1d4f7c. By default red.', max_length=7, validators=[timeline.models.colours.validate_light_colour], verbose_name='colour'),
        ),
        migrations.AddField(
            model_name='chronicle',
            name='colour_dark',
            field=timeline.models.fields.LineField(blank=True, help_text='The same for readers with a dark screen: #84b8e6. By default the colour, made lighter.', max_length=7, validators=[timeline.models.colours.validate_dark_colour], verbose_name='colour in the dark'),
        ),
        migrations.AddField(
            model_name='chronicle',
            name='english_pages',
            field=models.BooleanField(default=True, help_text='Offer the site in English too. Without it, nothing leads to pages in English, and there are none.', verbose_name='English pages'),
        ),
        migrations.AlterField(
            model_name='chronicle',
            name='other_document_numbers',
            field=models.BooleanField(default=False, help_text='Accept document numbers of other systems than 国发〔2015〕50号 and 国务院令第711号, as they are written.', verbose_name='other document numbers'),
        ),
        migrations.AlterField(
            model_name='policy',
            name='document_number',
            field=timeline.models.fields.DocumentNumberField(blank=True, help_text='Code, year and number in any brackets: 国发〔2015〕50号; or that of an order: 国务院令第711号.', verbose_name='document number'),
        ),
        migrations.RunPython(add_to_stored_rows, migrations.RunPython.noop),
    ]
