"""Rules that no database constraint can check, checked for all records; derived data is repaired."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import TypeVar

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from timeline.editing.named_references import references_in
from timeline.models import (
    REFERENCES,
    Area,
    AssessmentCitation,
    Chronicle,
    Entry,
    GoalAssessment,
    Kind,
    Revision,
    SearchDocument,
    content_triggers,
)
from timeline.models.addresses import EntryAddress
from timeline.models.derived import DerivedFieldsModel
from timeline.models.fields import LineField, ProseField, WebAddressField
from timeline.models.records import Record, models_with_status, naming_columns, publishable_models
from timeline.models.search_documents import Searchable
from timeline.models.stored_records import StoredRecords
from timeline.rows.tables import TABLES, table_of
from timeline.search import index
from timeline.values.errors import InvalidValueError

_Stored = TypeVar("_Stored", bound=models.Model)

SEARCHABLE: tuple[type[Searchable], ...] = (Entry, *REFERENCES)
TEXT_FIELDS = (LineField, ProseField, WebAddressField)


class _AllStored(StoredRecords):
    """The stored records, for the checks of all of them: circles of areas are found once."""

    @cached_property
    def _in_circles(self) -> set[int]:
        """The areas that lie in no outermost one."""
        parts: defaultdict[int | None, list[int]] = defaultdict(list)
        for area, parent in self.parents_of_areas().items():
            parts[parent].append(area)
        outside: list[int | None] = [None]
        while outside:
            outside += parts.pop(outside.pop(), ())
        return {area for areas in parts.values() for area in areas}

    def lies_in(self, area: int | None, other: int | None) -> bool:
        return other in self._in_circles


def violations() -> Iterator[str]:
    """Yield a sentence for each violated rule."""
    stored = _AllStored()
    for table in TABLES.values():
        documents = _documents_of(table.model)
        for row in _readable(table.model):
            if isinstance(row, str):
                yield row
                continue
            # Before other checks, since they may change the row in memory.
            if isinstance(row, Searchable) and not _has_current_document(row, documents):
                sentence = _("%(kind)s “%(name)s”: the search document is out of date; --mend rewrites it.")
                yield sentence % {"kind": row._meta.verbose_name, "name": _name(type(row), row.pk)}
            yield from _text_violations(row)
            if isinstance(row, Area):
                row.others = stored
            yield from _row_violations(row)
            if isinstance(row, Chronicle):
                yield from _story_violations(row)
    of_no_kind = Entry.objects.filter(**{kind.model_name: None for kind in Kind})
    for slug in of_no_kind.values_list("slug", flat=True):
        yield _("Entry “%(slug)s” is of no kind.") % {"slug": slug}
    for slug in Entry.objects.ever_public().filter(citations=None).values_list("slug", flat=True):
        yield _("“%(slug)s” is public and cites no source.") % {"slug": slug}
    for assessment in GoalAssessment.objects.uncited().select_related("goal"):
        sentence = _("An assessment cites no source: %(key)s.")
        yield sentence % {"key": " / ".join(map(str, assessment.natural_key()))}
    for citation in AssessmentCitation.objects.without_assessment().select_related("goal", "source"):
        sentence = _("A citation belongs to no assessment: %(key)s.")
        yield sentence % {"key": " / ".join(map(str, citation.natural_key()))}
    for model in models_with_status():
        yield from _publication_violations(model)
    if orphans := SearchDocument.objects.orphaned(SEARCHABLE).count():
        sentence = _("Search documents without a record: %(count)s; --mend deletes them.")
        yield sentence % {"count": orphans}
    if not index.is_consistent(connection):
        yield _("The search index differs from the search documents; --mend rebuilds it.")
    if not content_triggers.are_complete(connection):
        yield _("Changes would not raise the content version: triggers are missing; --mend creates them.")


@transaction.atomic
def repair() -> int:
    """Clean stored text, and update derived columns and search documents that are out of date.

    The search index is rebuilt if it differs from the search documents, and missing triggers are created. Returns the number of repaired rows.
    """
    mended = 0
    content_triggers.create(connection)
    if not index.is_consistent(connection):
        index.rebuild(connection)
    for table in TABLES.values():
        for row in _readable(table.model):
            if not isinstance(row, str):
                mended += _repair_row(row)
        if issubclass(table.model, Searchable):
            mended += _repair_documents(table.model)
    mended += SearchDocument.objects.orphaned(SEARCHABLE).delete()[0]
    return mended


def _documents_of(model: type[models.Model]) -> dict[int, SearchDocument]:
    """Return the search documents of the model's records by key; empty if the model has none."""
    if not issubclass(model, Searchable):
        return {}
    keys = model._base_manager.values("pk")
    return {
        document.record: document
        for document in SearchDocument.objects.for_model(model).filter(record__in=keys)
    }


def _has_current_document(row: Searchable, documents: Mapping[int, SearchDocument]) -> bool:
    document = documents.get(row.pk)
    return document is not None and document.has_same_content(row.search_document())


def _repair_documents(model: type[Searchable]) -> int:
    documents = _documents_of(model)
    wrong = [
        row
        for row in _readable(model)
        if not isinstance(row, str) and not _has_current_document(row, documents)
    ]
    SearchDocument.objects.write(wrong)
    return len(wrong)


def _repair_row(row: models.Model) -> bool:
    values = _cleaned_texts(row)
    for name, text in values.items():
        setattr(row, name, text)
    if isinstance(row, DerivedFieldsModel) and (row.is_stale() or values):
        values |= row.derived_values()
    if not values:
        return False
    try:
        with transaction.atomic():
            type(row)._default_manager.filter(pk=row.pk).update(**values)
    except IntegrityError:
        # The cleaned value would be empty or a duplicate. An editor has to decide.
        return False
    return True


def _cleaned_texts(row: models.Model) -> dict[str, object]:
    """Return the cleaned texts of a row that differ from the stored ones."""
    cleaned = {}
    for field in row._meta.concrete_fields:
        if isinstance(field, TEXT_FIELDS):
            stored = getattr(row, field.attname)
            if (text := field.to_python(stored)) != stored:
                cleaned[field.attname] = text
    return cleaned


def _text_violations(row: models.Model) -> Iterator[str]:
    kind = row._meta.verbose_name
    if unclean := _cleaned_texts(row):
        sentence = _("%(kind)s “%(name)s”: text that is not clean: %(columns)s; --mend cleans it.")
        yield sentence % {"kind": kind, "name": _name(type(row), row.pk), "columns": ", ".join(unclean)}
    for field in row._meta.concrete_fields:
        if not isinstance(field, (LineField, ProseField)):
            continue
        text = field.to_python(getattr(row, field.attname))
        if not text and field.blank:
            continue
        try:
            field.validate(text, row)
        except ValidationError as error:
            sentence = _("%(kind)s “%(name)s”, %(column)s: %(message)s")
            for message in error.messages:
                name = _name(type(row), row.pk)
                yield sentence % {"kind": kind, "name": name, "column": field.attname, "message": message}


def _row_violations(row: models.Model) -> Iterator[str]:
    if isinstance(row, DerivedFieldsModel):
        before = row.derived_values()
        if row.is_stale():
            wrong = [column for column, value in row.derived_values().items() if value != before[column]]
            yield _("%(kind)s “%(name)s”: stale columns: %(columns)s.") % {
                "kind": row._meta.verbose_name,
                "name": _name(type(row), row.pk),
                "columns": ", ".join(wrong),
            }
    try:
        row.clean()
    except ValidationError as error:
        for message in error.messages:
            yield _("%(kind)s “%(name)s”: %(message)s") % {
                "kind": row._meta.verbose_name,
                "name": _name(type(row), row.pk),
                "message": message,
            }


def _publication_violations(model: type[Record]) -> Iterator[str]:
    """Working copies without public text, and public records that name what is not public."""
    records, revisions = model._default_manager, Revision.objects.for_model(model)
    for copy in revisions.current_copies().exclude(record__in=records.ever_public().values("pk")):
        sentence = _("“%(title)s” has a working copy, which only a record that was public can have.")
        yield sentence % {"title": copy.title}
    for copy in revisions.scheduled().exclude(record__in=records.published_or_scheduled().values("pk")):
        sentence = _("A working copy of “%(title)s” is scheduled, but the record is not public.")
        yield sentence % {"title": copy.title}
    for copy in revisions.scheduled():
        for title in _hidden_references(copy):
            sentence = _(
                "A working copy of “%(title)s” is scheduled and names “%(named)s”, which is not public by then."
            )
            yield sentence % {"title": copy.title, "named": title}
    columns = (
        column
        for naming in publishable_models()
        if issubclass(naming, model)
        for column in naming_columns(naming)
    )
    for column in dict.fromkeys(columns):
        public = records.published_or_scheduled()
        since = "published_at" if column.key == "pk" else f"{column.key}__published_at"
        named = column.named._default_manager
        is_later = Q(**{f"{column.column}__published_at__gt": F(since)})
        is_hidden = is_later & Q(**{f"{column.column}__in": named.scheduled().values("pk")}) | ~Q(
            **{f"{column.column}__in": named.published_or_scheduled().values("pk")}
        )
        rows = column.rows._base_manager.filter(
            is_hidden, **{f"{column.key}__in": public.values("pk"), f"{column.column}__isnull": False}
        )
        for key, slug in rows.values_list(column.key, f"{column.column}__slug").distinct().order_by():
            sentence = _("“%(slug)s” is public and names “%(named)s”, which is not.")
            yield sentence % {"slug": records.values_list("slug", flat=True).get(pk=key), "named": slug}


def _hidden_references(copy: Revision) -> Iterator[str]:
    """The titles of what a scheduled working copy names and what is not public at its time."""
    moment = max(copy.public_from or timezone.now(), timezone.now())
    for model, keys in references_in(table_of(copy.model), copy.content).items():
        public = model._default_manager.published_or_scheduled().filter(published_at__lte=moment)
        hidden = model._default_manager.filter(pk__in=keys).exclude(pk__in=public.values("pk"))
        yield from hidden.order_by("pk").values_list("title", flat=True)


def in_story(entries: Sequence[object]) -> list[Entry]:
    """Those of the records to which the story of the chronicle links."""
    addresses = set(Chronicle.objects.current().story_addresses())
    return [
        one
        for one in entries
        if isinstance(one, Entry) and EntryAddress(Kind(one.kind), one.slug) in addresses
    ]


def _story_violations(chronicle: Chronicle) -> Iterator[str]:
    addresses = chronicle.story_addresses()
    entries = Entry.objects.resolve_slugs({address.slug for address in addresses})
    for address in addresses:
        entry = entries.get(address.slug)
        if entry is None or entry.kind != address.kind:
            yield _("The story links to %(address)s, which no entry has.") % {"address": address}
        # The page displays the words without the link: a claim without its entry.
        elif entry.has_ended:
            yield _("The story speaks of %(address)s, which was withdrawn: change its words.") % {
                "address": address
            }
        elif not entry.is_ever_public:
            yield _("The story links to %(address)s, which is not public.") % {"address": address}


def _name(model: type[models.Model], pk: int) -> str:
    """Return the key of a row in files, which is readable even if other values of the row are not."""
    table = table_of(model)
    row = table.rows_of(model._default_manager.filter(pk=pk))[pk]
    return " / ".join(str(row[name]) for name in table.key)


def _readable(model: type[_Stored]) -> Iterator[_Stored | str]:
    """Yield the model's rows, or a sentence for each row with invalid values."""
    manager = model._default_manager
    try:
        yield from list(manager.all())
    except InvalidValueError:
        for pk in list(manager.values_list("pk", flat=True)):
            try:
                yield manager.get(pk=pk)
            except InvalidValueError as error:
                yield _("%(kind)s “%(name)s” cannot be read: %(reason)s") % {
                    "kind": model._meta.verbose_name,
                    "name": _name(model, pk),
                    "reason": _(error.message) % error.params,
                }
