"""The statuses that rows give to their records, which an import that publishes respects, and what it tells of them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.db import models
from django.utils.translation import ngettext, pgettext

from timeline.exchange.importing.import_row import ImportRow
from timeline.exchange.readers.types import FileLocation, Notice
from timeline.rows.columns import Column, PlainValue
from timeline.rows.tables import STATUS_COLUMN, TABLES, Table
from timeline.workflow import SCHEDULED, SCHEDULED_LABEL, Status

# More are only counted.
MAX_NAMED = 20

# Read as a column of choices is, though no column of a table: only transitions write a status.
_COLUMN = Column(
    STATUS_COLUMN, models.CharField(choices=[*Status.choices, (SCHEDULED, SCHEDULED_LABEL)], default="")
)


def file_status(cell: PlainValue) -> str:
    """The status in a cell; empty if it gives none. Raises ValueError with a message for the user."""
    return str(_COLUMN.read(cell))


def keeps_hidden(status: str) -> bool:
    """Whether a row with this status does not have its record published."""
    return status not in ("", Status.PUBLISHED)


def status_label(status: str) -> str:
    """The name of a status of files."""
    return str(dict(_COLUMN.field.flatchoices)[status])


@dataclass
class StatusNotices:
    """What the statuses of rows do not do, or keep an import from doing, by table."""

    # The slugs of the drafts that stay drafts, and of the public records that stay public.
    drafts: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    public: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    # The number of new records that are drafts, though their rows say otherwise, since the import does not publish.
    unpublished: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))

    @property
    def count(self) -> int:
        """The number of records that stay drafts, as their rows say."""
        return sum(map(len, self.drafts.values()))

    def note_unpublished(self, rows: Iterable[ImportRow]) -> None:
        """Note the new records whose rows say that they are no drafts, in an import that does not publish."""
        for row in rows:
            if row.outcome == "new" and row.file_status not in ("", Status.DRAFT):
                self.unpublished[row.table.name] += 1

    def notices(self) -> Iterator[Notice]:
        """A notice for each table and each of these."""
        for table in TABLES.values():
            if slugs := self.drafts.get(table.name):
                message = ngettext(
                    "%(count)s record stays a draft, as its row says by its status: %(slugs)s.",
                    "%(count)s records stay drafts, as their rows say by their status: %(slugs)s.",
                    len(slugs),
                )
                yield _notice(table, message, slugs)
            if slugs := self.public.get(table.name):
                message = ngettext(
                    "%(count)s record is public and stays so, although its row has another status: %(slugs)s. No file withdraws a record: withdraw it in the admin.",
                    "%(count)s records are public and stay so, although their rows have another status: %(slugs)s. No file withdraws a record: withdraw them in the admin.",
                    len(slugs),
                )
                yield _notice(table, message, slugs)
            if count := self.unpublished.get(table.name):
                message = ngettext(
                    "%(count)s new record is a draft, whatever the status in its row: this import does not publish.",
                    "%(count)s new records are drafts, whatever the status in their rows: this import does not publish.",
                    count,
                )
                yield Notice(FileLocation(table.name), message % {"count": count})


def _notice(table: Table, message: str, slugs: list[str]) -> Notice:
    named = [*slugs[:MAX_NAMED], *(["…"] if len(slugs) > MAX_NAMED else [])]
    listed = pgettext("enumeration", ", ").join(named)
    return Notice(FileLocation(table.name), message % {"count": len(slugs), "slugs": listed})
