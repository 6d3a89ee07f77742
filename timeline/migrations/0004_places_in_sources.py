"""The natural order of places in sources, and the days of the dates that citations give, as columns."""

from typing import Any

from django.db import migrations, models

from timeline.models.chunks import chunks
from timeline.values.natural_order import natural_sort_key

CITATIONS = ("citation", "phasecitation", "topiccitation")
ORDER = models.BinaryField(default=b"", verbose_name="order of the places")
DAYS = {
    "date_earliest": models.DateField(editable=False, null=True, verbose_name="earliest day of that date"),
    "date_latest": models.DateField(editable=False, null=True, verbose_name="latest day of that date"),
}
COLUMNS = [
    *((name, "locator_order", ORDER) for name in (*CITATIONS, "goalassessment")),
    *((name, column, field) for name in CITATIONS for column, field in DAYS.items()),
]


def derive(apps: Any, schema_editor: Any) -> None:
    for name in (*CITATIONS, "goalassessment"):
        model = apps.get_model("timeline", name)
        columns = [column for of, column, _field in COLUMNS if of == name]
        for rows in chunks(model.objects.order_by("pk").iterator()):
            for row in rows:
                row.locator_order = natural_sort_key(row.locator)
                if name in CITATIONS and row.date:
                    row.date_earliest, row.date_latest = row.date.earliest, row.date.latest
            model.objects.bulk_update(rows, columns)


class Migration(migrations.Migration):
    dependencies = [("timeline", "0003_content_version")]

    operations = [
        *(migrations.AddField(name, column, field) for name, column, field in COLUMNS),
        migrations.RunPython(derive, migrations.RunPython.noop),
    ]
