"""manage.py setup_groups: create the groups or repair their permissions."""

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from timeline.accounts.roles import UnknownPermissionError, set_up_groups


class Command(BaseCommand):
    help = (
        "Make editors, reviewers and administrators with their rights; say what changed. Safe to run again."
    )

    def handle(self, **options: object) -> None:
        try:
            changes = [change for change in set_up_groups() if change]
        except UnknownPermissionError as error:
            raise CommandError(
                _("There is no permission %(name)s. Run manage.py migrate first.") % {"name": error}
            ) from None
        if not options["verbosity"]:
            return
        for change in changes:
            message = _("%(group)s: made") if change.created else _("%(group)s: changed")
            self.stdout.write(message % {"group": change.group})
            for permission in change.granted:
                self.stdout.write(f"  + {permission}")
            for permission in change.revoked:
                self.stdout.write(f"  - {permission}")
        if not changes:
            self.stdout.write(_("The groups are as they should be."))
