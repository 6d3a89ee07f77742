"""What the checks of a record, and its derived columns, need to know of other records."""

import datetime
from collections import Counter
from collections.abc import Collection, Sequence
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Count, Max, Q
from django.db.models.functions import Coalesce

from timeline.workflow import Action


class StoredRecords:
    """Other records as the database has them.

    An import puts over them what it has checked and not written (`exchange/importing/pending.py`).
    """

    def names_of_created(self, model: type[models.Model]) -> Collection[tuple[str, str, str]]:
        """The slug and the two titles of each record of this model that is not in the database yet."""
        return ()

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

    def parent_of_area(self, area: int) -> int | None:
        found: int | None = _stored("Area").filter(pk=area).values_list("parent", flat=True).first()
        return found

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


def _stored(name: str) -> Any:
    """The default manager of a model, which imports this module."""
    return apps.get_model("timeline", name)._default_manager


STORED = StoredRecords()
