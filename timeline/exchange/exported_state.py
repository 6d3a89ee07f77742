"""The hidden file of a folder that was exported, which says which state of the record its files have."""

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
    (folder / NAME).write_text(f"{json.dumps(state)}\n", encoding="utf-8")


def exported_revision(folder: Path) -> int | None:
    """The key of the newest revision when this folder was exported; None if it was not, or from another database."""
    try:
        state = json.loads((folder / NAME).read_text("utf-8"))
        key, at = int(state["revision"]), parse_datetime(state["at"])
    except (OSError, ValueError, TypeError, KeyError):
        return None
    return key if at and Revision.objects.filter(pk=key, created_at=at).exists() else None
