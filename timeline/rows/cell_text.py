"""The text of a cell for people."""

from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from timeline.models.fields import LogoField
from timeline.rows.references import References
from timeline.rows.tables import Table, WholeRow
from timeline.values.logo import Logo


def plain_text(value: object) -> str:
    """Return a value as text, without looking up what it refers to."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return "、".join(map(plain_text, value)) if isinstance(value, list) else str(value)


def cell_text(
    table: Table, name: str, value: Any, *, with_slugs: bool = False, references: References | None = None
) -> str:
    """Return a cell of a whole row as text, with one nested record per line.

    Related records appear by title, or by slug if they no longer exist. `with_slugs` tells records of one
    title apart. `references` may have looked up at once what many cells refer to.
    """
    if value is None or value == "":
        return ""
    references = references or References()
    for _name, part, rows in table.parts_in({name: value}):
        return "\n".join(_part_text(part, row, with_slugs, references) for row in rows)
    column = table.columns[name]
    if column.field.is_relation:
        titles = references.titles(column, value)
        names = (f"{title} ({slug})" if title != slug else title for slug, title in titles.items())
        return plain_text([*names] if with_slugs else [*titles.values()])
    if isinstance(column.field, LogoField):
        return Logo.load(str(value)).label
    return plain_text(dict(column.field.flatchoices or ()).get(value, value))


def part_heading(
    part: Table, row: WholeRow, *, with_slugs: bool = False, references: References | None = None
) -> str:
    """Return what identifies the row of a nested record as text: its key without numbers."""
    texts = (
        cell_text(part, name, row.get(name), with_slugs=with_slugs, references=references)
        for name in part.key
        if not is_labelled(part, name)
    )
    return " · ".join(filter(None, texts))


def _part_text(part: Table, row: WholeRow, with_slugs: bool, references: References) -> str:
    """Return the row of a nested record: what identifies it, then other cells with their labels, without defaults."""
    texts = [part_heading(part, row, with_slugs=with_slugs, references=references)]
    for name, column in part.columns.items():
        if name in row and row[name] != column.default() and is_labelled(part, name):
            text = cell_text(part, name, row[name], with_slugs=with_slugs, references=references)
            texts.append(_("%(label)s: %(value)s") % {"label": column.field.verbose_name, "value": text})
    return " · ".join(filter(None, texts))


def is_labelled(part: Table, name: str) -> bool:
    """Whether a cell says nothing without the name of its column. The cells of the key do, but for numbers."""
    if name == part.within:
        return False
    return name not in part.key or isinstance(part.columns[name].field, models.IntegerField)
