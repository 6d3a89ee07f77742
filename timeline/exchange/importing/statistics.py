"""Statistics of the database after a large import, without which PostgreSQL plans the first queries for empty tables."""

from django.apps import apps
from django.db import connection

# PostgreSQL collects them by itself within a minute; a small import changes no plan.
LARGE_IMPORT = 500


def renew_statistics() -> None:
    """Have PostgreSQL count the tables of the record anew. It reads a sample, and nobody waits for a lock."""
    if connection.vendor != "postgresql":
        return
    models = apps.get_app_config("timeline").get_models(include_auto_created=True)
    tables = sorted({connection.ops.quote_name(model._meta.db_table) for model in models})
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE " + ", ".join(tables))
