"""Deletes uploads that wait for confirmation: each version stores a preview as only it reads it."""

from django.db import migrations


def delete_prepared_imports(apps, schema_editor):
    prepared = apps.get_model("timeline", "PreparedImport").objects
    prepared.using(schema_editor.connection.alias).all().delete()


class Migration(migrations.Migration):
    dependencies = [("timeline", "0005_indexes_of_pages")]

    operations = [migrations.RunPython(delete_prepared_imports, delete_prepared_imports)]
