"""What the texts of all mails have in common."""

import pytest

from tests.factories import make_chronicle, make_user
from timeline.accounts.texts import mail_language, paragraphs, signature
from timeline.models import AccountSettings

pytestmark = pytest.mark.django_db


def test_mails_are_in_chinese_unless_somebody_chose_another_language():
    user = make_user()
    assert mail_language(user) == "zh-hans"
    AccountSettings.objects.create(user=user, language="en")
    user.refresh_from_db()
    assert mail_language(user) == "en"


def test_mails_are_in_english_only_where_the_site_is():
    user = make_user()
    AccountSettings.objects.create(user=user, language="en")
    make_chronicle(english_pages=False)
    assert mail_language(user) == "zh-hans"


def test_a_mail_ends_with_the_site_and_where_to_choose_notifications():
    make_chronicle(title="智慧宁波")
    assert signature() == "—\n智慧宁波 · https://chronicle.example/admin/"
    assert signature(with_choice=True).endswith(
        "\n何时接收此类邮件，可在这里选择：https://chronicle.example/admin/account/"
    )


def test_empty_parts_leave_no_gap():
    assert paragraphs("甲", "", "乙") == "甲\n\n乙\n"
