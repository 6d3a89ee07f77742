"""The text of a cell for people."""

from typing import Any

from django.utils.translation import gettext as _

from timeline.rows.references import References
from timeline.rows.tables import TABLES, Table


def plain_text(value: Any) -> str:
    """Return a value as text, without looking up what it refers to."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return "、".join(map(plain_text, value)) if isinstance(value, list) else str(value)


def cell_text(table: Table, name: str, value: Any, *, with_slugs: bool = False) -> str:
    """Return a cell of a whole row as text, with one nested record per line.

    Related records appear by title, or by slug if they no longer exist. `with_slugs` tells records of one
    title apart.
    """
    if value is None or value == "":
        return ""
    if name in table.nested:
        part = TABLES[table.nested[name]]
        return "\n".join(
            " · ".join(
                text
                for cell in row
                if cell in part.columns and (text := cell_text(part, cell, row[cell], with_slugs=with_slugs))
            )
            for row in value
        )
    column = table.columns[name]
    if column.field.is_relation:
        return plain_text(
            [
                f"{title} ({slug})" if with_slugs and title != slug else title
                for slug, title in References().titles(column, value).items()
            ]
        )
    return plain_text(dict(column.field.flatchoices or ()).get(value, value))
