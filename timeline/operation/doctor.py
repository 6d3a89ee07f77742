"""The checks of an installation in their order (`CHECKS`), and the run of some or all of them."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from django.db import Error
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from timeline.operation.checks.backups import check_backups
from timeline.operation.checks.certificate import check_certificate
from timeline.operation.checks.content import check_rules, check_search
from timeline.operation.checks.findings import Finding, Level
from timeline.operation.checks.installation import check_permissions, check_settings, check_static_files
from timeline.operation.checks.machine import check_clock, check_disk
from timeline.operation.checks.services import check_cache, check_database, check_mail, check_migrations


@dataclass(frozen=True)
class Check:
    """A check. `needs` are the names of those without which it cannot be made; `before_upgrade`: an error of it keeps an
    upgrade from being started."""

    name: str
    label: str | Promise
    run: Callable[[], Iterator[Finding]]
    needs: tuple[str, ...] = ()
    before_upgrade: bool = False


@dataclass(frozen=True)
class Result:
    """What a check found; `was_made` is false if what it needs is not there."""

    check: Check
    findings: list[Finding] = field(default_factory=list)
    was_made: bool = True

    @property
    def level(self) -> int:
        """The worst level of its findings; 0 without any."""
        return max((finding.level for finding in self.findings), default=0)


_CONTENT = ("database", "migrations")
# Each after those that it needs.
CHECKS = (
    Check("settings", gettext_lazy("Settings"), check_settings),
    Check("permissions", gettext_lazy("Permissions of files"), check_permissions, before_upgrade=True),
    Check("disk", gettext_lazy("Disk space"), check_disk, before_upgrade=True),
    Check("static", gettext_lazy("Static files"), check_static_files),
    Check("database", gettext_lazy("Database"), check_database, before_upgrade=True),
    Check("migrations", gettext_lazy("Migrations"), check_migrations, needs=("database",)),
    Check("clock", gettext_lazy("Clock"), check_clock, needs=_CONTENT),
    Check("cache", gettext_lazy("Shared cache"), check_cache),
    Check("mail", gettext_lazy("Mail"), check_mail, needs=_CONTENT),
    Check("search", gettext_lazy("Search"), check_search, needs=_CONTENT),
    Check("integrity", gettext_lazy("Rules of the content"), check_rules, needs=_CONTENT),
    Check("certificate", gettext_lazy("Certificate"), check_certificate),
    Check("backups", gettext_lazy("Backups"), check_backups),
)


def examine(names: Sequence[str] = ()) -> Iterator[Result]:
    """Make the checks of these names, or all of them, with those that they need."""
    chosen = set(names or [check.name for check in CHECKS])
    for check in reversed(CHECKS):
        if check.name in chosen:
            chosen.update(check.needs)
    failed: set[str] = set()
    for check in CHECKS:
        if check.name not in chosen:
            continue
        if not failed.isdisjoint(check.needs):
            result = Result(check, was_made=False)
        else:
            result = Result(check, _findings(check))
        if result.level == Level.ERROR or not result.was_made:
            failed.add(check.name)
        yield result


def _findings(check: Check) -> list[Finding]:
    try:
        return list(check.run())
    except Error as error:
        return [
            Finding(
                Level.ERROR,
                _("The database does not answer as it should: %(reason)s.") % {"reason": str(error).strip()},
                _("Look at DATABASE_URL, at the database server and at its log."),
            )
        ]
