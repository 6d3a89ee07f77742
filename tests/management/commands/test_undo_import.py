"""manage.py undo_import: it undoes an import by number, and fails if it could undo nothing."""

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from tests.factories import make_editor, make_user
from timeline.exchange.importing.import_files import import_files
from timeline.models import Milestone

pytestmark = pytest.mark.django_db


def imported(folder, user, **content):
    return import_files([folder(**content)], by=user).batch


@pytest.mark.usefixtures("english")
def test_the_command_fails_where_it_could_undo_nothing(folder):
    user = make_editor(username="li")
    first = imported(folder, user, milestones="- {slug: a, title: 甲}")
    second = imported(folder, user, milestones="- {slug: a, title: 乙}")
    with pytest.raises(CommandError, match=f"stands as it did.\n.*Import {second.pk} changed it since"):
        call_command("undo_import", first.pk, user="li")
    call_command("undo_import", second.pk, user="li")
    call_command("undo_import", first.pk, user="li")
    assert not Milestone.objects.exists()


def test_the_command_undoes_an_import_by_its_number(folder, capsys):
    user = make_editor(username="li")
    batch = import_files([folder(milestones="- {slug: launch, title: 启动}")], by=user).batch
    call_command("undo_import", batch.pk, user="li")
    assert "1" in capsys.readouterr().out
    assert not Milestone.objects.exists()
    with pytest.raises(CommandError, match="已经撤销"):
        call_command("undo_import", batch.pk, user="li")
    with pytest.raises(CommandError):
        call_command("undo_import", batch.pk + 1, user="li")


def test_an_account_that_there_is_not_undoes_nothing(folder):
    batch = imported(folder, make_user(), milestones="- {slug: a, title: 甲}")
    with pytest.raises(CommandError, match="nobody"):
        call_command("undo_import", batch.pk, user="nobody")
    assert Milestone.objects.exists()


@pytest.mark.usefixtures("english")
def test_an_account_without_the_right_undoes_nothing(folder):
    batch = imported(folder, make_user(username="bian"), milestones="- {slug: a, title: 甲}")
    with pytest.raises(CommandError, match="“bian” may not undo imports."):
        call_command("undo_import", batch.pk, user="bian")
    assert Milestone.objects.exists()
