"""The screens of what entries refer to: how many entries do."""

import pytest

from tests.admin_lists import rows
from tests.world import add_entries, make_world
from timeline.models import Entry

pytestmark = pytest.mark.django_db


def test_reference_lists_count_the_entries_that_refer_to_each(editor_client):
    world = make_world()
    add_entries(world, "一")
    add_entries(world, "二", status="draft")
    counted = {
        "phase": (world.phase, Entry.objects.filter(phase=world.phase).count()),
        "topic": (world.topic, Entry.objects.filter(topics=world.topic).count()),
        # Three policies, milestones and designations each; the area is both designee and further area of three.
        "organization": (world.organization, 9),
        "area": (world.area, 3),
        "source": (world.source, Entry.objects.filter(citations__source=world.source).distinct().count()),
    }
    for noun, (record, number) in counted.items():
        (row,) = [row for row in rows(editor_client, noun) if row.startswith(f"{record.title} ")]
        assert row.split()[-1] == str(number), noun
