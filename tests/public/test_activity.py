"""Activity charts: each entry is counted once, in its year and in the colour of its phase."""

import pytest
from django.urls import reverse

from tests import factories as make
from tests.pages import page

pytestmark = pytest.mark.django_db


def test_the_list_of_topics_draws_each_year_as_high_as_it_has_entries(client):
    make.make_phase(period="2011/2015", tone="jade")
    one, two = make.make_topic(title="一", position=1), make.make_topic(title="二", position=2)
    for date in ("2013", "2013-05", "2014"):
        make.make_milestone(date=date, topics=[one], published=True)
    make.make_milestone(topics=[one], published=True)
    make.make_milestone(date="2013", topics=[one])
    rows = {row.subject: row for row in client.get("/topics/").context["activity"]().rows}
    assert (rows[one].size, rows[one].undated, rows[one].period.display()) == (4, 1, "2013—2014年")
    assert [(block.subject, block.count) for block in rows[one].blocks] == [("jade", 2), ("jade", 1)]
    assert (rows[two].size, rows[two].blocks, rows[two].period) == (0, [], None)


def test_the_key_of_the_topics_names_no_phase_where_a_block_is_of_none(client):
    topic = make.make_topic()
    phase = make.make_phase(period="2011/2015")
    make.make_milestone(date="2013", phase=phase, topics=[topic], published=True)
    assert "未列入阶段" not in page(client, "/topics/")
    make.make_milestone(date="2010", topics=[topic], published=True)
    assert "未列入阶段" in page(client, "/topics/")


def test_a_body_and_an_area_count_an_entry_once_however_it_leads_to_them(client):
    area, body = make.make_area(), make.make_organization()
    make.make_designation(date="2013", designee=area, areas=[area], authorities=[body], published=True)
    make.make_designation(date="2013", designee=area, authorities=[body])
    make.make_policy(date="2014", issuers=[body], published=True)
    for name, record, size in (("area-list", area, 1), ("organization-list", body, 2)):
        rows = client.get(reverse(f"timeline:{name}")).context["activity"]().rows
        assert {row.subject: row.size for row in rows}[record] == size
