"""The search document of a record: its texts as search compares them, kept by whoever writes the record."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, ClassVar, Self

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from timeline.search.index import RecordType
from timeline.search.query import SearchQuerySet
from timeline.values.chinese import fold
from timeline.values.markdown import plain_text

# So many documents are read or written by one statement.
CHUNK_SIZE = 500


class SearchDocumentQuerySet(models.QuerySet):
    def get_by_natural_key(self, record_type: int, record: int) -> Any:
        return self.get(record_type=record_type, record=record)

    def for_model(self, model: Any) -> Self:
        """The documents of the records of this model's type; of one kind of entry those of all entries."""
        return self.filter(record_type=model.RECORD_TYPE)

    def orphaned(self, model: type["Searchable"]) -> Self:
        """The documents of records that no longer exist."""
        return self.for_model(model).exclude(record__in=model._base_manager.values("pk"))

    def write(self, records: Iterable["Searchable"]) -> None:
        """Insert or update the documents of these records, which have the values that the database has."""
        documents: Iterator[Any] = (record.search_document() for record in records)
        while portion := list(islice(documents, CHUNK_SIZE)):
            self.bulk_create(
                portion,
                update_conflicts=True,
                unique_fields=["record_type", "record"],
                update_fields=SearchDocument.DERIVED,
            )

    def delete_for_keys(self, keys: Sequence[Any]) -> None:
        """Delete the documents of the records that had these keys."""
        for start in range(0, len(keys), CHUNK_SIZE):
            self.filter(record__in=keys[start : start + CHUNK_SIZE]).delete()


class SearchDocument(models.Model):
    """The texts of one record, folded, from when they are public, and what the order of hits needs.

    A table of its own, so that the index stands on no table whose columns change with the chronicle's needs.
    """

    # What follows from the record.
    DERIVED = ("title", "summary", "rest", "public_from", "sort_earliest")

    # No foreign key: the records are in several tables.
    record_type = models.PositiveSmallIntegerField(_("type of record"), choices=RecordType, editable=False)
    record = models.BigIntegerField(_("record"), editable=False)
    title = models.TextField(_("titles and names"), blank=True, editable=False)
    summary = models.TextField(_("summaries"), blank=True, editable=False)
    rest = models.TextField(_("other text"), blank=True, editable=False)
    public_from = models.DateTimeField(_("public from"), null=True, blank=True, editable=False)
    sort_earliest = models.DateField(_("earliest day"), null=True, blank=True, editable=False)

    objects = SearchDocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("search document")
        verbose_name_plural = _("search documents")
        # Nobody edits documents: they follow from records.
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["record_type", "record"], name="timeline_searchdocument_once")
        ]

    def __str__(self) -> str:
        return self.title or f"{self.get_record_type_display()} {self.record}"

    def natural_key(self) -> tuple[int, int]:
        return (self.record_type, self.record)

    def has_same_content(self, other: "SearchDocument") -> bool:
        return all(getattr(self, name) == getattr(other, name) for name in self.DERIVED)


class SearchableQuerySet(SearchQuerySet):
    """A queryset of records whose documents follow every update and deletion."""

    def update(self, **values: Any) -> int:
        """Update the rows, and their documents where these read one of the columns."""
        model: Any = self.model
        if not model.document_inputs() & values.keys():
            return super().update(**values)
        with transaction.atomic():
            # Before: afterwards the rows may no longer be those of this queryset.
            keys = list(self.values_list("pk", flat=True))
            updated = super().update(**values)
            SearchDocument.objects.write(model.with_all_columns(keys))
        return updated

    update.alters_data = True  # type: ignore[attr-defined]

    def delete(self) -> tuple[int, dict[str, int]]:
        """Delete the rows and their documents."""
        with transaction.atomic():
            keys = list(self.values_list("pk", flat=True))
            deleted = super().delete()
            SearchDocument.objects.for_model(self.model).delete_for_keys(keys)
        return deleted

    delete.alters_data = True  # type: ignore[attr-defined]
    delete.queryset_only = True  # type: ignore[attr-defined]


class Searchable(models.Model):
    """A record that search finds by its document.

    A model that inherits this has `sort_earliest` and `public_from`.
    """

    RECORD_TYPE: ClassVar[RecordType]
    # Columns that search reads: plain ones, and Markdown whose marks are taken off first. A hit in a title comes before
    # one in a summary, and that before any other.
    TITLES: ClassVar[tuple[str, ...]]
    SUMMARIES: ClassVar[tuple[str, ...]]
    SEARCHED: ClassVar[tuple[str, ...]]
    SEARCHED_PROSE: ClassVar[tuple[str, ...]]

    sort_earliest: Any
    public_from: Any

    class Meta:
        abstract = True

    def save(self, **kwargs: Any) -> None:
        with transaction.atomic():
            super().save(**kwargs)
            # Read again: this instance may be older than columns that it did not write.
            SearchDocument.objects.write(type(self)._base_manager.filter(pk=self.pk))

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete the record and its document."""
        with transaction.atomic():
            key = self.pk
            deleted = super().delete(*args, **kwargs)
            SearchDocument.objects.for_model(type(self)).delete_for_keys([key])
        return deleted

    @classmethod
    def document_inputs(cls) -> frozenset[str]:
        """The columns of this model that documents read."""
        return frozenset({*cls.SEARCHED, *cls.SEARCHED_PROSE, "sort_earliest"})

    @classmethod
    def with_all_columns(cls, keys: Sequence[Any]) -> Iterator["Searchable"]:
        """The records of these keys from the database, with every column that their documents read."""
        for start in range(0, len(keys), CHUNK_SIZE):
            yield from cls._base_manager.filter(pk__in=keys[start : start + CHUNK_SIZE])

    def search_document(self) -> SearchDocument:
        """The document that follows from this record, not saved."""
        ahead = (*self.TITLES, *self.SUMMARIES)
        rest = [name for name in self.SEARCHED if name not in ahead]
        prose = [plain_text(getattr(self, name)) for name in self.SEARCHED_PROSE]
        return SearchDocument(
            record_type=self.RECORD_TYPE,
            record=self.pk,
            title=_folded(self._texts(self.TITLES)),
            summary=_folded(self._texts(self.SUMMARIES)),
            rest=_folded([*self._texts(rest), *prose]),
            public_from=self.public_from,
            sort_earliest=self.sort_earliest,
        )

    def _texts(self, names: Iterable[str]) -> list[str]:
        return [str(getattr(self, name) or "") for name in names]


def _folded(texts: Iterable[str]) -> str:
    # Each by itself: folding looks at what stands beside a character.
    return " ".join(folded for text in texts if (folded := fold(text)))
