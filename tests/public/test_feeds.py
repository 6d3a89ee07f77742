"""The feeds: public entries that match the filter, latest change first, in the language of the address."""

import datetime
import uuid
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests import factories as make
from timeline.editing.revisions import record_revision
from timeline.exchange.exporting.export import export
from timeline.exchange.importing.import_files import import_files
from timeline.models import Chronicle, content_version
from timeline.public import feeds

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"


def read(client, address):
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/atom+xml; charset=utf-8"
    return ElementTree.fromstring(answer.content)


def titles(feed):
    return [entry.findtext(f"{ATOM}title") for entry in feed.iter(f"{ATOM}entry")]


def test_a_draft_a_withdrawn_and_a_scheduled_entry_are_not_in_the_feed(client):
    by = make.make_user()
    make.make_policy(title="草稿")
    make.make_policy(title="已发布", published=True)
    make.make_policy(title="已撤回", published=True).withdraw(by=by, comment="有误")
    later = make.make_policy(title="将发布")
    make.make_citation(later)
    later.publish(by=by, public_from=timezone.now() + datetime.timedelta(days=1))
    assert titles(read(client, "/feed/")) == ["已发布"]


def test_what_was_changed_last_comes_first_and_keeps_its_id(client):
    first = make.make_policy(slug="first", title="先", published=True)
    make.make_policy(title="后", published=True)
    before = {entry.findtext(f"{ATOM}title"): entry for entry in read(client, "/feed/").iter(f"{ATOM}entry")}
    assert list(before) == ["后", "先"]
    first.slug, first.title = "moved", "先（更正）"
    first.save()
    record_revision(first, by=make.make_user())
    entry = next(read(client, "/feed/").iter(f"{ATOM}entry"))
    assert entry.findtext(f"{ATOM}title") == "先（更正）"
    assert entry.find(f"{ATOM}link").get("href") == "http://testserver/policies/moved/"
    assert entry.findtext(f"{ATOM}id") == before["先"].findtext(f"{ATOM}id")
    first.slug = "first"
    first.save()
    record_revision(first, by=make.make_user())
    assert next(read(client, "/feed/").iter(f"{ATOM}entry")).findtext(f"{ATOM}id") == entry.findtext(
        f"{ATOM}id"
    )
    assert entry.findtext(f"{ATOM}published") == before["先"].findtext(f"{ATOM}published")
    assert entry.findtext(f"{ATOM}updated") > before["先"].findtext(f"{ATOM}updated")


def test_work_on_a_draft_before_it_was_published_later_is_no_change_in_public(client):
    policy = make.make_policy(published=True)
    entry = next(read(client, "/feed/").iter(f"{ATOM}entry"))
    moment = datetime.datetime.fromisoformat(entry.findtext(f"{ATOM}updated"))
    assert abs(moment - policy.published_at) < datetime.timedelta(seconds=1)


def test_the_conditions_of_the_list_hold_for_the_feed_and_stand_in_its_title(client):
    topic = make.make_topic(slug="transport", title="智慧交通 & <路>")
    make.make_chronicle(title="编年史")
    make.make_policy(title="宁波交通", topics=[topic], published=True)
    make.make_milestone(title="宁波交通会议", topics=[topic], published=True)
    make.make_policy(title="别的", published=True)
    feed = read(client, "/feed/?q=寧波&kind=policy&topic=transport")
    assert titles(feed) == ["宁波交通"]
    assert feed.findtext(f"{ATOM}title") == "编年史 · 搜索词 寧波 · 类别 政策 · 专题 智慧交通 & <路>"
    own = {link.get("rel"): link.get("href") for link in feed.findall(f"{ATOM}link")}
    query = "?q=%E5%AF%A7%E6%B3%A2&kind=policy&topic=transport"
    assert own == {
        "alternate": f"http://testserver/{query}",
        "self": f"http://testserver/feed/{query}",
    }


def test_the_feed_is_in_the_language_of_its_address(client):
    make.make_policy(title="里程碑", title_en="A landmark", summary="皇后", published=True)
    for prefix, tag, title, summary in [
        ("", "zh-Hans", "里程碑", "<p>皇后</p>"),
        ("/zh-hant", "zh-Hant", "里程碑", "<p>皇后</p>"),
        ("/en", "en", "A landmark", '<p><span lang="zh-Hans">皇后</span></p>'),
    ]:
        feed = read(client, f"{prefix}/feed/")
        assert feed.get("{http://www.w3.org/XML/1998/namespace}lang") == tag
        entry = next(feed.iter(f"{ATOM}entry"))
        assert entry.findtext(f"{ATOM}title") == title
        assert summary in entry.findtext(f"{ATOM}summary")
        assert entry.find(f"{ATOM}link").get("href").startswith(f"http://testserver{prefix}/policies/")


def test_a_feed_of_many_asks_as_many_questions_as_one_of_few(client, django_assert_num_queries, monkeypatch):
    assert feeds.LENGTH == 50
    monkeypatch.setattr(feeds, "LENGTH", 5)
    topic = make.make_topic()
    make.make_policy(topics=[topic], published=True)
    with CaptureQueriesContext(connection) as few:
        read(client, "/feed/")
    for _ in range(6):
        make.make_policy(topics=[topic], published=True)
    with django_assert_num_queries(len(few)):
        assert len(titles(read(client, "/feed/"))) == 5


def test_a_feed_of_nothing_is_a_feed(client):
    assert titles(read(client, "/feed/")) == []


def test_a_feed_of_nothing_was_updated_with_the_content(client):
    make.make_policy(published=True)
    updated = read(client, "/feed/?q=%E6%97%A0").findtext(f"{ATOM}updated")
    latest_change = content_version.current().latest_change
    assert datetime.datetime.fromisoformat(updated) == latest_change


def read_json(client, address):
    answer = client.get(address)
    assert answer["Content-Type"] == "application/feed+json; charset=utf-8"
    return answer.json()


# The fields of https://jsonfeed.org/version/1.1 that our feeds have, with their types.
OF_FEED = {
    "version": str,
    "title": str,
    "home_page_url": str,
    "feed_url": str,
    "description": str,
    "language": str,
    "authors": list,
    "items": list,
}
OF_ITEM = {
    "id": str,
    "url": str,
    "title": str,
    "content_html": str,
    "date_published": str,
    "date_modified": str,
    "tags": list,
}


def test_the_json_feed_has_the_fields_of_version_1_1(client):
    make.make_chronicle(title="编年", tagline="自2010年")
    make.make_policy(
        title="政策", summary="摘要 & <b>", topics=[make.make_topic(title="专题")], published=True
    )
    feed = read_json(client, "/feed.json")
    assert {name: type(value) for name, value in feed.items()} == OF_FEED
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    # There is nobody else to name.
    assert feed["authors"] == [{"name": "编年"}]
    (item,) = feed["items"]
    assert {name: type(value) for name, value in item.items()} == OF_ITEM
    assert item["tags"] == ["政策", "专题"]
    assert "<p>摘要 &amp; &lt;b&gt;</p>" in item["content_html"]
    for name in ("date_published", "date_modified"):
        assert datetime.datetime.fromisoformat(item[name]).tzinfo


@pytest.mark.parametrize("prefix", ["", "/zh-hant", "/en"])
@pytest.mark.parametrize("query", ["", "?q=%E6%94%BF%E7%AD%96&kind=policy"])
def test_both_feeds_have_the_same_entries_and_ids(client, prefix, query):
    make.make_policy(title="政策", title_en="A policy", published=True)
    make.make_milestone(title="大事", published=True)
    atom, feed = read(client, f"{prefix}/feed/{query}"), read_json(client, f"{prefix}/feed.json{query}")
    assert feed["home_page_url"] == f"http://testserver{prefix}/{query}"
    assert feed["feed_url"] == f"http://testserver{prefix}/feed.json{query}"
    assert feed["title"] == atom.findtext(f"{ATOM}title")
    assert [(item["id"], item["url"], item["title"], item["content_html"]) for item in feed["items"]] == [
        (
            entry.findtext(f"{ATOM}id"),
            entry.find(f"{ATOM}link").get("href"),
            entry.findtext(f"{ATOM}title"),
            entry.findtext(f"{ATOM}summary"),
        )
        for entry in atom.iter(f"{ATOM}entry")
    ]
    assert len(feed["items"]) == (1 if query else 2)


def ids(client, host):
    found = {}
    for prefix in ("", "/zh-hant", "/en"):
        atom = ElementTree.fromstring(client.get(f"{prefix}/feed/", headers={"host": host}).content)
        found[f"{prefix}/feed/"] = atom.findtext(f"{ATOM}id")
        feed = client.get(f"{prefix}/feed.json", headers={"host": host}).json()
        found |= {item["url"].partition(host)[2]: item["id"] for item in feed["items"]}
    return found


def test_content_that_is_exported_and_loaded_elsewhere_has_the_same_ids(client, tmp_path):
    make.make_chronicle(slug="ningbo")
    for number in range(3):
        make.make_policy(slug=f"policy-{number}", published=True)
    make.make_milestone(slug="milestone", published=True)
    before = ids(client, "testserver")
    assert len(set(before.values())) == len(before) == 3 * 5
    assert all(one == uuid.UUID(one).urn and uuid.UUID(one).version == 5 for one in before.values())
    export(None, tmp_path / "content", "yaml")
    make.empty()
    # Other keys than before.
    make.make_policy(slug="other", published=True)
    assert import_files([tmp_path / "content"], publish=True, by=make.make_editor()).problems == []
    after = ids(client, "localhost")
    assert before.items() <= after.items()


def test_two_chronicles_have_different_ids(client):
    chronicle = make.make_chronicle(slug="ningbo")
    make.make_policy(slug="policy", published=True)
    before = ids(client, "testserver")
    chronicle.slug = "yunlan"
    chronicle.save()
    after = ids(client, "testserver")
    assert before.keys() == after.keys()
    assert not {*before.values()} & {*after.values()}


def test_work_on_a_draft_does_not_count_for_its_id(client):
    policy = make.make_policy(slug="first")
    record_revision(policy, by=make.make_user())
    make.make_citation(policy)
    policy.slug = "second"
    policy.save()
    policy.publish(by=make.make_user())
    (item,) = read_json(client, "/feed.json")["items"]
    make.make_policy(slug="other", published=True)
    name = f"{Chronicle.objects.current().slug}/policy/second/zh-Hans"
    assert item["id"] == uuid.uuid5(feeds.NAMESPACE, name).urn


def test_pages_name_the_feeds(client):
    about = client.get("/en/about/").content.decode()
    assert 'type="application/atom+xml" href="/en/feed/"' in about
    assert 'type="application/feed+json" href="/en/feed.json"' in about
    make.make_policy(published=True)
    assert 'href="/feed/?kind=policy"' in client.get("/?kind=policy").content.decode()


def test_the_text_of_a_goal_says_when_it_is_due_and_what_is_known(client):
    goal = make.make_goal(title="目标", target="2015", published=True)
    make.make_goal(title="无期限", published=True)
    make.make_policy(title="政策", published=True)
    make.make_assessment(goal, date="2016", delivery="partly")
    entries = {
        entry.findtext(f"{ATOM}title"): entry.findtext(f"{ATOM}summary")
        for entry in read(client, "/en/feed/").iter(f"{ATOM}entry")
    }
    assert "<p>Due 2015 · assessed 2016: partly achieved</p>" in entries["目标"]
    assert "<p>No due date</p>" in entries["无期限"]
    assert "ue" not in entries["政策"]


def test_the_head_of_a_page_names_the_feed_of_its_entries(client):
    make.make_policy(published=True)
    topic, phase, source = make.make_topic(slug="a"), make.make_phase(slug="b"), make.make_source(slug="c")
    for address, feed in (
        ("/about/", "/feed/"),
        ("/?q=x&kind=policy", "/feed/?q=x&amp;kind=policy"),
        (topic.get_absolute_url(), "/feed/?topic=a"),
        (phase.get_absolute_url(), "/feed/?phase=b"),
        (source.get_absolute_url(), "/feed/?source=c"),
    ):
        head = client.get(address).content.decode().partition("</head>")[0]
        assert f'type="application/atom+xml" href="{feed}"' in head, address
        as_json = feed.replace("/feed/", "/feed.json")
        assert f'type="application/feed+json" href="{as_json}"' in head, address


@pytest.mark.parametrize(
    ("prefix", "name"), [("", "市档案馆"), ("/en", "City Archives"), ("/zh-hant", "市檔案館")]
)
def test_the_author_of_a_feed_is_the_publisher(client, prefix, name):
    make.make_chronicle(
        title="编年", title_en="Chronicle", publisher="市档案馆", publisher_en="City Archives"
    )
    make.make_policy(title="政策", title_en="Policy", published=True)
    assert read_json(client, f"{prefix}/feed.json")["authors"] == [{"name": name}]
    assert f"<name>{name}</name>" in client.get(f"{prefix}/feed/").content.decode()
