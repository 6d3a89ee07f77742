"""The text of a cell for people."""

from typing import Any

from django.utils.translation import gettext as _

from timeline.rows.references import References
from timeline.rows.tables import Table


def plain_text(value: object) -> str:
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
    for _name, part, rows in table.parts_in({name: value}):
        known = ({name: row[name] for name in row if name in part.columns} for row in rows)
        lines = ([cell_text(part, *cell, with_slugs=with_slugs) for cell in row.items()] for row in known)
        return "\n".join(" · ".join(filter(None, line)) for line in lines)
    column = table.columns[name]
    if column.field.is_relation:
        titles = References().titles(column, value)
        names = (f"{title} ({slug})" if title != slug else title for slug, title in titles.items())
        return plain_text([*names] if with_slugs else [*titles.values()])
    return plain_text(dict(column.field.flatchoices or ()).get(value, value))
