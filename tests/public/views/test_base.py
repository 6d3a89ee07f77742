"""Former addresses, which lead on for good where there is something to see, and the view of each model."""

import pytest

from tests import factories as make
from timeline.models import REFERENCES, Organization, Topic
from timeline.public.views.base import SlugDetailView, view_for
from timeline.public.views.reference import OrganizationDetail, ReferenceDetail

pytestmark = pytest.mark.django_db


def test_a_former_address_leads_on_within_its_language(client):
    moved = make.make_policy(slug="old", published=True)
    moved.slug = "new"
    moved.save()
    assert client.get("/en/policies/old/")["Location"] == "/en/policies/new/"
    assert client.get("/policies/old/")["Location"] == "/policies/new/"


@pytest.mark.parametrize("model", REFERENCES, ids=lambda model: model._meta.model_name)
def test_a_changed_slug_leads_on_for_good(client, model):
    one = make.make_reference(model, slug="first")
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


def test_a_model_has_a_view_of_its_own_or_the_shared_one():
    assert view_for(ReferenceDetail, Organization).view_class is OrganizationDetail
    # Only views below the shared one count.
    shared = view_for(OrganizationDetail, Topic)
    assert (shared.view_class, shared.view_initkwargs["model"]) == (OrganizationDetail, Topic)


def test_no_model_has_two_views():
    views = [SlugDetailView]
    for view in views:
        views += view.__subclasses__()
    models = [view.model for view in views if view.model is not None]
    assert len(models) == len(set(models))
