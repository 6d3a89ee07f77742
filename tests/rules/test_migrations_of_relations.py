"""Migrations of what entries name: stored rows have the columns of today."""

import pytest

from tests import factories as make
from tests.migrated_rows import migrated
from timeline.models import Comment, ImportMapping
from timeline.rows.tables import table_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("quick_migrations")]


def row_of(entry):
    return table_of(type(entry)).whole_row_of(entry)


def test_rows_of_a_milestone_from_before_areas_name_none_after_migrating():
    milestone = make.make_milestone()
    former = {name: cell for name, cell in row_of(milestone).items() if name != "areas"}
    row, revised, sent = migrated(milestone, former, "0023")
    assert revised == sent == row


def test_what_a_designation_named_as_its_only_authority_is_the_first_after_migrating():
    body = make.make_organization(slug="ministry", precedence=1)
    joint = make.make_designation(authorities=[body, make.make_organization(slug="office", precedence=9)])
    alone = make.make_designation()
    rows = {entry.pk: row_of(entry) for entry in (joint, alone)}
    comment = Comment.objects.create(
        table="entry", record=joint.pk, field="authorities", text="哪个部？", created_by=make.make_user()
    )
    columns = [{"column": "authorities", "headers": ["公布机关"]}]
    mapping = {"sheets": [{"table": "pilot_designations", "columns": columns}]}
    remembered = ImportMapping.objects.create(
        shape="a", name="试点.xlsx", mapping=mapping, created_by=make.make_user()
    )
    former = {name: cell for name, cell in rows[joint.pk].items() if name != "authorities"}
    _row, revised, sent = migrated(joint, former | {"authority": "ministry"}, "0024")
    assert revised == sent == former | {"authorities": ["ministry"]}
    # Going back keeps the first one.
    assert [one.slug for one in joint.authorities.all()] == ["ministry"]
    assert row_of(alone) == rows[alone.pk]
    comment.refresh_from_db()
    remembered.refresh_from_db()
    assert (comment.field, remembered.mapping) == ("authorities", mapping)


def test_a_row_of_a_designation_without_an_authority_has_an_empty_list_after_migrating():
    designation = make.make_designation()
    former = {name: cell for name, cell in row_of(designation).items() if name != "authorities"}
    row, revised, sent = migrated(designation, former | {"authority": None}, "0024")
    assert revised == sent == row
