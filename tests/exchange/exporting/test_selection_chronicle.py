"""Exports of a whole chronicle: only requested records are written, for the public only published ones."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.exports import FORMS, WRAPPED, exported, forms
from tests.files import read_all
from tests.world import add_entries
from timeline.exchange.exporting.selection import published
from timeline.models import Entry, Policy

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@forms
def test_a_queryset_goes_out_with_the_parts_of_its_records_alone(form, tmp_path, hidden):
    policies = hidden["draft"][:1]
    rows, _ = read_all(exported(tmp_path, form, Policy.objects.filter(pk=policies[0].pk)))
    assert {row.table.name: row.cells.get("slug", policies[0].slug) for row in rows} == dict.fromkeys(
        ("policies", "citations", "relations"), policies[0].slug
    )
    owners = {row.cells[row.table.within] for row in rows if row.table.within}
    assert owners == {policies[0].slug}


@forms
def test_the_public_sees_what_is_published_and_nothing_of_the_rest(form, tmp_path, world, hidden):
    origin = Policy.objects.get(pk=world.origin.pk)
    hidden = {*Entry.objects.exclude(pk__in=Entry.objects.published()).values_list("slug", flat=True)}
    path = exported(tmp_path, form, visible=published, has_status=False)
    rows, _ = read_all(path)
    assert {row.cells["slug"] for row in rows if issubclass(row.table.model, Entry)} == {
        *Entry.objects.published().values_list("slug", flat=True)
    }
    said = str([row.cells for row in rows])
    assert "未公开" not in said
    assert origin.slug in said
    named = {cell for row in rows for value in row.cells.values() for cell in (value if isinstance(value, list) else str(value).split("; "))}  # fmt: skip
    assert named.isdisjoint(hidden)
    assert path.is_dir() or not any(
        slug.encode() in path.read_bytes() for slug in hidden if "zip" not in form
    )


@pytest.mark.parametrize(
    "asked_for",
    [{*FORMS} - {*WRAPPED}, pytest.param({*WRAPPED}, marks=pytest.mark.long)],
    ids=["each format", "wrapped"],
)
def test_an_export_asks_as_often_for_many_records_as_for_few(tmp_path, world, asked_for):
    def asked(form):
        with CaptureQueriesContext(connection) as found:
            exported(tmp_path, form)
        return len(found)

    few = {form: asked(form) for form in asked_for}
    add_entries(world, "更多")
    assert {form: asked(form) for form in asked_for} == few
