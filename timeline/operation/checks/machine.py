"""Checks of the machine: room on its disks, its clock."""

import datetime
from collections.abc import Iterator

from django.db import connection
from django.template.defaultfilters import filesizeformat
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from timeline.delivery import release
from timeline.models import Revision, content_version
from timeline.operation.checks.findings import Finding, Level
from timeline.operation.disk import LOW_FREE_BYTES, MIN_FREE_BYTES, free_bytes, free_bytes_of_backups

# What clocks may differ, and what a time may lie ahead.
TOLERANCE = datetime.timedelta(seconds=10)


def check_disk() -> Iterator[Finding]:
    for folder, free in (free_bytes_of_backups() | free_bytes()).items():
        if free < LOW_FREE_BYTES:
            yield Finding(
                Level.ERROR if free < MIN_FREE_BYTES else Level.WARNING,
                _("The disk of %(folder)s has only %(free)s left.")
                % {"folder": folder, "free": filesizeformat(free)},
                _(
                    "Make room: old backups (backup --keep), logs, snapshots. When the disk is full, nothing can be saved."
                ),
            )


def check_clock() -> Iterator[Finding]:
    now = timezone.now()
    if now < release.running().modified_at - TOLERANCE:
        yield _wrong(_("The clock is before the time at which this software was installed."), now)
    newest = Revision.objects.order_by("-created_at").values_list("created_at", flat=True).first()
    changed_at = content_version.read().changed_at
    if max(newest or changed_at, changed_at) > now + TOLERANCE:
        yield _wrong(
            _("The database has changes from the future: the clock was set back, or was ahead before."), now
        )
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            (there,) = cursor.fetchone()
        if abs(there - timezone.now()) > TOLERANCE:
            yield _wrong(_("The clocks of this machine and of the database differ."), now)


def _wrong(problem: str, now: datetime.datetime) -> Finding:
    local = formats.date_format(timezone.localtime(now), "Y-m-d H:i:s")
    return Finding(
        Level.ERROR,
        f"{problem} ({local})",
        _(
            "Have the clock set over the network: timedatectl set-ntp true. Scheduled publication and second factors need it."
        ),
    )
