"""Titles of milestones in tables without a column of titles: the column that tells what happened, 主要内容 or 内容, is the title."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from timeline.exchange.readers.types import printable

# By table, the columns that are the title where nothing else is.
_NARRATED = {"milestones": ("summary", "body")}


def narrated_title(table: str, columns: Sequence[tuple[str, str]]) -> tuple[int, str] | None:
    """Which of the columns, each with its header, is the title, and why; None if one is already, or none can be."""
    if any(column in ("title", "slug") for column, _header in columns):
        return None
    for index, (column, header) in enumerate(columns):
        if column in _NARRATED.get(table, ()):
            reason = _("No column is the title, and “%(header)s” tells what happened.")
            return index, reason % {"header": printable(header)}
    return None
