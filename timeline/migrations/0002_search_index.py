"""The index of search. Its own migration: Django knows neither FTS5 tables nor triggers.

When 0001 is made anew, lay this file aside meanwhile (makemigrations would not find what it depends on).
"""

from django.db import migrations

from timeline import search_index


class Migration(migrations.Migration):
    dependencies = [("timeline", "0001_initial")]

    operations = [
        migrations.RunPython(
            lambda apps, schema_editor: search_index.make(schema_editor.connection),
            lambda apps, schema_editor: search_index.remove(schema_editor.connection),
        )
    ]
