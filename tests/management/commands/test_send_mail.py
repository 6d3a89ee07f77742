"""manage.py send_mail."""

import pytest
from django.core.management import CommandError, call_command

from tests.factories import make_user
from tests.mails import make_staff
from timeline.models import PasswordResetRequest, QueuedMail

pytestmark = pytest.mark.django_db


def test_it_sends_what_waits_and_says_how_much(mail_on, mailoutbox, capsys):
    QueuedMail.objects.create(user=make_user(email="wang@example.org"), subject="甲", body="正文")
    call_command("send_mail")
    assert capsys.readouterr().out == "已发送1封，稍后重试0封，放弃0封。\n"
    assert [mail.subject for mail in mailoutbox] == ["甲"]


def test_it_answers_requests_that_a_server_left(mail_on, mailoutbox):
    make_staff("wang")
    PasswordResetRequest.objects.create(email="wang@example.org")
    call_command("send_mail")
    assert [mail.subject for mail in mailoutbox] == ["重设密码"]


def test_without_mail_it_says_so():
    with pytest.raises(CommandError, match="没有设置EMAIL_URL"):
        call_command("send_mail")
