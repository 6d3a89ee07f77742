"""Slugs that new records may not have: those of another kind, and former slugs of other records."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from timeline.models import FormerAddress
from timeline.rows.tables import Table


def unavailable_slugs(table: Table, slugs: Sequence[str]) -> dict[str, str]:
    """The message for each of these slugs that a new record may not have."""
    if table.within or not slugs:
        return {}
    owner: Any = table.model._meta.get_field("slug").model
    taken = {}
    if owner is not table.model:
        for other in owner._base_manager.filter(slug__in=slugs):
            message = _("This address is that of the %(kind)s “%(title)s”; choose another.")
            taken[other.slug] = message % {"kind": other.get_kind_display(), "title": other}
    former = dict(FormerAddress.objects.for_model(owner).filter(slug__in=slugs).values_list("slug", "record"))
    holders = owner._base_manager.filter(pk__in=former.values()).values_list("pk", "title", "slug")
    current = {pk: {"title": title, "slug": slug} for pk, title, slug in holders}
    for slug, pk in former.items():
        message = _(
            "This address once was that of “%(title)s”, and leads there for good. If that is meant, write its present slug: %(slug)s."
        )
        taken[slug] = message % current.get(pk, {"title": slug, "slug": slug})
    return taken
