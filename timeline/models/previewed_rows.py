"""The rows of a preview, each by itself, so that a page of it loads no more than it shows."""

from collections.abc import Iterable, Sequence
from typing import Self, TypedDict

from django.db import models
from django.utils.translation import gettext_lazy as _

from timeline.models.chunks import chunks
from timeline.models.prepared import PreparedImport

# The value of a cell.
PlainValue = str | int | bool | list[str] | None


class RowOutcome(TypedDict):
    """What becomes of a row: columns with their old and new values, and whether it publishes or changes a public record."""

    place: str
    table: str
    key: str
    outcome: str
    publishes: bool
    changes_public: bool
    columns: Sequence[tuple[str, PlainValue, PlainValue]]


class ShownRow(RowOutcome):
    """The outcome of a row with the title of its record in the file, and the new records that it names."""

    title: str
    new_names: Sequence[tuple[str, str, str]]


class PreviewedRowQuerySet(models.QuerySet["PreviewedRow"]):
    def get_by_natural_key(self, token: str, number: int) -> "PreviewedRow":
        return self.get(prepared__token=token, number=number)

    def of(self, prepared: PreparedImport) -> Self:
        """Filter the rows of the preview, in the order of the files."""
        return self.filter(prepared=prepared).order_by("number")

    def store(self, prepared: PreparedImport, rows: Iterable[ShownRow]) -> None:
        """Store the rows of a report in place of those before: chunk by chunk, so that nobody waits for all of them."""
        self.filter(prepared=prepared).delete()
        numbered = (
            PreviewedRow(
                prepared=prepared,
                number=number,
                outcome=row["outcome"],
                publishes=row["publishes"],
                changes_public=row["changes_public"],
                title=row["title"],
                content={
                    "place": row["place"],
                    "table": row["table"],
                    "key": row["key"],
                    "columns": row["columns"],
                    "new_names": row["new_names"],
                },
            )
            for number, row in enumerate(rows, start=1)
        )
        for chunk in chunks(numbered):
            PreviewedRow.objects.bulk_create(chunk)


class PreviewedRow(models.Model):
    """What the import would do with a row: its outcome, and its columns with their old and new values."""

    prepared = models.ForeignKey(
        PreparedImport, verbose_name=_("file"), on_delete=models.CASCADE, related_name="+", db_index=False
    )
    number = models.PositiveIntegerField(_("number"))
    outcome = models.CharField(_("outcome"), max_length=10)
    publishes = models.BooleanField(_("published"), default=False)
    changes_public = models.BooleanField(_("changed in public"), default=False)
    # In the file, of the record that is new there; "" if the record is stored.
    title = models.TextField(_("title"), blank=True)
    # `place`, `table`, `key` and `columns` of the row of the report, and the new records that these name.
    content = models.JSONField(_("content"))

    objects = PreviewedRowQuerySet.as_manager()

    class Meta:
        verbose_name = _("row of a preview")
        verbose_name_plural = _("rows of previews")
        constraints = [
            models.UniqueConstraint(fields=["prepared", "number"], name="timeline_previewedrow_once")
        ]
        indexes = [models.Index(fields=["prepared", "outcome", "number"], name="previewedrow_by_outcome")]

    def __str__(self) -> str:
        return str(self.number)

    def natural_key(self) -> tuple[str, int]:
        return (str(self.prepared_id), self.number)

    def as_row(self) -> ShownRow:
        """The row as the report has it, with the title of its record in the file."""
        return {
            "place": self.content["place"],
            "table": self.content["table"],
            "key": self.content["key"],
            "columns": self.content["columns"],
            "new_names": self.content["new_names"],
            "outcome": self.outcome,
            "publishes": self.publishes,
            "changes_public": self.changes_public,
            "title": self.title,
        }
