"""Exported Django fixtures load into an empty database and equal dumpdata output, except for accounts."""

import io
import json

import pytest
from django.core.management import call_command
from django.db import connection

from tests import factories as make
from tests.exports import exported, rows_in_database
from tests.files import contents
from tests.world import add_entries, make_world
from timeline.editing.integrity import violations
from timeline.models import Entry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def emptied():
    connection.check_constraints()  # PostgreSQL cannot truncate a table with pending checks.
    call_command("flush", interactive=False, verbosity=0, inhibit_post_migrate=True)
    assert not Entry.objects.exists()


def test_a_fixture_loads_into_an_empty_database_and_gives_the_same_export(tmp_path):
    world = make_world()
    for status in ("draft", "scheduled", "withdrawn"):
        add_entries(world, status, status=status)
    make.make_area(slug="0-before-its-parent", parent=world.area)
    before, rows = contents(exported(tmp_path, "django")), rows_in_database()
    statuses = list(
        Entry.objects.order_by("slug").values_list("slug", "status", "published_at", "changed_at")
    )
    emptied()
    call_command("loaddata", tmp_path / "all.json", verbosity=0)
    assert rows_in_database() == rows
    assert list(Entry.objects.order_by("slug").values_list("slug", "status", "published_at", "changed_at")) == statuses  # fmt: skip
    assert contents(exported(tmp_path, "django")) == before
    # loaddata does not write search documents.
    call_command("check_integrity", mend=True, verbosity=0)
    assert list(violations()) == []
    assert not Entry.objects.ever_public().exclude(published_by__is_active=False)


def test_a_fixture_is_what_dumpdata_writes_but_for_persons_and_parts_of_a_millisecond(tmp_path):
    make_world()
    out = io.StringIO()
    call_command("dumpdata", "timeline", "--natural-foreign", "--natural-primary", stdout=out, verbosity=0)
    ours = json.loads(exported(tmp_path, "django").read_text(encoding="utf-8"))
    models = {its["model"] for its in ours} - {"auth.user"}

    def comparable(objects):
        for its in objects:
            for name in ("published_at", "created_at", "changed_at"):
                if its["fields"].get(name):
                    its["fields"][name] = its["fields"][name][:19]
            if its["fields"].get("published_by"):
                its["fields"]["published_by"] = ["somebody"]
        return sorted(json.dumps(its, sort_keys=True) for its in objects if its["model"] in models)

    assert comparable(ours) == comparable(json.loads(out.getvalue()))
    assert [list(its["fields"]) for its in ours if its["model"] == "timeline.policy"][0][0] == "entry_ptr"
