"""The name of a user as everybody sees it."""

import pytest
from django.contrib.auth.models import User

from timeline.accounts.names import display_name


@pytest.mark.parametrize(
    ("last_name", "first_name", "shown"),
    [
        ("王", "小明", "王小明"),
        ("欧阳", "", "欧阳"),
        ("", "小明", "小明"),
        (" 王 ", " 小明 ", "王小明"),
        ("Berg", "Anna", "Anna Berg"),
        ("Berg", "", "Berg"),
        ("", "", "wang"),
    ],
)
def test_a_chinese_name_has_the_family_name_first_and_no_blank(last_name, first_name, shown):
    assert display_name(User(username="wang", last_name=last_name, first_name=first_name)) == shown
