"""What no constraint of the database can say, checked over the whole record."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from timeline.models import Entry, Goal, Milestone, Phase, PilotDesignation, Policy
from timeline.models.derived import Deriving
from timeline.refusal import Refusal

KINDS: tuple[type[Entry], ...] = (Policy, PilotDesignation, Milestone, Goal)


def violations() -> Iterator[str]:
    """A sentence for each truth that does not hold; nothing where all is well."""
    deriving: tuple[type[Deriving], ...] = (Phase, *KINDS)
    for model in deriving:
        for row in _readable(model):
            if isinstance(row, str):
                yield row
                continue
            before = row.derived_values()
            if row.is_stale():
                wrong = [column for column, value in row.derived_values().items() if value != before[column]]
                yield _("%(kind)s “%(slug)s”: stale columns: %(columns)s.") % {
                    "kind": model._meta.verbose_name,
                    "slug": row.slug,
                    "columns": ", ".join(wrong),
                }
    for slug in Entry.objects.exclude(pk__in=_ids_of_kinds()).values_list("slug", flat=True):
        yield _("Entry “%(slug)s” is of none of the four kinds.") % {"slug": slug}
    for slug in Entry.objects.ever_public().filter(citations=None).values_list("slug", flat=True):
        yield _("“%(slug)s” is public and cites no source.") % {"slug": slug}
    for slug in Goal.objects.filter(declared_by__goal__isnull=False).values_list("slug", flat=True):
        yield _("Goal “%(slug)s” is declared by a goal.") % {"slug": slug}


def _readable(model: type[Deriving]) -> Iterator[Any]:
    """The model's rows; for one whose values cannot be read, a sentence instead."""
    manager: Any = model._default_manager
    for pk, slug in list(manager.values_list("pk", "slug")):
        try:
            yield manager.get(pk=pk)
        except Refusal as refusal:
            yield _("%(kind)s “%(slug)s” cannot be read: %(reason)s") % {
                "kind": model._meta.verbose_name,
                "slug": slug,
                "reason": _(refusal.message) % refusal.params,
            }


def _ids_of_kinds() -> set[int]:
    return {pk for model in KINDS for pk in model._default_manager.values_list("pk", flat=True)}
