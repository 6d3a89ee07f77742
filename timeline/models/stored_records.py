"""What the checks of a record, and its derived columns, need to know of other records."""

import datetime
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from django.apps import apps
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Count, F, Max, Q
from django.db.models.functions import Coalesce

from timeline.models.kinds import links_of
from timeline.values.document_numbers import DocumentNumber
from timeline.values.partial_date import PartialDate
from timeline.workflow import ENDED, Action

if TYPE_CHECKING:
    from timeline.models.entries import Entry
    from timeline.models.policies import Policy
    from timeline.models.records import Record

Fetched = TypeVar("Fetched", bound=models.Model)


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

    def fetch(self, model: type[Fetched], keys: Collection[int]) -> list[Fetched]:
        """The records with these keys."""
        return [*model._default_manager.filter(pk__in=keys)]

    def timeline_date_of(self, entry: int) -> PartialDate | None:
        """The date of an entry on the timeline."""
        found = _stored("Entry").filter(pk=entry)
        return found.values_list("timeline_date", flat=True).first()

    def phase_begun_by(self, day: datetime.date) -> int | None:
        """The key of the newest phase that had begun by this day, and was not withdrawn."""
        begun = _stored("Phase").not_withdrawn().begun_by(day).newest_first()
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

    def with_document_numbers(self, numbers: Collection[DocumentNumber]) -> list["Policy"]:
        """The policies with one of these document numbers, by key."""
        return [*_stored("Policy").filter(document_number__in=numbers).order_by("pk")]

    def accepts_other_document_numbers(self) -> bool:
        """Whether the chronicle accepts document numbers of other systems."""
        return _stored("Chronicle").filter(other_document_numbers=True).exists()

    def linked_entries(self, field: models.Field, keys: Collection[int]) -> list[tuple[int, int]]:
        """The pairs of keys of a many-to-many field that refers to entries."""
        links = links_of(field)
        if links is None:
            return []
        rows = links.rows._base_manager.filter(**{f"{links.owner}__in": keys})
        return [*rows.order_by(links.owner, links.other).values_list(links.owner, links.other)]

    def citation_counts(self, entries: Collection[int]) -> Counter[int]:
        """The number of citations of each of these entries."""
        counted = _stored("Entry").filter(pk__in=entries).annotate(cited=Count("citations"))
        return Counter(dict(counted.order_by().values_list("pk", "cited")))

    def ended_references(
        self, model: type[models.Model], keys: Collection[int]
    ) -> list[tuple[int, models.Model]]:
        """The reference records that these records of one model name and that were withdrawn: key of the one, the other."""
        from timeline.models.records import named_references

        found = []
        for named, by_key in named_references(model, keys).items():
            ended = named._default_manager.with_status(*ENDED).filter(pk__in=by_key)
            found += [(owner, record) for record in ended for owner in sorted(by_key[record.pk])]
        return found

    def named_drafts(
        self, model: type[models.Model], keys: Collection[int]
    ) -> dict[type["Record"], dict[int, set[int]]]:
        """The drafts of reference records that these records of one model name: as `named_references`."""
        from timeline.models.records import named_references

        found: dict[type[Record], dict[int, set[int]]] = {}
        for named, by_key in named_references(model, keys).items():
            drafts = named._default_manager.filter(pk__in=by_key).hidden_at(None).order_by()
            if hidden := {key: by_key[key] for key in drafts.values_list("pk", flat=True)}:
                found[named] = hidden
        return found

    def with_working_copy(self, model: type[models.Model], keys: Collection[int]) -> list[int]:
        """The keys of those of these records of one model that have a working copy."""
        copies = _stored("Revision").for_model(model).working_copies().filter(record__in=keys)
        return [*copies.values_list("record", flat=True)]

    def unpublished(self, entries: Collection[int]) -> list["Entry"]:
        """Those of these entries that are neither published nor scheduled."""
        hidden = _stored("Entry").filter(pk__in=entries)
        hidden = hidden.exclude(pk__in=_stored("Entry").published_or_scheduled().values("pk"))
        return [*hidden.only("title", "title_en", "status")]

    def changed_by(
        self, user: AbstractUser, model: type[models.Model], keys: Collection[int]
    ) -> Sequence[int]:
        """The keys of those records of one model that this user changed since they were last published."""
        revisions = _stored("Revision").for_model(model).filter(record__in=keys).order_by()
        done = Max("number", filter=Q(action__in=[Action.PUBLISHED, Action.REVISED, Action.DISCARDED]))
        written = Max(
            "number",
            filter=Q(action__in=[Action.SAVED, Action.IMPORTED, Action.RESTORED], created_by=user.pk),
        )
        changed = revisions.values("record").annotate(done=Coalesce(done, 0), written=written)
        return [*changed.filter(written__gt=F("done")).values_list("record", flat=True)]


class DatedRecords(StoredRecords):
    """Other records as the database has them, with the dates that goals take over read at once."""

    def __init__(self) -> None:
        self._dates: dict[int, PartialDate | None] = {}

    def prepare(self, records: Sequence[models.Model]) -> None:
        declaring = {key for one in records if (key := getattr(one, "declared_by_id", None)) is not None}
        if declaring:
            dates = _stored("Entry").filter(pk__in=declaring).order_by()
            self._dates |= dates.values_list("pk", "timeline_date")

    def timeline_date_of(self, entry: int) -> PartialDate | None:
        return self._dates[entry] if entry in self._dates else super().timeline_date_of(entry)


class _RelatedRecords(dict[str, object]):
    """Django's caches of the relations of a record that is being checked.

    A foreign key leads to the record as `others` has it. Any other relation raises UnknownFactError, since its rows may not
    be written yet.
    """

    def __init__(self, record: models.Model, others: StoredRecords) -> None:
        super().__init__(record._state.fields_cache)
        self._record, self._others = record, others

    def __missing__(self, name: str) -> models.Model:
        links = (
            field for field in self._record._meta.concrete_fields if isinstance(field, models.ForeignKey)
        )
        link = next((field for field in links if field.name == name), None)
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
