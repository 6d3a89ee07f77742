"""The settings of accounts."""

import pytest
from django.db import IntegrityError

from tests.factories import make_user
from timeline.models import AccountSettings

pytestmark = pytest.mark.django_db


def test_the_database_refuses_an_unknown_choice():
    with pytest.raises(IntegrityError):
        AccountSettings.objects.create(user=make_user(), delivery="weekly")


def test_settings_are_found_by_the_user_name():
    settings = AccountSettings.objects.create(user=make_user(username="wang"))
    assert AccountSettings.objects.get_by_natural_key(*settings.natural_key()) == settings
    assert not AccountSettings.objects.must_change_password().exists()
