"""What a folder of content would change since it was last imported."""

from collections import Counter
from pathlib import Path

from timeline.exchange.importing.import_files import import_files
from timeline.exchange.importing.report import Report
from timeline.exchange.readers.sources import describe_file
from timeline.models import ImportBatch


def preview_changes(folder: Path) -> tuple[Report, Counter[str]] | None:
    """Return the report of a dry run with the number of its rows by outcome; None if the folder has nothing new.

    While its files are those of its last import they have nothing new, whatever editors have written since. Raises OSError.
    """
    if _is_imported(folder):
        return None
    report = import_files([folder], publish=True, dry_run=True, keep_edits=True)
    outcomes: Counter[str] = sum(report.counts.values(), Counter())
    del outcomes["unchanged"]
    is_new = report.problems or outcomes.total() or report.missing or report.without_phase
    return (report, outcomes) if is_new else None


def _is_imported(folder: Path) -> bool:
    """Whether the last import of a folder of this name had just these files."""
    described = describe_file(folder)
    for batch in ImportBatch.objects.in_force():
        if same := [one for one in batch.files if one["name"] == described["name"]]:
            return described in same
    return False
