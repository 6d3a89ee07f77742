"""The page of the relations: each once, with links to both entries, in pages."""

import re

import pytest
from django.urls import reverse

from tests import factories as make
from tests.pages import order_of, page

pytestmark = pytest.mark.django_db


def rows(text):
    return re.findall(r"<tr>.*?</tr>", text.partition("<tbody>")[2], re.DOTALL)


def test_a_row_has_both_entries_and_what_the_first_states_of_the_second(client):
    policy = make.make_policy(title="新办法", title_en="New measures", date="2014", published=True)
    former = make.make_policy(title="旧办法", title_en="Old measures", date="2012", published=True)
    make.make_relation(policy, "amends", former)
    (row,) = rows(page(client, "/en/relations/"))
    assert order_of(row, "New measures", "2014", "amends", "Old measures", "2012")
    assert f'href="/en{policy.get_absolute_url()}"' in row
    assert f'href="/en{former.get_absolute_url()}"' in row
    assert len(rows(page(client, reverse("timeline:relation-list")))) == 1
    assert len(rows(page(client, "/zh-hant/relations/"))) == 1


def test_the_relation_of_a_draft_is_nowhere(client):
    policy = make.make_policy(date="2014", published=True)
    make.make_relation(make.make_policy(title="草稿"), "amends", policy)
    make.make_goal(title="目标的草稿", declared_by=policy)
    text = page(client, "/relations/")
    assert "草稿" not in text
    assert rows(text) == []
    assert "No relation has been published yet." in page(client, "/en/relations/")


def test_it_has_pages_of_50_in_a_fixed_number_of_queries(client, django_assert_max_num_queries):
    policy = make.make_policy(date="2014", published=True)
    for _number in range(52):
        make.make_milestone(date="2014", policies=[policy], published=True)
    # The content version twice, the chronicle, equal titles; the number of relations, those of the page and their entries.
    with django_assert_max_num_queries(7):
        first = page(client, "/relations/")
    assert len(rows(first)) == 50
    assert 'rel="next" href="/relations/?page=2"' in first
    assert len(rows(page(client, "/relations/?page=2"))) == 2
