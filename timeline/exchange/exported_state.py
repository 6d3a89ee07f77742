"""The hidden file of a folder that was exported: which files were written, and which state of the record they have."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

from django.utils.dateparse import parse_datetime

from timeline.models import Revision

NAME = ".exported.json"


def present_state() -> Mapping[str, object]:
    """The newest revision. Its time tells it from that of another database with its number."""
    newest = Revision.objects.order_by("-pk").values_list("pk", "created_at").first()
    return {"revision": newest[0], "at": newest[1].isoformat()} if newest else {}


def write_state(folder: Path, state: Mapping[str, object]) -> None:
    """Write the state from before the export of this folder. Raises OSError."""
    text = json.dumps({**state, "files": _digests(folder)})
    (folder / NAME).write_text(f"{text}\n", encoding="utf-8")


def is_as_exported(folder: Path) -> bool:
    """Whether the folder has the files that the last export wrote, and nothing else but what is hidden. Raises OSError."""
    return _read(folder).get("files") == _digests(folder)


def _digests(folder: Path) -> dict[str, str]:
    files = (path for path in folder.iterdir() if path.is_file() and not path.name.startswith("."))
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def _read(folder: Path) -> Mapping[str, object]:
    try:
        found = json.loads((folder / NAME).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def exported_revision(folder: Path) -> int | None:
    """The key of the newest revision when this folder was exported; None if it was not, or from another database."""
    state = _read(folder)
    try:
        key, at = int(str(state["revision"])), parse_datetime(str(state["at"]))
    except (ValueError, KeyError):
        return None
    return key if at and Revision.objects.filter(pk=key, created_at=at).exists() else None
