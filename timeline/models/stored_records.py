"""What the checks of a record, and its derived columns, need to know of other records."""

import datetime
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Count, Max, Q
from django.db.models.functions import Coalesce

from timeline.workflow import Action


class UnknownFactError(RuntimeError):
    """A check reads, of a record that is not written, what only the database would answer."""


class StoredRecords:
    """Other records as the database has them.

    An import puts over them what it has checked and not written (`exchange/importing/pending.py`).
    """

    def prepare(self, records: Sequence[models.Model]) -> None:
        """Find at once what the checks of these records, which are of one model, are going to ask one by one."""

    def slugs(self, model: type[models.Model]) -> list[str]:
        """The slugs of all records of this model."""
        return [*model._default_manager.order_by().values_list("slug", flat=True)]

    def slugs_of_title(self, model: type[models.Model], title: str) -> set[str]:
        """The slugs of the records of this model with this title, in either language."""
        titled = model._default_manager.filter(Q(title=title) | Q(title_en=title))
        return {*titled.order_by().values_list("slug", flat=True)}

    def created_key(self, model: type[models.Model], slug: str) -> int | None:
        """The key of the record with this slug that is not in the database yet, or None."""
        return None

    def fetch(self, model: type[models.Model], keys: Collection[int]) -> list[Any]:
        """The records with these keys."""
        return [*model._default_manager.filter(pk__in=keys)]

    def timeline_date_of(self, entry: int) -> Any:
        """The date of an entry on the timeline."""
        found = _stored("Entry").filter(pk=entry)
        return found.values_list("timeline_date", flat=True).first()

    def phase_begun_by(self, day: datetime.date) -> int | None:
        """The key of the newest phase that had begun by this day."""
        begun = _stored("Phase").begun_by(day).newest_first()
        found: int | None = begun.values_list("pk", flat=True).first()
        return found

    def parents_of_areas(self) -> Mapping[int, int | None]:
        """The key of the area that each area lies in, by its own key."""
        return dict(_stored("Area").order_by().values_list("pk", "parent"))

    def lies_in(self, area: int | None, other: int | None) -> bool:
        """Whether an area is the other, lies in it, or lies in a circle of areas. `other` is None for a new area."""
        parents = self.parents_of_areas() if area is not None else {}
        seen = {other}
        while area is not None:
            if area in seen:
                return True
            seen.add(area)
            area = parents.get(area)
        return False

    def relations_of(self, policies: Collection[int], but: int | None = None) -> set[tuple[str, int, int]]:
        """The type and the keys of the relations of these policies to others, but for the one with a key."""
        relations = _stored("PolicyRelation").filter(from_policy__in=policies).exclude(pk=but)
        return {*relations.values_list("type", "from_policy", "to_policy")}

    def with_document_numbers(self, numbers: Collection[Any]) -> list[Any]:
        """The policies with one of these document numbers, by key."""
        return [*_stored("Policy").filter(document_number__in=numbers).order_by("pk")]

    def linked_entries(self, field: Any, keys: Collection[int]) -> list[tuple[int, int]]:
        """The pairs of keys of a many-to-many field that refers to entries."""
        owner, other = field.m2m_field_name(), field.m2m_reverse_field_name()
        links = field.remote_field.through._base_manager.filter(**{f"{owner}__in": keys})
        return [*links.order_by(owner, other).values_list(owner, other)]

    def citation_counts(self, entries: Collection[int]) -> Counter[int]:
        """The number of citations of each of these entries."""
        counted = _stored("Entry").filter(pk__in=entries).annotate(cited=Count("citations"))
        return Counter(dict(counted.order_by().values_list("pk", "cited")))

    def unpublished(self, entries: Collection[int]) -> list[Any]:
        """Those of these entries that are neither published nor scheduled."""
        hidden = _stored("Entry").filter(pk__in=entries)
        hidden = hidden.exclude(pk__in=_stored("Entry").published_or_scheduled().values("pk"))
        return [*hidden.only("title", "title_en", "status")]

    def changed_by(self, user: Any, entries: Collection[int]) -> Sequence[int]:
        """The keys of those entries that this user changed since they were last published."""
        done = Max(
            "revisions__number",
            filter=Q(revisions__action__in=[Action.PUBLISHED, Action.REVISED, Action.DISCARDED]),
        )
        written = Max(
            "revisions__number",
            filter=Q(
                revisions__action__in=[Action.SAVED, Action.IMPORTED, Action.RESTORED],
                revisions__created_by=user.pk,
            ),
        )
        changed = _stored("Entry").filter(pk__in=entries).alias(written=written)
        return [*changed.filter(written__gt=Coalesce(done, 0)).values_list("pk", flat=True)]


class _RelatedRecords(dict[str, Any]):
    """Django's caches of the relations of a record that is being checked.

    A foreign key leads to the record as `others` has it. Any other relation raises UnknownFactError, since its rows may not
    be written yet.
    """

    def __init__(self, record: models.Model, others: StoredRecords) -> None:
        super().__init__(record._state.fields_cache)
        self._record, self._others = record, others

    def __missing__(self, name: str) -> Any:
        fields: Sequence[Any] = self._record._meta.concrete_fields
        link = next((field for field in fields if field.is_relation and field.name == name), None)
        if link is None:
            message = f"{type(self._record).__name__}.{name} of a record that is not written: ask `others`."
            raise UnknownFactError(message)
        key = getattr(self._record, link.attname)
        if key is None or not (found := self._others.fetch(link.related_model, [key])):
            raise KeyError(name)
        self[name] = found[0]
        return found[0]


def relate_to(others: StoredRecords, record: Any) -> None:
    """Let the record read its relations from `others` instead of the database, which may not have them yet."""
    record.others = others
    record._state.fields_cache = record._prefetched_objects_cache = _RelatedRecords(record, others)


def _stored(name: str) -> Any:
    """The default manager of a model, which imports this module."""
    return apps.get_model("timeline", name)._default_manager


STORED = StoredRecords()
