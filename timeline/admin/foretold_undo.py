"""What the page before undoing an import says of it, and the records that it names: those to be withdrawn, restored and removed."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from timeline.accounts.names import display_name
from timeline.admin.base import format_timestamp, record_admin_url
from timeline.admin.import_preview import counts_summary
from timeline.admin.undone_records import undone_summary
from timeline.exchange.importing.undo_result import MAX_FORETOLD, UndoResult
from timeline.models import ImportBatch
from timeline.models.records import Record


@dataclass(frozen=True)
class ForetoldSection:
    """A section of the page: the first records, each with its noun, its address and a note; how many there are, and how many more."""

    name: str
    heading: str
    count: int
    lines: list[tuple[str, Record, str, str]]

    @property
    def more(self) -> int:
        return self.count - len(self.lines)


def undo_facts(batch: ImportBatch, expected: UndoResult) -> list[tuple[str, str]]:
    """What the page says of an import: what it did, what undoing it did before, if it left something alone, and would do now."""
    undone = [(_("undone already"), undone_summary(batch))] if batch.undone_at else []
    is_nothing = not (expected.removed or expected.withdrawn or expected.restored)
    rest = _("nothing more, as long as what was edited since stands") if undone and is_nothing else ""
    return [
        (_("files"), pgettext("enumeration", ", ").join(file["name"] for file in batch.files)),
        (_("at"), format_timestamp(batch.created_at)),
        (_("by"), display_name(batch.created_by)),
        (_("what it did"), counts_summary(batch.counts)),
        *undone,
        (_("to undo"), rest or expected.summary()),
    ]


def foretold_sections(expected: UndoResult) -> list[ForetoldSection]:
    """The sections of what undoing an import would do, without those of nothing. What readers see comes first."""
    foretold, of_copy = expected.foretold, _("only its working copy")
    copies = [(record, of_copy) for record in foretold.copies]
    sections = (
        _section(
            "withdrawn",
            _("to be withdrawn from the public site"),
            expected.withdrawn,
            _noted(foretold.withdrawn),
        ),
        _section(
            "restored",
            _("to be restored to the former text"),
            expected.restored,
            [*_noted(foretold.restored), *copies],
        ),
        _section("removed", _("to be removed"), expected.removed, _noted(foretold.removed)),
    )
    return [section for section in sections if section.count]


def _noted(records: Sequence[Record]) -> list[tuple[Record, str]]:
    return [(record, "") for record in records]


def _section(name: str, heading: str, count: int, records: Sequence[tuple[Record, str]]) -> ForetoldSection:
    lines = [
        (str(record._meta.verbose_name), record, record_admin_url(record), note)
        for record, note in records[:MAX_FORETOLD]
    ]
    return ForetoldSection(name, heading, count, lines)
