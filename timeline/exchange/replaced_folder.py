"""Whether an export into a folder would replace files that say what the record does not."""

from pathlib import Path

from django.utils.translation import gettext as _

from timeline.exchange.exported_state import is_as_exported
from timeline.exchange.exporting.destinations import ExportError
from timeline.exchange.importing.changed_folder import preview_changes
from timeline.rows.tables import TABLES

# So many problems are named.
MAX_PROBLEMS = 5


def check_replaced(folder: Path) -> None:
    """Raise ExportError if content files of the folder have rows that were not imported, or cannot be imported.

    They may be of another chronicle, or the record may be empty. What editors changed since is no matter.
    """
    if not any(path.stem in TABLES for path in folder.iterdir()) or is_as_exported(folder):
        return
    if (found := preview_changes(folder)) is None:
        return
    report, outcomes = found
    if not report.problems and not outcomes.total():
        return
    way_out = _("Nothing was written. Import the folder first, or export to another one.")
    if report.problems:
        problems = [str(problem) for problem in report.problems[:MAX_PROBLEMS]]
        reason = _("%(folder)s cannot be imported as it is, and would be replaced (%(count)s problems).")
        raise ExportError(*problems, reason % {"folder": folder, "count": len(report.problems)}, way_out)
    reason = _(
        "%(folder)s has changes that were not imported, and that would be lost: %(new)s new rows, %(changed)s changed, %(deleted)s deleted."
    )
    counts = {name: outcomes[name] for name in ("new", "changed", "deleted")}
    raise ExportError(reason % {"folder": folder, **counts}, way_out)
