"""What no constraint of the database can say, checked over the whole record."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from timeline.models import Entry, Goal, Milestone, Phase, PilotDesignation, Policy
from timeline.models.derived import Deriving

KINDS: tuple[type[Entry], ...] = (Policy, PilotDesignation, Milestone, Goal)


def violations() -> Iterator[str]:
    """A sentence for each truth that does not hold; nothing where all is well."""
    deriving: tuple[type[Deriving], ...] = (Phase, *KINDS)
    for model in deriving:
        for row in model._default_manager.iterator():
            before = row.derived_values()
            if row.is_stale():
                wrong = [column for column, value in row.derived_values().items() if value != before[column]]
                yield _("%(kind)s “%(slug)s”: stale columns: %(columns)s.") % {
                    "kind": model._meta.verbose_name,
                    "slug": row,
                    "columns": ", ".join(wrong),
                }
    for slug in Entry.objects.exclude(pk__in=_ids_of_kinds()).values_list("slug", flat=True):
        yield _("Entry “%(slug)s” is of none of the four kinds.") % {"slug": slug}
    for slug in Entry.objects.published().filter(citations=None).values_list("slug", flat=True):
        yield _("“%(slug)s” is public and cites no source.") % {"slug": slug}
    for slug in Goal.objects.filter(declared_by__goal__isnull=False).values_list("slug", flat=True):
        yield _("Goal “%(slug)s” is declared by a goal.") % {"slug": slug}


def _ids_of_kinds() -> set[int]:
    return {pk for model in KINDS for pk in model._default_manager.values_list("pk", flat=True)}
