"""What no constraint of the database can say, checked over the whole record, and mended where it merely follows."""

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, models
from django.utils.translation import gettext as _

from timeline import search_index
from timeline.history import KINDS
from timeline.models import Area, Entry, Phase, PolicyRelation
from timeline.models.derived import Deriving
from timeline.refusal import Refusal

DERIVING: tuple[type[Deriving], ...] = (Phase, *KINDS)


def violations() -> Iterator[str]:
    """A sentence for each truth that does not hold; nothing where all is well."""
    checked: tuple[type[models.Model], ...] = (*DERIVING, Area, PolicyRelation)
    for model in checked:
        for row in _readable(model):
            if isinstance(row, str):
                yield row
            else:
                yield from _of_row(row)
    for slug in Entry.objects.filter(
        policy=None, pilotdesignation=None, milestone=None, goal=None
    ).values_list("slug", flat=True):
        yield _("Entry “%(slug)s” is of none of the four kinds.") % {"slug": slug}
    for slug in Entry.objects.ever_public().filter(citations=None).values_list("slug", flat=True):
        yield _("“%(slug)s” is public and cites no source.") % {"slug": slug}
    if not search_index.is_sound(connection):
        yield _("The search index says something else than the entries; --mend makes it anew.")


def mend() -> int:
    """Derive anew every column that is stale, as loaddata leaves it; the number of rows mended.

    The search index, which follows the rows by itself, is made anew where it does not.
    """
    mended = 0
    if not search_index.is_sound(connection):
        search_index.rebuild(connection)
    for model in DERIVING:
        for row in _readable(model):
            if not isinstance(row, str) and row.is_stale():
                type(row)._default_manager.filter(pk=row.pk).update(**row.derived_values())
                mended += 1
    return mended


def _of_row(row: models.Model) -> Iterator[str]:
    if isinstance(row, Deriving):
        before = row.derived_values()
        if row.is_stale():
            wrong = [column for column, value in row.derived_values().items() if value != before[column]]
            yield _("%(kind)s “%(name)s”: stale columns: %(columns)s.") % {
                "kind": row._meta.verbose_name,
                "name": _name(row),
                "columns": ", ".join(wrong),
            }
    try:
        row.clean()
    except ValidationError as error:
        for message in error.messages:
            yield _("%(kind)s “%(name)s”: %(message)s") % {
                "kind": row._meta.verbose_name,
                "name": _name(row),
                "message": message,
            }


def _name(row: Any) -> str:
    return " / ".join(row.natural_key())


def _readable(model: type[models.Model]) -> Iterator[Any]:
    """The model's rows; for one whose values cannot be read, a sentence instead."""
    manager = model._default_manager
    try:
        yield from list(manager.all())
    except Refusal:
        for pk in list(manager.values_list("pk", flat=True)):
            try:
                yield manager.get(pk=pk)
            except Refusal as refusal:
                yield _("%(kind)s “%(name)s” cannot be read: %(reason)s") % {
                    "kind": model._meta.verbose_name,
                    "name": manager.filter(pk=pk).values_list("slug", flat=True)[0],
                    "reason": _(refusal.message) % refusal.params,
                }
