"""Reading in the admin waits for no writer: on SQLite, every page opens during a write transaction."""

from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from zeal import zeal_ignore

from tests import factories as make
from tests.admin_walk import QUERIES, AdminWalk, site_addresses
from tests.forms import address_of, fields_of
from tests.sqlite_files import in_a_file, somebody_writing
from tests.world import revised
from timeline.accounts.roles import ADMINISTRATORS
from timeline.admin.change_form import REOPEN_FIELD
from timeline.editing.working_copies import save_working_copy
from timeline.models import Entry, Policy

pytestmark = [
    pytest.mark.long,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "sqlite", reason="Elsewhere nobody holds all of the database."),
]


# Forms that are posted but write nothing, by short names of addresses: exports, the Markdown preview.
SENT_TO_READ = {"export": {"format": "json"}, "timeline_markdown": {"text": "*甲*"}}


def public_entries(walk: AdminWalk) -> list[Entry]:
    return [record for record in walk.public.values() if isinstance(record, Entry)]


def revise_everything(walk: AdminWalk) -> None:
    """Give every public entry a working copy with a value in each of its lists and parts."""
    policy = walk.public[Policy]
    for entry in public_entries(walk):
        save_working_copy(entry, revised(entry, walk.world, policy), by=walk.world.user)


def administrator() -> Client:
    user = make.make_user(is_staff=True)
    user.groups.add(Group.objects.get(name=ADMINISTRATORS))
    client = Client(raise_request_exception=False)
    client.force_login(user)
    return client


def test_every_page_of_the_admin_opens_while_somebody_writes(tmp_path):
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
                        # The browser reopens a form like this for a draft that it has stored.
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
        for entry in public_entries(walk):
            change, preview = (address_of(tag, entry) for tag in ("change", "preview"))
            for where in (change, f"{change} again", preview):
                assert answers[where].status_code == 200
                assert "新的summary" in answers[where].content.decode()
