"""Former addresses: each leads on for good, where there is something to see."""

import pytest

from tests import factories as make

pytestmark = pytest.mark.django_db


def test_a_former_address_leads_on_within_its_language(client):
    moved = make.make_policy(slug="old", published=True)
    moved.slug = "new"
    moved.save()
    assert client.get("/en/policies/old/")["Location"] == "/en/policies/new/"
    assert client.get("/policies/old/")["Location"] == "/policies/new/"


@pytest.mark.parametrize("make_one", [make.make_topic, make.make_source, make.make_phase, make.make_area, make.make_organization])  # fmt: skip
def test_a_changed_slug_leads_on_for_good(client, make_one):
    one = make_one(slug="first")
    old = one.get_absolute_url()
    for slug in ("second", "third"):
        one.slug = slug
        one.save()
    answer = client.get(old)
    assert (answer.status_code, answer["Location"]) == (301, one.get_absolute_url())
    one.slug = "first"
    one.save()
    assert client.get(old).status_code == 200


def test_the_former_address_of_an_entry_leads_on_only_where_it_is_public(client):
    entry = make.make_milestone(slug="first", published=True)
    draft = make.make_milestone(slug="hidden")
    for one, slug in ((entry, "second"), (draft, "still-hidden")):
        one.slug = slug
        one.save()
    assert client.get("/milestones/first/")["Location"] == "/milestones/second/"
    assert client.get("/milestones/hidden/").status_code == 404
