"""JSON Feed 1.1, as https://jsonfeed.org/version/1.1 describes it."""

import datetime
import io
import json

from timeline.public.json_feed import VERSION, JSONFeed

NOON = datetime.datetime(2026, 3, 5, 12, 0, 0, 5, tzinfo=datetime.UTC)


def written(*items, **given):
    values = {"title": "编年", "link": "https://a.example/", "description": None} | given
    feed, text = JSONFeed(**values), io.StringIO()
    for item in items:
        feed.add_item(**item)
    feed.write(text, "utf-8")
    return json.loads(text.getvalue())


def test_a_feed_says_what_it_is_and_leaves_out_what_is_empty():
    assert written() == {
        "version": VERSION,
        "title": "编年",
        "home_page_url": "https://a.example/",
        "items": [],
    }
    feed = written(
        feed_url="https://a.example/feed.json", subtitle="自2010年", language="zh-Hans", author_name="编者"
    )
    assert feed["feed_url"] == "https://a.example/feed.json"
    assert (feed["description"], feed["language"]) == ("自2010年", "zh-Hans")
    assert feed["authors"] == [{"name": "编者"}]


def test_an_item_has_its_text_as_html_and_its_times_in_seconds():
    (item,) = written(
        {
            "title": "政策",
            "link": "https://a.example/policies/a/",
            "description": "<p>摘要</p>",
            "unique_id": "urn:uuid:1",
            "pubdate": NOON,
            "updateddate": NOON + datetime.timedelta(hours=1),
            "categories": ["政策", "专题"],
        }
    )["items"]
    assert item == {
        "id": "urn:uuid:1",
        "url": "https://a.example/policies/a/",
        "title": "政策",
        "content_html": "<p>摘要</p>",
        "date_published": "2026-03-05T12:00:00+00:00",
        "date_modified": "2026-03-05T13:00:00+00:00",
        "tags": ["政策", "专题"],
    }
