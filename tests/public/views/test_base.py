"""Shared views: former addresses redirect permanently, and a model has its own view or the shared one."""

import pytest

from tests import factories as make
from tests.pages import page
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


@pytest.mark.parametrize("prefix", ["", "/zh-hant", "/en"])
def test_a_changed_title_is_on_every_page_that_kept_the_former_one(client, prefix):
    topic = make.make_topic(title="云计算", title_en="Clouds")
    policy = make.make_policy(title="光网方案", title_en="Fibre", published=True, date="2013")
    policy.topics.add(topic)
    pages = [f"{prefix}/", f"{prefix}{policy.get_absolute_url()}", f"{prefix}{topic.get_absolute_url()}"]
    former, changed = ("Fibre", "Broadband") if prefix == "/en" else ("方案", "规划")
    if prefix == "/zh-hant":
        changed = "規劃"
    for address in pages:
        client.get(address)
        assert former in client.get(address).content.decode()
    policy.title, policy.title_en = "宽带规划", "Broadband"
    policy.save()
    for address in pages:
        text = client.get(address).content.decode()
        assert changed in text, address
        assert former not in text, address


def test_a_changed_source_or_topic_is_on_the_pages_of_its_entries(client):
    source, topic = make.make_source(title="甲报"), make.make_topic(title="云计算")
    policy = make.make_policy(published=True)
    make.make_citation(policy, source=source)
    policy.topics.add(topic)
    assert all("甲报" in page(client, address) for address in ("/", policy.get_absolute_url()))
    source.title, topic.title = "乙报", "城市大脑"
    source.save()
    topic.save()
    for address in ("/", policy.get_absolute_url()):
        text = page(client, address)
        assert all(title in text for title in ("乙报", "城市大脑"))
        assert not any(title in text for title in ("甲报", "云计算"))


def test_what_is_withdrawn_is_in_no_kept_list(client):
    policy = make.make_policy(title="光网方案", published=True)
    assert "光网方案" in page(client, "/")
    policy.withdraw(by=make.make_editor(), comment="误登")
    assert "光网方案" not in page(client, "/")


def test_a_changed_number_of_entries_is_on_every_page_that_kept_the_former_one(client):
    topic, source = make.make_topic(), make.make_source()
    goals = [make.make_goal(target="2030", topics=[topic], published=True) for _number in range(3)]
    for goal in goals:
        make.make_citation(goal, source=source)
    counted = ["<dd>3</dd>", "<dd>2</dd>"]
    addresses = [topic.get_absolute_url(), source.get_absolute_url(), "/goals/", "/about/"]
    for address in addresses:
        assert counted[0] in page(client, address), address
    assert "<small>3</small>" in page(client, "/?kind=goal")
    goals[0].withdraw(by=make.make_editor(), comment="误登")
    for address in addresses:
        text = page(client, address)
        assert counted[1] in text, address
        assert counted[0] not in text, address
    assert "<small>3</small>" not in page(client, "/?kind=goal")


# Two of the queries read the content version, which a process otherwise knows.
@pytest.mark.parametrize(
    ("name", "queries"),
    [
        ("front", 4),
        ("filtered", 9),
        ("entry", 4),
        ("topic", 8),
        ("source", 6),
        ("goals", 3),
        ("topics", 3),
        ("sources", 3),
    ],
)
def test_a_kept_page_asks_for_little(client, django_assert_max_num_queries, name, queries):
    topic, source = make.make_topic(), make.make_source()
    for number in range(5):
        policy = make.make_policy(date=str(2011 + number), topics=[topic], published=True)
        make.make_citation(policy, source=source)
    make.make_goal(target="2030", topics=[topic], published=True)
    addresses = {
        "front": "/",
        "filtered": "/?kind=policy",
        "entry": policy.get_absolute_url(),
        "topic": topic.get_absolute_url(),
        "source": source.get_absolute_url(),
        "goals": "/goals/",
        "topics": "/topics/",
        "sources": "/sources/",
    }
    first = client.get(addresses[name]).content
    with django_assert_max_num_queries(queries):
        assert client.get(addresses[name]).content == first
