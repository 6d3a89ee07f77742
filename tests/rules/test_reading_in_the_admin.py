"""Whoever only reads at the desk waits for nobody: with a writer at work, on SQLite, every page of it opens."""

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import connections
from django.test import Client
from zeal import zeal_ignore

from tests import factories as make
from tests.admin_walk import QUERIES, AdminWalk, site_addresses
from tests.forms import address_of, fields_of
from tests.world import revised
from timeline.accounts.roles import ADMINISTRATORS
from timeline.admin.change_form import REOPEN_FIELD
from timeline.editing.working_copies import save_working_copy

pytestmark = [
    pytest.mark.long,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        "connections['default'].vendor != 'sqlite'", reason="Elsewhere nobody holds all of the database."
    ),
]


# What is sent and only read of, by the short names of its addresses: files that go out, the text beside its preview.
SENT_TO_READ = {"export": {"format": "json"}, "timeline_markdown": {"text": "*甲*"}}


@contextlib.contextmanager
def in_a_file(path: Path) -> Iterator[None]:
    """Within this block the database is a copy in a file, with the settings of a site; who waits there gives up soon."""
    memory = connections["default"]
    memory.ensure_connection()
    with contextlib.closing(sqlite3.connect(path)) as file:
        memory.connection.backup(file)
    there = connections.create_connection("default")
    there.settings_dict = {
        **memory.settings_dict,
        "NAME": str(path),
        "OPTIONS": {**memory.settings_dict["OPTIONS"], "timeout": 0.05},
    }
    connections["default"] = there
    try:
        yield
    finally:
        there.close()
        connections["default"] = memory


@contextlib.contextmanager
def somebody_writing(path: Path) -> Iterator[None]:
    """Within this block somebody else holds what only one who writes can hold."""
    with contextlib.closing(sqlite3.connect(path)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        yield


def revise_everything(walk: AdminWalk) -> None:
    """Every public entry has a working copy with something in each of its lists and parts."""
    policy = next(iter(walk.public.values()))
    for entry in walk.public.values():
        save_working_copy(entry, revised(entry, walk.world, policy), by=walk.world.user)


def administrator() -> Client:
    user = make.make_user(is_staff=True)
    user.groups.add(Group.objects.get(name=ADMINISTRATORS))
    client = Client(raise_request_exception=False)
    client.force_login(user)
    return client


def test_every_page_of_the_desk_opens_while_somebody_writes(tmp_path):
    path = tmp_path / "chronicle.sqlite3"
    with in_a_file(path), zeal_ignore():
        walk = AdminWalk()
        revise_everything(walk)
        client = administrator()
        answers: dict[str, Any] = {}
        with somebody_writing(path):
            for address in site_addresses():
                for record in walk.records(address).values():
                    location = walk.location(address, record)
                    answers[location] = client.get(location, QUERIES.get(address.short, {}))
                    if address.short == "change" and address.model in make.ENTRY_MAKERS:
                        # As the browser opens a form once more for a draft that it has kept.
                        again = fields_of(answers[location].content.decode()) | {REOPEN_FIELD: "1"}
                        answers[f"{location} again"] = client.post(location, again)
                    if address.short in SENT_TO_READ:
                        form = fields_of(answers[location].content.decode()) | SENT_TO_READ[address.short]
                        answers[f"{location} sent"] = client.post(location, form)
                        assert answers[f"{location} sent"].status_code == 200
                        assert answers[f"{location} sent"].getvalue()
        assert len(answers) > 150
        assert len([where for where in answers if where.endswith(" sent")]) > 10
        assert {
            where: answer.status_code for where, answer in answers.items() if answer.status_code >= 500
        } == {}
        for entry in walk.public.values():
            change, preview = (address_of(tag, entry) for tag in ("change", "preview"))
            for where in (change, f"{change} again", preview):
                assert answers[where].status_code == 200
                assert "新的summary" in answers[where].content.decode()
