"""The feed: public entries that match the filter, latest change first, in the language of the address."""

import datetime
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests import factories as make
from timeline.editing.revisions import record_revision
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


def test_pages_name_the_feed(client):
    assert b'type="application/atom+xml" href="/en/feed/"' in client.get("/en/about/").content
    make.make_policy(published=True)
    assert 'href="/feed/?kind=policy"' in client.get("/?kind=policy").content.decode()
