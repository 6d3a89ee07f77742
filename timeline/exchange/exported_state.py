"""The hidden file of a folder that was exported: which files were written, and which state of the record they have."""

import hashlib
import json
import os
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
    """Write which files an export of this folder wrote, and the state from before it if they have one. Raises OSError."""
    text = json.dumps({**(asdict(state) if state else {}), "files": _digests(folder)})
    (folder / NAME).write_text(f"{text}\n", encoding="utf-8")


def is_as_exported(folder: Path) -> bool:
    """Whether the folder has the files that the last export wrote, and nothing else but what is hidden. Raises OSError."""
    match _read(folder):
        case {"files": dict(files)}:
            return files == _digests(folder)
    return False


def _digests(folder: Path) -> dict[str, str]:
    files = (path for path in folder.iterdir() if path.is_file() and not path.name.startswith("."))
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


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


def _read(folder: Path) -> object:
    """What the file has; None if it cannot be read."""
    try:
        return json.loads((folder / NAME).read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return None


def _read_state(folder: Path) -> State | None:
    if not os.path.lexists(folder / NAME):
        return None
    # A number is neither true nor 1.0.
    match _read(folder):
        case {"revision": int(revision), "at": str(at), "count": int(count)} if not isinstance(
            revision, bool
        ):
            return State(revision, at, count)
        case {"files": dict(), **others} if not others:
            return None
    message = _(
        "This file does not say which state of the record the folder has. So what was edited is compared with the last import of the folder. To mend this, export the folder anew, or delete the file."
    )
    raise UntrustedStateError(message)
