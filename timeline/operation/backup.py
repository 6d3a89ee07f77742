"""A backup: database, uploads and settings of a running site in one file, whole or not at all."""

import os
import shutil
import tarfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from pyrage.x25519 import Recipient

from timeline.exchange.exporting.destinations import ExportError, one_file
from timeline.models import Chronicle
from timeline.operation import bags, encryption, settings_file
from timeline.operation.backup_files import SUFFIX, new_name
from timeline.operation.databases import present_engine
from timeline.operation.errors import OperationError
from timeline.operation.state import Rows, State, software_version
from timeline.operation.working_folders import working_folder

# The files of the payload.
STATE, SETTINGS, UPLOADS = "state.json", "settings.env", "uploads"


@dataclass(frozen=True)
class Backup:
    """A backup that has been written, and how many rows it has."""

    path: Path
    rows: int
    size: int


def backup(to: Path, recipients: Sequence[Recipient] = ()) -> Backup:
    """Write a backup to a new file, or under a name with the time into a folder. With recipients, it is encrypted.

    The file gets its name only when it is complete and on the disk. Raises OperationError, OSError and database errors.
    """
    path = to / new_name(timezone.now(), encrypted=bool(recipients)) if to.is_dir() else to
    if path.exists():
        raise OperationError(_("%(file)s is there already; a backup replaces nothing.") % {"file": path})
    with working_folder() as folder:
        bag = folder / "chronicle"
        state = _fill(bag)
        archive = folder / f"chronicle{SUFFIX}"
        with tarfile.open(archive, "w:gz", compresslevel=6) as packed:
            packed.add(bag, arcname=bag.name, filter=_without_owner)
        # The disk need not hold them twice.
        shutil.rmtree(bag)
        try:
            with archive.open("rb") as source, one_file(path) as target:
                os.fchmod(target.fileno(), 0o600)
                if recipients:
                    encryption.encrypt(source, target, recipients)
                else:
                    shutil.copyfileobj(source, target, 2**20)
        except ExportError as error:
            raise OperationError(str(error)) from None
    return Backup(path, rows=sum(state.rows.values()), size=path.stat().st_size)


def _fill(bag: Path) -> State:
    """Write the content of a backup into a new folder."""
    payload = bag / bags.PAYLOAD
    payload.mkdir(parents=True)
    states: list[State] = []

    def inspect(rows: Rows) -> None:
        states.append(State.read(rows))

    engine = present_engine()
    engine.dump(payload / engine.file_name, inspect)
    (state,) = states
    # After the database: a file that was added meanwhile is one too many, and none is missing.
    if (uploads := uploads_folder()) is not None and uploads.is_dir():
        shutil.copytree(uploads, payload / UPLOADS)
    settings_file.write(payload / SETTINGS)
    state.write(payload / STATE)
    # Only this column: before an upgrade, the table lacks those of later versions.
    title = Chronicle.objects.order_by("pk").values_list("title", flat=True).first()
    bags.write_tag_files(
        bag,
        {
            "Source-Organization": title or "-",
            "External-Description": "Backup of a policy chronicle: database, uploads, settings without secrets",
            "Bagging-Date": state.created_at[:10],
            "Bag-Software-Agent": f"policy-chronicle {software_version()} ({state.release})",
        },
    )
    return state


def uploads_folder() -> Path | None:
    """Return the folder of uploaded files; None if the settings name none."""
    return Path(settings.MEDIA_ROOT) if settings.MEDIA_ROOT else None


def _without_owner(member: tarfile.TarInfo) -> tarfile.TarInfo:
    """Leave the account of this machine out, which another does not have."""
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    return member
