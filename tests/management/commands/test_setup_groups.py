"""manage.py setup_groups: it reports the groups that it created and changed, or that nothing changed."""

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command

pytestmark = pytest.mark.django_db


def test_setting_up_makes_the_three_groups_and_says_so(capsys):
    call_command("setup_groups")
    printed = capsys.readouterr().out
    assert set(Group.objects.values_list("name", flat=True)) == {"编辑", "审核员", "管理员"}
    assert "编辑：已新建" in printed
    assert "  + timeline.submit_entry\n" in printed


def test_setting_up_again_changes_nothing_and_says_so(capsys):
    call_command("setup_groups", verbosity=0)
    assert capsys.readouterr().out == ""
    call_command("setup_groups")
    assert capsys.readouterr().out == "用户组无须调整。\n"
