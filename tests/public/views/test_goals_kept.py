"""Pages whose due years are kept from before an entry was published."""

import pytest

from tests import factories as make
from tests.pages import page
from timeline.models import content_version

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_front_page_links_a_due_year_that_is_new_since_to_all_goals(client):
    make.make_milestone(date="2020", published=True)
    make.make_goal(title="先定", date="2010", target="2015", published=True)
    with content_version.pinned(content_version.read()):
        assert "due-2015" in page(client, "/goals/")
        make.make_goal(title="后定", date="2011", target="2018", published=True)
        text = page(client, "/")
    assert "后定" in text
    assert 'href="/goals/#due-2015"' in text
    assert "due-2018" not in text


def test_a_goal_published_in_a_new_due_year_since_has_a_group(client):
    make.make_goal(title="先定", date="2010", target="2015", published=True)
    make.make_milestone(date="2020", published=True)
    with content_version.pinned(content_version.read()):
        page(client, "/")
        make.make_goal(title="更早", date="2010", target="2013", published=True)
        text = page(client, "/goals/")
    assert "更早" in text
    assert 'id="due-2013"' in text
