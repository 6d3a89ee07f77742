"""Records that are published: what entries, reference records and the chronicle have in common."""

import datetime
import functools
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self, TypeGuard

from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import AbstractUser, AnonymousUser
from django.db import models
from django.db.models import Exists, ExpressionWrapper, F, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from timeline.models.chunks import chunks
from timeline.models.kinds import links_of, own_fields
from timeline.models.named import MAX_NAMED, TitleSlugModel, TitleSlugQuerySet, slug_owner_name
from timeline.models.search_documents import SearchableQuerySet, SearchDocument
from timeline.models.stored_records import STORED, StoredRecords
from timeline.publishable import Publishable
from timeline.visibility import PublishableQuerySet, may_view
from timeline.workflow import Objection, Status

if TYPE_CHECKING:
    from timeline.models.revisions import Revision, RevisionQuerySet


def public_revisions() -> "RevisionQuerySet":
    """The revisions with which any record was published, or changed while it was."""
    revisions = apps.get_model("timeline", "revision")._default_manager
    return revisions.filter(applied=True, status=Status.PUBLISHED)


def _announced_changes() -> "RevisionQuerySet":
    """The revisions that changed the public text of any record and are announced, newest first."""
    announced = public_revisions().filter(is_minor=False, created_at__lte=timezone.now())
    return announced.order_by("-created_at")


class RecordQuerySet(PublishableQuerySet, TitleSlugQuerySet):
    """Querysets of records by status, slug and last change."""

    def by_last_public_change(self) -> Self:
        """By the last announced change of the public text, newest first. Annotates each record with `last_public_change`."""
        changed = self._changes().filter(record=OuterRef("pk"), created_at__gt=OuterRef("published_at"))
        latest = Coalesce(Subquery(changed.values("created_at")[:1]), F("published_at"))
        return self.annotate(last_public_change=latest).order_by("-last_public_change", "-pk")

    def lately_changed(self, count: int) -> Self:
        """So many of these published records, those whose public text changed last; see `by_last_public_change()`.

        Reads only the latest publications and changes: a record among the last by the later of both is among the last by one.
        """

        def ours(key: str, **more: object) -> Exists:
            # For one row after the other, in their order: a list of keys the database would make as a whole.
            return Exists(
                self.order_by().alias(**more).filter(pk=OuterRef(key), **dict.fromkeys(more, table))
            )

        table = slug_owner_name(self.model)
        published = self.model._base_manager.filter(ours("pk"), published_at__lte=timezone.now())
        later = self._changes().filter(record=OuterRef("record"), number__gt=OuterRef("number"))
        # The table is compared there too: by a condition of their own, SQLite would find the revisions of all records.
        of_table = ExpressionWrapper(OuterRef("table"), output_field=models.CharField())
        changed = _announced_changes().filter(ours("record", of_table=of_table), ~Exists(later))
        keys = {
            *published.order_by("-published_at", "-pk").values_list("pk", flat=True)[:count],
            *changed.values_list("record", flat=True)[:count],
        }
        return self.filter(pk__in=keys).by_last_public_change()[:count]

    def _changes(self) -> models.QuerySet["Revision"]:
        """The revisions that changed public texts and are announced, newest first."""
        return _announced_changes().for_model(self.model)


class SearchableRecordQuerySet(SearchableQuerySet, RecordQuerySet):
    """Records with their search documents, which know from when they are public."""

    def _write_publication(self, **values: object) -> None:
        documents = SearchDocument.objects.for_model(self.model).filter(record__in=self.values("pk"))
        super()._write_publication(**values)
        if "published_at" in values or "status" in values:
            documents.update(public_from=values.get("published_at"))


class Record(Publishable, TitleSlugModel):
    """What readers see a page of, or the chronicle itself. All changes of it have revisions."""

    # Annotated by `by_last_public_change()`.
    last_public_change: datetime.datetime

    objects = RecordQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = [*TitleSlugModel.Meta.constraints, *Publishable.Meta.constraints]

    @classmethod
    def objections_of(
        cls,
        records: Sequence[Self],
        by: AbstractUser | None = None,
        together_with: Collection[int] = (),
        others: StoredRecords = STORED,
    ) -> dict[int, list[Objection]]:
        found: dict[int, list[Objection]] = {record.pk: [] for record in records}
        for key, named in others.ended_references(cls, found):
            found[key].append(ended_objection(named))
        for key, objection in _objections_to_named(others.named_drafts(cls, found), by):
            found[key].append(objection)
        if by is not None and settings.NOBODY_PUBLISHES_OWN_WORK:
            for key in others.changed_by(by, cls, found):
                message = _("Nobody publishes their own work: let somebody else read it.")
                found[key].append(Objection("", str(message)))
        for key in others.with_working_copy(cls, [record.pk for record in records if record.has_ended]):
            message = _("There is a working copy: publish or discard it first.")
            found[key].append(Objection("", str(message)))
        return found

    def get_absolute_url(self) -> str:
        """The address of the page of the record."""
        raise NotImplementedError

    @property
    def revisions(self) -> "RevisionQuerySet":
        """The revisions of this record."""
        return apps.get_model("timeline", "revision").objects.for_record(self)

    def objections_to_withdrawing(self) -> list[str]:
        """What is public names it: then its page has to stay."""
        naming = [*public_records_naming(type(self), [self.pk], MAX_NAMED + 1)]
        if not naming:
            return []
        label = _("%(kind)s: %(title)s")
        labels = [
            str(label % {"kind": record._meta.verbose_name, "title": record}) for record in naming[:MAX_NAMED]
        ]
        names = pgettext("enumeration", ", ").join(labels + ["…"] * (len(naming) > MAX_NAMED))
        return [str(_("What is public names it, and would lead nowhere: %(names)s.") % {"names": names})]


def ended_objection(named: models.Model) -> Objection:
    """The objection to what names a record that was withdrawn."""
    return Objection("", str(_("“%(title)s”, which this names, was withdrawn.") % {"title": named}))


def objection_to_named(draft: models.Model, objection: Objection) -> Objection:
    """The objection to what names a draft that cannot be published with it."""
    message = _("%(kind)s “%(title)s”, which would be published with it: %(reason)s") % {
        "kind": draft._meta.verbose_name,
        "title": draft,
        "reason": objection.message,
    }
    return Objection("", str(message))


def published_with(title: str) -> str:
    """The comment on the publication of a draft with a record of this title, or with several ("")."""
    sentence = _("Together with “%(title)s”, which names it") if title else _("Together with what names it")
    return str(sentence % {"title": title})[:300]


def _objections_to_named(
    drafts: Mapping[type["Record"], Mapping[int, Collection[int]]], by: AbstractUser | None
) -> Iterator[tuple[int, Objection]]:
    """The objections to drafts that records name, each with the key of such a record."""
    for model, owners in drafts.items():
        records = [*model._default_manager.filter(pk__in=owners).order_by("pk")]
        objections = model.objections_of(records, by)
        for record in records:
            for one in objections[record.pk]:
                for owner in sorted(owners[record.pk]):
                    yield owner, objection_to_named(record, one)


@dataclass(frozen=True)
class NamingColumn:
    """A column in which records of a model, or their parts, refer to others that are not entries.

    `rows` is the model with the column, `key` its column with the key of the record.
    """

    rows: type[models.Model]
    key: str
    column: str
    named: type[Record]


@functools.cache
def naming_columns(model: type[models.Model]) -> tuple[NamingColumn, ...]:
    """The columns of a model, and of its parts, that refer to reference records."""
    return (*_own_naming_columns(model), *_naming_columns_of_parts(model))


def _own_naming_columns(model: type[models.Model]) -> Iterator[NamingColumn]:
    for owner in (model, *model._meta.get_parent_list()):
        for field in own_fields(owner):
            named = field.related_model
            if not _is_reference(named):
                continue
            if links := links_of(field):
                yield NamingColumn(*links, named)
            else:
                yield NamingColumn(owner, "pk", field.name, named)


def _naming_columns_of_parts(model: type[models.Model]) -> Iterator[NamingColumn]:
    for relation in model._meta.related_objects:
        if relation.on_delete is not models.CASCADE or relation.parent_link:
            continue
        part = relation.related_model
        for field in part._meta.concrete_fields:
            named = field.related_model
            if field.editable and field is not relation.field and _is_reference(named):
                yield NamingColumn(part, relation.field.name, field.name, named)


def _is_reference(model: type[models.Model] | None) -> TypeGuard[type[Record]]:
    entry = apps.get_model("timeline", "entry")
    return isinstance(model, type) and issubclass(model, Record) and not issubclass(model, entry)


def named_references(
    model: type[models.Model], keys: Collection[int]
) -> dict[type[Record], dict[int, set[int]]]:
    """The reference records that records with these keys name: by model and key, the keys of those that name it."""
    found: dict[type[Record], dict[int, set[int]]] = defaultdict(lambda: defaultdict(set))
    for column in naming_columns(model):
        rows = column.rows._base_manager.filter(**{f"{column.key}__in": keys})
        rows = rows.exclude(**{column.column: None}).order_by()
        for owner, named in rows.values_list(column.key, column.column):
            found[column.named][named].add(owner)
    return found


def public_records_naming(model: type[Record], keys: Collection[int], limit: int) -> Iterator[Record]:
    """The first public or scheduled records that name one of these reference records, each once."""
    left = limit
    for owner in publishable_models():
        found: set[int] = set()
        for column in naming_columns(owner):
            if column.named is not model or left <= 0:
                continue
            rows = column.rows._base_manager.filter(**{f"{column.column}__in": keys})
            public = owner._default_manager.published_or_scheduled().filter(pk__in=rows.values(column.key))
            for record in public.exclude(pk__in=found).order_by("pk")[:left]:
                left -= 1
                found.add(record.pk)
                yield record


def publicly_named(model: type[Record], keys: Collection[int], besides: Collection[int] = ()) -> set[int]:
    """The keys of those of these reference records that anything public or scheduled names.

    `besides` has the keys of those records of the same model whose naming does not count.
    """
    found: set[int] = set()
    for owner in publishable_models():
        for column in naming_columns(owner):
            if column.named is model:
                public = owner._default_manager.published_or_scheduled()
                if owner is model:
                    public = public.exclude(pk__in=besides)
                naming = {f"{column.column}__in": keys, f"{column.key}__in": public.values("pk")}
                rows = column.rows._base_manager.filter(**naming).order_by()
                found |= {*rows.values_list(column.column, flat=True).distinct()}
    return found


def names_itself(model: type[Record]) -> bool:
    """Whether records of this model can name others of it, as an area does the one that it is part of."""
    return any(column.named is model for column in naming_columns(model))


@functools.cache
def publishable_models() -> tuple[type[Record], ...]:
    """The models of all records, in the order of imports: the chronicle, reference records, the kinds of entry."""
    return tuple(
        model
        for model in apps.get_app_config("timeline").get_models()
        if issubclass(model, Record) and model._meta.model_name != "entry"
    )


# The name of the table with the status of a record, and its key there.
RecordKey = tuple[str, int]


def key_of(record: Record) -> RecordKey:
    return slug_owner_name(type(record)), record.pk


def keys_of(model: type[models.Model], keys: Iterable[int]) -> list[RecordKey]:
    """The keys of records of one model."""
    table = slug_owner_name(model)
    return [(table, key) for key in keys]


def fetch_records(keys: Iterable[RecordKey]) -> dict[RecordKey, Record]:
    """The records with these keys that exist, of entries what all kinds have, in a query for each table."""
    by_table: dict[str, set[int]] = defaultdict(set)
    for table, key in keys:
        by_table[table].add(key)
    found: dict[RecordKey, Record] = {}
    for table, some in by_table.items():
        for portion in chunks(some):
            rows = apps.get_model("timeline", table)._default_manager.in_bulk(portion)
            found |= {(table, key): record for key, record in rows.items()}
    return found


@functools.cache
def models_with_status() -> tuple[type[Record], ...]:
    """The models whose tables have a status: those of all records, with Entry in place of the kinds."""
    owners = (model._meta.get_field("status").model for model in publishable_models())
    return tuple(dict.fromkeys(owner for owner in owners if issubclass(owner, Record)))


def visible_tables(user: AbstractUser | AnonymousUser) -> list[str]:
    """The tables of records that this user may view, by the names under which revisions and comments know them."""
    return [slug_owner_name(model) for model in models_with_status() if may_view(user, model)]
