"""What the page before undoing an import names: the records that are withdrawn, restored and removed."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from timeline.admin.base import record_admin_url
from timeline.exchange.importing.undo_result import MAX_FORETOLD, UndoResult
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
