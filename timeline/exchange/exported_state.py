"""The hidden file of a folder that was exported, which says which state of the record its files have."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from django.db.models import Count, Max
from django.utils.translation import gettext as _

from timeline.models import Revision

NAME = ".exported.json"


class UntrustedStateError(Exception):
    """The state counts for nothing, for the reason in the message."""


@dataclass(frozen=True)
class State:
    """The newest revision, and how many there were up to it.

    Its time tells it from that of another database with its number. Numbers are given before they are committed: with another
    count, one of a smaller number came later, and is not in the files.
    """

    revision: int
    at: str
    count: int


def present_state() -> State | None:
    """The state of the record now; None if it has no revision."""
    # In one statement, so that both are of one moment.
    found = Revision.objects.aggregate(newest=Max("pk"), count=Count("pk"))
    if found["newest"] is None:
        return None
    at = Revision.objects.values_list("created_at", flat=True).get(pk=found["newest"])
    return State(found["newest"], at.isoformat(), found["count"])


def write_state(folder: Path, state: State | None) -> None:
    """Write the state from before the export of this folder; without one, remove that of a former export. Raises OSError."""
    if state is None:
        (folder / NAME).unlink(missing_ok=True)
    else:
        (folder / NAME).write_text(f"{json.dumps(asdict(state))}\n", encoding="utf-8")


def exported_revision(folder: Path) -> int | None:
    """The key of the newest revision when this folder was exported; None if it was not, or from another database.

    Raises UntrustedStateError.
    """
    state = _read_state(folder)
    if state is None:
        return None
    at = Revision.objects.filter(pk=state.revision).values_list("created_at", flat=True).first()
    if at is None or at.isoformat() != state.at:
        return None
    if Revision.objects.filter(pk__lte=state.revision).count() != state.count:
        message = _(
            "While this folder was exported, something was being saved that its files do not have. So what was edited is compared with the last import of the folder. To mend this, export the folder anew."
        )
        raise UntrustedStateError(message)
    return state.revision


def _read_state(folder: Path) -> State | None:
    try:
        plain: object = json.loads((folder / NAME).read_text("utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, RecursionError):
        plain = None
    # A number is neither true nor 1.0.
    match plain:
        case {"revision": int(revision), "at": str(at), "count": int(count)} if not isinstance(
            revision, bool
        ):
            return State(revision, at, count)
    message = _(
        "This file does not say which state of the record the folder has. So what was edited is compared with the last import of the folder. To mend this, export the folder anew, or delete the file."
    )
    raise UntrustedStateError(message)
