"""What no constraint of the database can say, checked over the whole record, and mended where it merely follows."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, models, transaction
from django.utils.translation import gettext as _

from timeline.models import Entry, Kind, SearchDocument
from timeline.models.derived import DerivedFieldsModel
from timeline.models.fields import LineField, ProseField, WebAddressField
from timeline.models.search_documents import Searchable
from timeline.rows.tables import TABLES, table_of
from timeline.search import index
from timeline.values.errors import InvalidValueError

TEXT_FIELDS = (LineField, ProseField, WebAddressField)


def violations() -> Iterator[str]:
    """A sentence for each truth that does not hold; nothing where all is well."""
    for table in TABLES.values():
        documents = _documents_of(table.model)
        for row in _readable(table.model):
            if isinstance(row, str):
                yield row
                continue
            # First, while the row is as the database has it.
            if isinstance(row, Searchable) and not _has_current_document(row, documents):
                sentence = _("%(kind)s “%(name)s”: the search document is out of date; --mend rewrites it.")
                yield sentence % {"kind": row._meta.verbose_name, "name": _name(type(row), row.pk)}
            yield from _text_violations(row)
            yield from _row_violations(row)
    of_no_kind = Entry.objects.filter(**{kind.model_name: None for kind in Kind})
    for slug in of_no_kind.values_list("slug", flat=True):
        yield _("Entry “%(slug)s” is of no kind.") % {"slug": slug}
    for slug in Entry.objects.ever_public().filter(citations=None).values_list("slug", flat=True):
        yield _("“%(slug)s” is public and cites no source.") % {"slug": slug}
    if orphans := SearchDocument.objects.orphaned(Entry).count():
        sentence = _("Search documents without a record: %(count)s; --mend deletes them.")
        yield sentence % {"count": orphans}
    if not index.is_consistent(connection):
        yield _("The search index differs from the search documents; --mend rebuilds it.")


@transaction.atomic
def repair() -> int:
    """Clean text that was stored before it was cleaned, and derive stale columns and documents anew; the number of rows mended.

    The search index, which follows the search documents by itself, is made anew where it does not.
    """
    mended = 0
    if not index.is_consistent(connection):
        index.rebuild(connection)
    for table in TABLES.values():
        for row in _readable(table.model):
            if not isinstance(row, str):
                mended += _repair_row(row)
        if issubclass(table.model, Searchable):
            mended += _repair_documents(table.model)
    mended += SearchDocument.objects.orphaned(Entry).delete()[0]
    return mended


def _documents_of(model: type[models.Model]) -> dict[int, SearchDocument]:
    """The search documents of the model's records by their keys; empty where it has none."""
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
    values: dict[str, Any] = _cleaned_texts(row)
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
        # Cleaned, it would be the same as another, or empty: for an editor to decide.
        return False
    return True


def _cleaned_texts(row: models.Model) -> dict[str, str]:
    """The row's texts that their fields would not store as they are, cleaned."""
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


def _name(model: type[models.Model], pk: Any) -> str:
    """What identifies the row in files: it is read even where a value of the row cannot be."""
    table = table_of(model)
    row = table.rows_of(model._default_manager.filter(pk=pk))[pk]
    return " / ".join(str(row[name]) for name in table.key)


def _readable(model: type[models.Model]) -> Iterator[Any]:
    """The model's rows; for one whose values cannot be read, a sentence instead."""
    manager = model._default_manager
    try:
        yield from list(manager.all())
    except InvalidValueError:
        for pk in list(manager.values_list("pk", flat=True)):
            try:
                yield manager.get(pk=pk)
            except InvalidValueError as refusal:
                yield _("%(kind)s “%(name)s” cannot be read: %(reason)s") % {
                    "kind": model._meta.verbose_name,
                    "name": _name(model, pk),
                    "reason": _(refusal.message) % refusal.params,
                }
