"""A backup says what it has, and is refused where the code or the database does not fit."""

import dataclasses

import pytest
from django.db import connection

from tests import factories as make
from timeline.operation.errors import OperationError
from timeline.operation.state import FORMAT, State, software_version

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def rows(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall()


@pytest.fixture
def state():
    make.make_milestone()
    return State.read(rows)


def test_it_counts_the_rows_of_every_table(state):
    assert state.rows["timeline_milestone"] == state.rows["timeline_entry"] == 1
    # Accounts, their groups and their second factors too.
    assert {
        "auth_user",
        "auth_user_groups",
        "otp_totp_totpdevice",
        "timeline_revision",
        "django_session",
    } <= {*state.rows}
    state.check_rows(rows)


def test_it_is_read_from_its_file(state, tmp_path):
    state.write(tmp_path / "state.json")
    assert State.load(tmp_path / "state.json") == state
    assert state.version == software_version()


def test_a_table_with_other_rows_is_named(state):
    make.make_milestone()
    with pytest.raises(OperationError, match="timeline_entry has 2 rows and not 1"):
        state.check_rows(rows)


def test_the_present_code_knows_its_own_state(state):
    state.check_known()


def test_a_database_of_later_code_is_refused_with_its_version(state):
    later = dataclasses.replace(
        state, version="9.0", migrations=[*state.migrations, ["timeline", "9999_later"]]
    )
    with pytest.raises(OperationError, match=r"9\.0.*timeline\.9999_later"):
        later.check_known()


def test_a_backup_of_a_later_format_is_refused(state, tmp_path):
    dataclasses.replace(state, format=FORMAT + 1).write(tmp_path / "state.json")
    with pytest.raises(OperationError, match="later one"):
        State.load(tmp_path / "state.json")


@pytest.mark.parametrize("text", ["", "[]", '{"format": 1}', "{"])
def test_what_is_no_state_is_refused(tmp_path, text):
    (tmp_path / "state.json").write_text(text, encoding="utf-8")
    with pytest.raises(OperationError, match="no backup"):
        State.load(tmp_path / "state.json")
