"""manage.py send_digest."""

import pytest
from django.core.management import CommandError, call_command

from tests.factories import make_milestone
from tests.mails import make_editor_and_reviewer
from timeline.editing.revisions import record_revision
from timeline.models import AccountSettings, QueuedMail

pytestmark = pytest.mark.django_db


def test_it_says_how_many_lists_there_are(mail_on, capsys):
    editor, reviewer = make_editor_and_reviewer()
    AccountSettings.objects.create(user=reviewer, delivery="digest")
    entry = make_milestone()
    record_revision(entry, by=editor)
    entry.submit(by=editor)
    call_command("send_digest")
    assert capsys.readouterr().out == "待办汇总邮件：1封。\n"
    assert QueuedMail.objects.get().user == reviewer


def test_without_mail_it_says_so():
    with pytest.raises(CommandError, match="没有设置EMAIL_URL"):
        call_command("send_digest")
