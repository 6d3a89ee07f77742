"""The search index, which Django's operations cannot describe: FTS5 and triggers, or GIN on an expression."""

from django.db import migrations

from timeline.search import index


class Migration(migrations.Migration):
    dependencies = [("timeline", "0001_initial")]

    operations = [
        migrations.RunPython(
            lambda apps, schema_editor: index.create(schema_editor.connection),
            lambda apps, schema_editor: index.remove(schema_editor.connection),
        )
    ]
