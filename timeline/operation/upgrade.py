"""The steps of an upgrade, once the new code and its packages are installed: `STEPS`."""

import os
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.core.management import call_command
from django.db import OperationalError
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pyrage.x25519 import Recipient

from timeline.accounts.roles import set_up_groups
from timeline.delivery.server import APPLICATION, PROCESS, RESPAWN_INTERVAL
from timeline.editing.integrity import repair, violations
from timeline.operation.backup import backup
from timeline.operation.checks.findings import Level
from timeline.operation.databases import present_engine
from timeline.operation.doctor import CHECKS, examine
from timeline.operation.errors import OperationError
from timeline.operation.migrations import unapplied_migrations, unknown_migrations

# Of the migrations, each of which readers may hold up.
MAX_ATTEMPTS = 20


@dataclass(frozen=True)
class Plan:
    """What the operator has chosen. `backup_to`: a file or a folder, or None for no backup; `server`: the id of the process
    of the server, or None if there is none to restart."""

    backup_to: Path | None
    recipients: Sequence[Recipient] = ()
    server: int | None = None


@dataclass(frozen=True)
class Step:
    """A step, which yields sentences on what it did, and raises OperationError if the upgrade cannot go on."""

    label: str | Promise
    run: Callable[[Plan], Iterator[str]]


def _check(plan: Plan) -> Iterator[str]:
    names = [check.name for check in CHECKS if check.before_upgrade]
    for result in examine(names):
        for finding in result.findings:
            if finding.level == Level.ERROR:
                raise OperationError(f"{finding.problem} {finding.remedy}")
            yield finding.problem
    if unknown := unknown_migrations():
        raise OperationError(
            _("The database is from a later version of the software, which has %(name)s.")
            % {"name": unknown[-1]}
        )
    if plan.server is not None:
        check_server(plan.server)


def _back_up(plan: Plan) -> Iterator[str]:
    if plan.backup_to is None:
        yield _("No backup, as you asked.")
    elif present_engine().is_empty():
        yield _("The database is empty: there is nothing to back up.")
    else:
        yield str(backup(plan.backup_to, plan.recipients).path)


def _migrate(plan: Plan) -> Iterator[str]:
    pending = unapplied_migrations()
    for attempt in range(1, MAX_ATTEMPTS + 1):
        try:
            call_command("migrate", interactive=False, verbosity=0)
            break
        except OperationalError as error:
            if not _is_in_the_way(error) or attempt == MAX_ATTEMPTS:
                raise
            # Each migration is applied as a whole or not at all: the next attempt goes on with the one that was refused.
            yield _("Visitors were reading a table that changes; trying again.")
            time.sleep(1)
    yield from pending or [_("The database is up to date.")]


def _is_in_the_way(error: OperationalError) -> bool:
    """Whether another connection held a lock: a deadlock (40P01) or the end of waiting (55P03) on PostgreSQL."""
    return getattr(error.__cause__, "sqlstate", None) in ("40P01", "55P03")


def _set_up_groups(plan: Plan) -> Iterator[str]:
    for change in set_up_groups():
        if change:
            yield (_("%(group)s: made") if change.created else _("%(group)s: changed")) % {
                "group": change.group
            }


def _collect_static_files(plan: Plan) -> Iterator[str]:
    call_command("collectstatic", interactive=False, verbosity=0)
    yield from ()


def _repair_documents(plan: Plan) -> Iterator[str]:
    if mended := repair():
        yield _("%(count)s records mended.") % {"count": mended}


def _check_integrity(plan: Plan) -> Iterator[str]:
    # Many are mistakes that editors have to decide about. They do not keep visitors from the new version.
    yield from violations()


def _restart(plan: Plan) -> Iterator[str]:
    if plan.server is None:
        yield _(
            "Restart the server now (systemctl reload chronicle, or kill -HUP of its process); if it is stopped, start it (systemctl start chronicle)."
        )
        return
    check_server(plan.server)
    os.kill(plan.server, signal.SIGHUP)
    yield _("The server replaces its workers one by one, which takes up to %(seconds)s seconds for each.") % {
        "seconds": RESPAWN_INTERVAL
    }


STEPS = (
    Step(gettext_lazy("Checks"), _check),
    Step(gettext_lazy("Backup"), _back_up),
    Step(gettext_lazy("Migrations"), _migrate),
    Step(gettext_lazy("Groups and permissions"), _set_up_groups),
    Step(gettext_lazy("Static files"), _collect_static_files),
    Step(gettext_lazy("Search documents and derived columns"), _repair_documents),
    Step(gettext_lazy("Rules of the content"), _check_integrity),
    Step(gettext_lazy("Restart"), _restart),
)


def check_server(process: int) -> None:
    """Raise OperationError unless the process is a server of `manage.py serve`: SIGHUP would end any other."""
    try:
        command = Path(f"/proc/{process}/cmdline").read_bytes().split(b"\0")
        # A server of the former version may have been started as "granian".
        if not {b"granian", PROCESS.encode()} & {*command} or APPLICATION.encode() not in command:
            raise OperationError(
                _("The process %(process)s is no server of manage.py serve.") % {"process": process}
            )
        os.kill(process, 0)
    except OSError as error:
        raise OperationError(
            _("The process %(process)s cannot be reached: %(reason)s.")
            % {"process": process, "reason": error.strerror}
        ) from None
