"""Search documents: the texts of a record, folded for comparison, written together with the record."""

import datetime
from collections.abc import Iterable, Iterator, Sequence
from typing import ClassVar, Self, Unpack

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from timeline.models.chunks import chunks
from timeline.models.derived import SaveOptions
from timeline.models.fields import AliasesField
from timeline.search.dates import dated_lines
from timeline.search.index import RecordType
from timeline.search.query import matching_keys, parse_search
from timeline.values.chinese import fold
from timeline.values.document_numbers import DocumentNumber
from timeline.values.markdown import plain_text
from timeline.values.partial_date import PartialDate
from timeline.values.text import split_names


class SearchDocumentQuerySet(models.QuerySet["SearchDocument"]):
    def get_by_natural_key(self, record_type: int, record: int) -> "SearchDocument":
        return self.get(record_type=record_type, record=record)

    def for_model(self, model: type["Searchable"]) -> Self:
        """Filter by the model's type of record. Kinds of entry share one type."""
        return self.filter(record_type=model.RECORD_TYPE)

    def orphaned(self, searchable: Iterable[type["Searchable"]]) -> Self:
        """Filter documents without a record of these models."""
        documents = self.all()
        for model in searchable:
            records = model._base_manager.values("pk")
            documents = documents.exclude(record_type=model.RECORD_TYPE, record__in=records)
        return documents

    def write(self, records: Iterable["Searchable"]) -> None:
        """Insert or update the documents of these records, whose values must be those in the database."""
        for portion in chunks(records):
            self.bulk_create(
                [record.search_document() for record in portion],
                update_conflicts=True,
                unique_fields=["record_type", "record"],
                update_fields=SearchDocument.DERIVED,
            )

    def delete_for_keys(self, keys: Sequence[int]) -> None:
        """Delete the documents of records that had these keys."""
        for portion in chunks(keys):
            self.filter(record__in=portion).delete()


class SearchDocument(models.Model):
    """The folded texts of a record, the time of its publication, and the value that hits are ordered by.

    A table of its own, so that changes of the content models do not affect the index.
    """

    # Columns derived from the record.
    DERIVED = ("title", "summary", "rest", "public_from", "sort_earliest")

    # No foreign key: the records are in several tables.
    record_type = models.PositiveSmallIntegerField(_("type of record"), choices=RecordType, editable=False)
    record = models.BigIntegerField(_("record"), editable=False)
    # Each name between newlines, which no query contains, so that a search knows whole names.
    title = models.TextField(_("titles and names"), blank=True, editable=False)
    summary = models.TextField(_("summaries"), blank=True, editable=False)
    rest = models.TextField(_("other text"), blank=True, editable=False)
    public_from = models.DateTimeField(_("public from"), null=True, blank=True, editable=False)
    sort_earliest = models.DateField(_("earliest day"), null=True, blank=True, editable=False)

    objects = SearchDocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("search document")
        verbose_name_plural = _("search documents")
        # Documents are derived and never edited.
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["record_type", "record"], name="timeline_searchdocument_once")
        ]

    def __str__(self) -> str:
        return self.title.strip() or f"{self.get_record_type_display()} {self.record}"

    def natural_key(self) -> tuple[int, int]:
        return (self.record_type, self.record)

    def has_same_content(self, other: "SearchDocument") -> bool:
        return all(getattr(self, name) == getattr(other, name) for name in self.DERIVED)


class SearchableQuerySet(models.QuerySet):
    """A queryset of records that searches them, and writes and deletes their search documents with them."""

    model: type["Searchable"]

    def matching(self, text: str) -> Self:
        """Filter by every word of the text, in either script and with any brackets, or by the date that it is.

        Returns all records if the text has no word.
        """
        return self._matching(text, is_public=False)

    def matching_public(self, text: str) -> Self:
        """Filter like `matching()`, only records that are or will be public. Faster: it scans no other."""
        return self._matching(text, is_public=True)

    def nearest_names_first(self, text: str) -> Self:
        """Order by fit: those with the text as a name, with a name that begins with it, with its words in names, all others."""
        documents = SearchDocument.objects.for_model(self.model).filter(record=models.OuterRef("pk"))
        name = fold(text)
        words = [models.Q(names__contains=word) for word in name.split()]
        fit = models.Case(
            models.When(names__contains=f"\n{name}\n", then=0),
            models.When(names__contains=f"\n{name}", then=1),
            models.When(models.Q(*words), then=2),
            default=3,
        )
        order = self.query.order_by or self.model._meta.ordering
        return self.alias(names=models.Subquery(documents.values("title"))).order_by(fit, *order)

    def _matching(self, text: str, *, is_public: bool) -> Self:
        search = parse_search(text, self.model.RECORD_TYPE)
        return (
            self.all() if search is None else self.filter(pk__in=matching_keys(search, is_public=is_public))
        )

    def update(self, **values: object) -> int:
        """Update the rows, and their documents if they use one of the columns."""
        if not self.model.document_inputs() & values.keys():
            return super().update(**values)
        with transaction.atomic():
            # Read before the update, after which the rows may no longer match this queryset.
            keys = list(self.values_list("pk", flat=True))
            updated = super().update(**values)
            SearchDocument.objects.write(self.model.with_all_columns(keys))
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
    """A record with a search document.

    A subclass has `sort_earliest` and `public_from`.
    """

    RECORD_TYPE: ClassVar[RecordType]
    # The columns that search reads. Hits in titles, which are names as `aliases` are, rank first, then those in summaries,
    # then those in other plain text and in Markdown, which is converted to plain text.
    TITLES: ClassVar[tuple[str, ...]] = ("title", "title_en")
    SUMMARIES: ClassVar[tuple[str, ...]] = ()
    SEARCHED: ClassVar[tuple[str, ...]] = ()
    SEARCHED_MARKDOWN: ClassVar[tuple[str, ...]] = ()
    # The columns with the dates by which the record is found.
    SEARCHED_DATES: ClassVar[tuple[str, ...]] = ()

    sort_earliest: datetime.date | None
    public_from: datetime.datetime | None

    aliases = AliasesField(
        _("other names"),
        max_length=500,
        blank=True,
        help_text=_(
            "By which people search for it, separated by “；”: 工信部；MIIT. They are not displayed."
        ),
    )

    class Meta:
        abstract = True

    def save(self, **kwargs: Unpack[SaveOptions]) -> None:
        with transaction.atomic():
            super().save(**kwargs)
            # Read from the database: this instance may have old values in columns that it did not write.
            SearchDocument.objects.write(type(self)._base_manager.filter(pk=self.pk))

    def delete(self, using: str | None = None, keep_parents: bool = False) -> tuple[int, dict[str, int]]:
        """Delete the record and its document."""
        with transaction.atomic():
            key = self.pk
            deleted = super().delete(using, keep_parents)
            SearchDocument.objects.for_model(type(self)).delete_for_keys([key])
        return deleted

    @classmethod
    def document_inputs(cls) -> frozenset[str]:
        """Return the columns of this model that documents use."""
        names = (*cls.TITLES, *cls.SUMMARIES, *cls.SEARCHED, *cls.SEARCHED_MARKDOWN, *cls.SEARCHED_DATES)
        return frozenset({*names, "aliases", "sort_earliest"})

    @classmethod
    def with_all_columns(cls, keys: Sequence[int]) -> Iterator["Searchable"]:
        """Yield the records with these keys from the database, with all columns that their documents use."""
        for portion in chunks(keys):
            yield from cls._base_manager.filter(pk__in=portion)

    def search_document(self) -> SearchDocument:
        """Return the search document of this record, unsaved."""
        from_markdown = [plain_text(getattr(self, name)) for name in self.SEARCHED_MARKDOWN]
        return SearchDocument(
            record_type=self.RECORD_TYPE,
            record=self.pk,
            title="".join(f"\n{name}" for name in dict.fromkeys(_folded(self.names))) + "\n",
            summary=" ".join(_folded(self._texts(self.SUMMARIES))),
            rest=" ".join(_folded([*self._texts(self.SEARCHED), *from_markdown])) + self._date_text(),
            public_from=self.public_from,
            sort_earliest=self.sort_earliest,
        )

    def _date_text(self) -> str:
        dates = (getattr(self, name) for name in self.SEARCHED_DATES)
        return dated_lines(PartialDate.parse(date) for date in dates if date)

    @property
    def names(self) -> list[str]:
        """All names by which the record is found, some of them empty."""
        return [*self._texts(self.TITLES), *split_names(self.aliases)]

    def _texts(self, names: Iterable[str]) -> list[str]:
        return [text for name in names for text in _spellings(getattr(self, name))]


def _spellings(value: object) -> list[str]:
    return value.spellings if isinstance(value, DocumentNumber) else [str(value or "")]


def _folded(texts: Iterable[str]) -> list[str]:
    # Each text separately: folding depends on adjacent characters.
    return [folded for text in texts if (folded := fold(text))]
