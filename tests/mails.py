"""Helpers for tests of mails: a mail server that is there, or away, and a staff with addresses."""

import re

from django.contrib.auth.models import Group

from tests.factories import make_user
from tests.ports import free_port
from timeline.accounts.roles import EDITORS, REVIEWERS, set_up_groups

SMTP = "django.core.mail.backends.smtp.EmailBackend"


def make_staff(*names, groups=(), **kw):
    """Create users of the admin by name, each with an address, in these groups."""
    set_up_groups()
    found = []
    for name in names:
        values = {"username": name, "email": f"{name}@example.org", "is_staff": True} | kw
        user = make_user(**values)
        user.groups.set(Group.objects.filter(name__in=groups))
        found.append(user)
    return found


def make_editor_and_reviewer():
    (editor,) = make_staff("editor", groups=[EDITORS], last_name="王", first_name="小明")
    (reviewer,) = make_staff("reviewer", groups=[REVIEWERS], last_name="李", first_name="华")
    return editor, reviewer


def mail_server_away(settings):
    """Have mails sent to a port where nobody listens."""
    settings.EMAIL_PORT = free_port()
    settings.EMAIL_BACKEND, settings.EMAIL_HOST = SMTP, "127.0.0.1"


def link_in(text):
    """Return the path of the link to set a password."""
    return re.search(r"https?://[^/]+(/admin/set-password/\S+/)", text)[1]
