"""Shared views: former addresses redirect permanently, and a model has its own view or the shared one."""

import pytest

from tests import factories as make
from timeline.models import REFERENCES, Organization, Phase, Policy
from timeline.public.views.base import view_for
from timeline.public.views.entries import EntryDetail, PolicyDetail
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


def test_a_model_has_the_view_that_names_it_or_the_one_that_all_share():
    assert view_for(EntryDetail, Policy).view_class is PolicyDetail
    assert view_for(ReferenceDetail, Organization).view_class is OrganizationDetail
    shared = view_for(EntryDetail, Phase)
    assert (shared.view_class, shared.view_initkwargs) == (EntryDetail, {"model": Phase})


@pytest.mark.parametrize("base", [EntryDetail, ReferenceDetail])
def test_no_model_has_two_views_of_its_own(base):
    models = [view.model for view in base.__subclasses__()]
    assert len(models) == len(set(models))
