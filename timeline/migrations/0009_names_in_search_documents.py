"""Each name of a record is told apart in its search document, and the index finds reference records among entries.

The texts are derived here as they are at this migration, from its columns.
"""

from django.db import migrations

from timeline.search import index
from timeline.values.chinese import fold
from timeline.values.text import split_names

CHUNK = 500
COMMON = ("title", "title_en")
SHORT = ("short_title", "short_title_en")
# The type in documents and the columns with a name.
NAMED = {
    "Entry": (0, COMMON + SHORT),
    "Source": (1, COMMON),
    "Phase": (2, COMMON + SHORT),
    "Topic": (3, COMMON),
    "Organization": (4, COMMON),
    "Area": (5, COMMON),
}


def write_names(apps, schema_editor):
    connection = schema_editor.connection
    if connection.vendor == "postgresql":
        # Those of the former statements.
        with connection.cursor() as cursor:
            cursor.execute("DROP INDEX IF EXISTS timeline_search, timeline_search_newest")
    index.remove(connection)
    documents = apps.get_model("timeline", "SearchDocument").objects
    for model, (record_type, columns) in NAMED.items():
        rows = apps.get_model("timeline", model).objects.values_list("pk", "aliases", *columns)
        titles = {pk: joined([*texts, *split_names(aliases)]) for pk, aliases, *texts in rows.iterator()}
        changed = []
        for document in documents.filter(record_type=record_type).only("pk", "record").iterator():
            if document.record in titles:
                document.title = titles[document.record]
                changed.append(document)
        documents.bulk_update(changed, ["title"], batch_size=CHUNK)
    index.create(connection)


def joined(names):
    folded = dict.fromkeys(name for text in names if (name := fold(text)))
    return "".join(f"\n{name}" for name in folded) + "\n"


class Migration(migrations.Migration):
    dependencies = [("timeline", "0008_citations_of_assessments")]

    operations = [migrations.RunPython(write_names, migrations.RunPython.noop, elidable=False)]
