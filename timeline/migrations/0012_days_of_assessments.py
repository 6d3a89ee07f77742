"""The earliest day of the date of each assessment, as a column by which they are ordered."""

from typing import Any

from django.db import migrations, models

from timeline.models.chunks import chunks


def derive(apps: Any, schema_editor: Any) -> None:
    assessments = apps.get_model("timeline", "goalassessment").objects
    for rows in chunks(assessments.order_by("pk").iterator()):
        for row in rows:
            row.date_earliest = row.date.earliest
        assessments.bulk_update(rows, ["date_earliest"])


class Migration(migrations.Migration):
    dependencies = [("timeline", "0011_indexes_of_titles")]

    operations = [
        migrations.AddField(
            "goalassessment",
            "date_earliest",
            models.DateField(editable=False, null=True, verbose_name="earliest day of that date"),
        ),
        migrations.RunPython(derive, migrations.RunPython.noop),
    ]
