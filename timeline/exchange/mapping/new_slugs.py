"""Slugs for the new records of an import, as forms make them: from the title, with a number if it is taken."""

from collections import Counter

from django.db.models import Model

from timeline.models import FormerAddress
from timeline.values.slugs import available_slug, slug_from


class NewSlugs:
    """The slugs that new records may have. None is given twice."""

    def __init__(self) -> None:
        # By the model that owns them: the slugs that are taken, and whether a record has or had them already.
        self._taken: dict[type[Model], dict[str, bool]] = {}
        # By model and slug, how many were made from it, so that the next number is not searched for from the start.
        self._made: Counter[tuple[type[Model], str]] = Counter()

    def is_stored(self, model: type[Model], slug: str) -> bool:
        """Whether a record has or had this slug."""
        return self._taken_of(_owner(model)).get(slug, False)

    def reserve(self, model: type[Model], slug: str) -> None:
        """Let no new record get this slug, which a row of the files has."""
        self._taken_of(_owner(model)).setdefault(slug, False)

    def make(self, model: type[Model], title: str) -> str:
        """A slug for a new record with this title."""
        owner = _owner(model)
        taken = self._taken_of(owner)
        wanted = slug_from(title) or str(owner._meta.model_name)
        slug = available_slug(wanted, taken, number=max(2, self._made[owner, wanted] + 1))
        self._made[owner, wanted] += 1
        taken[slug] = False
        return slug

    def _taken_of(self, owner: type[Model]) -> dict[str, bool]:
        if owner not in self._taken:
            current = owner._default_manager.order_by().values_list("slug", flat=True)
            former = FormerAddress.objects.for_model(owner).values_list("slug", flat=True)
            self._taken[owner] = dict.fromkeys([*current.iterator(), *former.iterator()], True)
        return self._taken[owner]


def _owner(model: type[Model]) -> type[Model]:
    return model._meta.get_field("slug").model
