"""A backup restored into an empty installation: checked before, all of it or nothing, and checked afterwards."""

import gzip
import os
import shutil
import tarfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from django.core.management import call_command
from django.db import connection
from django.utils.translation import gettext as _
from pyrage.x25519 import Identity

from timeline.editing.integrity import repair, violations
from timeline.operation import bags, encryption, settings_file
from timeline.operation.backup import SETTINGS, STATE, UPLOADS, uploads_folder
from timeline.operation.databases import ENGINES, present_engine, transfer_from
from timeline.operation.errors import OperationError
from timeline.operation.migrations import unapplied_migrations
from timeline.operation.state import State
from timeline.operation.working_folders import working_folder


@dataclass(frozen=True)
class Restored:
    """What was restored. `violations` are rules that the content violates, `settings` those of the backup that differ
    from the present ones, `secrets` the names of its settings that have to be given anew."""

    state: State
    has_migrated: bool = False
    violations: list[str] = field(default_factory=list)
    settings: dict[str, str] = field(default_factory=dict)
    secrets: list[str] = field(default_factory=list)


def check(file: Path, identities: Sequence[Identity] = ()) -> State:
    """Check a backup without restoring it. Raises OperationError and OSError."""
    with _unpacked(file, identities) as payload:
        return _checked_state(payload)


def restore(file: Path, identities: Sequence[Identity] = ()) -> Restored:
    """Restore a backup, and migrate it to the present. Raises OperationError, OSError and database errors."""
    check_empty()
    with _unpacked(file, identities) as payload:
        state = _checked_state(payload)
        state.check_known()
        transfer = transfer_from(state.engine)
        # The database comes last, since without it nothing can be taken for a restored site.
        with _uploads_in_place(payload / UPLOADS):
            transfer(payload / ENGINES[state.engine].file_name, state.check_rows)
        given, secrets = settings_file.read(payload / SETTINGS)
    connection.close()
    if has_migrated := bool(unapplied_migrations()):
        call_command("migrate", interactive=False, verbosity=0)
    # Later code may derive search documents otherwise, also where it needed no migration.
    repair()
    return Restored(
        state,
        has_migrated=has_migrated,
        violations=list(violations()),
        settings={name: value for name, value in given.items() if os.environ.get(name, "") != value},
        secrets=secrets,
    )


def check_empty() -> None:
    """Raise OperationError unless the installation has neither a table nor an uploaded file."""
    if not present_engine().is_empty():
        raise OperationError(
            _("The database is not empty. A backup is restored into a new one: name it in DATABASE_URL.")
        )
    folder = uploads_folder()
    if folder is not None and folder.is_dir() and any(folder.iterdir()):
        raise OperationError(
            _("The folder of uploads %(folder)s is not empty; move its files away.") % {"folder": folder}
        )


def _checked_state(payload: Path) -> State:
    state = State.load(payload / STATE)
    if state.engine not in ENGINES or not (payload / ENGINES[state.engine].file_name).is_file():
        raise OperationError(_("This is no backup: it has no database."))
    return state


@contextmanager
def _unpacked(file: Path, identities: Sequence[Identity]) -> Iterator[Path]:
    """Unpack a backup into a working folder and check it. The block gets its payload."""
    if not file.is_file():
        raise OperationError(_("There is no file %(file)s.") % {"file": file})
    with working_folder() as folder:
        archive = file
        if encryption.is_encrypted(file):
            if not identities:
                raise OperationError(
                    _("The backup is encrypted: name the file of the identity with --identity.")
                )
            archive = folder / "archive"
            with archive.open("wb") as target:
                encryption.decrypt(file, target, identities)
        try:
            with gzip.open(archive) as stream, tarfile.open(fileobj=stream) as packed:
                _extract(packed, folder / "unpacked")
                # To the end, where the checksum of the whole is.
                while stream.read(2**20):
                    pass
        except (tarfile.TarError, EOFError, zlib.error, OSError) as error:
            # A disk error has a number; that of a damaged archive has none.
            if isinstance(error, OSError) and error.errno is not None:
                raise
            raise OperationError(
                _("%(file)s is no backup, or was cut off or damaged: %(reason)s.")
                % {"file": file, "reason": str(error) or type(error).__name__}
            ) from None
        archives = list((folder / "unpacked").iterdir()) if (folder / "unpacked").is_dir() else []
        if len(archives) != 1 or not archives[0].is_dir():
            raise OperationError(_("This is no backup: it is no folder in the BagIt layout."))
        bags.check(archives[0])
        yield archives[0] / bags.PAYLOAD


def _extract(packed: tarfile.TarFile, folder: Path) -> None:
    """Write the files of an archive. Raises TarError for links and names that lead out of the folder: no backup has them.

    Python 3.11 has a filter for this from 3.11.4 on; Debian 12 has 3.11.2.
    """
    for member in packed:
        target = folder / member.name
        if not (member.isfile() or member.isdir()) or not target.resolve().is_relative_to(folder.resolve()):
            raise tarfile.TarError(member.name)
        if member.isdir():
            target.mkdir(parents=True, exist_ok=True)
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        content = packed.extractfile(member)
        if content is None:
            raise tarfile.TarError(member.name)
        with content, target.open("wb") as file:
            shutil.copyfileobj(content, file)


@contextmanager
def _uploads_in_place(source: Path) -> Iterator[None]:
    """Copy the uploads to their folder. If the block fails, they are removed."""
    if not source.is_dir():
        yield
        return
    target = uploads_folder()
    if target is None:
        raise OperationError(_("The backup has uploaded files, but no folder for them is set."))
    copied = target.with_name(f"{target.name}.restoring")
    shutil.rmtree(copied, ignore_errors=True)
    shutil.copytree(source, copied)
    if target.is_dir():
        target.rmdir()
    copied.rename(target)
    try:
        yield
    except BaseException:
        shutil.rmtree(target, ignore_errors=True)
        raise
