"""Shared views: former addresses redirect permanently, and a model has its own view or the shared one."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests import factories as make
from tests.embedded_metadata import read_page
from tests.pages import page
from timeline.i18n import disambiguation
from timeline.models import REFERENCES, Organization, Phase, Policy, content_version
from timeline.public.views.base import KeptPartsMixin, view_for
from timeline.public.views.entries import EntryDetail, PolicyDetail
from timeline.public.views.reference import OrganizationDetail, ReferenceDetail
from timeline.values.bibliography.registry import FILES

pytestmark = pytest.mark.django_db


def test_a_former_address_leads_on_within_its_language(client):
    moved = make.make_policy(slug="old", published=True)
    moved.slug = "new"
    moved.save()
    assert client.get("/en/policies/old/")["Location"] == "/en/policies/new/"
    assert client.get("/policies/old/")["Location"] == "/policies/new/"


@pytest.mark.parametrize("prefix", ["", "/zh-hant", "/en"])
def test_whatever_is_below_a_former_address_leads_to_the_same_below_the_current_one(client, prefix):
    source = make.make_source(slug="old", title="公报")
    policy = make.make_policy(slug="old", published=True)
    make.make_citation(policy, source=source)
    for one in (policy, source):
        one.slug = "new"
        one.save()
    files = [f"{name}.{extension}" for name in ("cite", "document") for extension in FILES]
    parts = ("history/", "citations/", "preview.png", *files)
    for below in (*(f"policies/{{}}/{part}" for part in parts), "sources/{}/cite.bib"):
        answer = client.get(f"{prefix}/{below.format('old')}")
        assert (answer.status_code, answer["Location"]) == (301, f"{prefix}/{below.format('new')}")
        assert answer["Cache-Control"] == "no-cache"


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


def test_a_page_reads_the_chronicle_once(client):
    make.make_chronicle()
    records = [make.make_policy(published=True), *(make.make_reference(model) for model in REFERENCES)]
    for address in ("/", "/about/", "/goals/", *(record.get_absolute_url() for record in records)):
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        read = [query for query in queries if query["sql"].startswith('SELECT "timeline_chronicle"')]
        assert len(read) == 1, address


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


# Two of the queries, of a topic three, read the content version, which a process otherwise knows.
@pytest.mark.parametrize(
    ("name", "queries"),
    [
        ("front", 4),
        ("filtered", 9),
        ("entry", 4),
        ("topic", 9),
        ("area", 7),
        ("about", 4),
        ("source", 6),
        ("goals", 3),
        ("topics", 3),
        ("sources", 3),
    ],
)
def test_a_kept_page_asks_for_little(client, django_assert_max_num_queries, name, queries):
    topic, source, area = make.make_topic(), make.make_source(), make.make_area()
    make.make_area(parent=area)
    for number in range(5):
        policy = make.make_policy(date=str(2011 + number), topics=[topic], published=True)
        make.make_citation(policy, source=source)
    make.make_goal(target="2030", topics=[topic], published=True)
    addresses = {
        "front": "/",
        "filtered": "/?kind=policy",
        "entry": policy.get_absolute_url(),
        "topic": topic.get_absolute_url(),
        "area": area.get_absolute_url(),
        "about": "/about/",
        "source": source.get_absolute_url(),
        "goals": "/goals/",
        "topics": "/topics/",
        "sources": "/sources/",
    }
    first = client.get(addresses[name]).content
    with django_assert_max_num_queries(queries):
        assert client.get(addresses[name]).content == first


@pytest.mark.parametrize("address", ["/", "/goals/", "/topics/", "/relations/", "/areas/", "/about/"])
def test_a_page_of_the_chronicle_has_the_day_of_its_content(client, address):
    """Else Zotero takes the first date on it, which is that of an entry."""
    make.make_chronicle()
    topic = make.make_topic()
    first = make.make_policy(date="2010-09-15", topics=[topic], published=True)
    second = make.make_policy(date="2011-09-15", topics=[topic], published=True)
    make.make_relation(second, "amends", first)
    day = timezone.localdate(content_version.current().latest_change)
    assert read_page(page(client, address))["date"].replace("/", "-") == str(day)


def test_parts_are_kept_for_the_version_in_which_titles_are_told_apart(rf):
    view = KeptPartsMixin()
    with disambiguation.ended_after():
        disambiguation.begin("of the page")
        make.make_topic()
        view.setup(rf.get("/"))
    assert view.edition.startswith("of the page ")
