"""The metadata of a page: its language, its description, its address, and which pages have none."""

import datetime

import pytest
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext

from tests import factories as make
from tests.forms import address_of
from tests.structured_data import meta_of, node_of, nodes_of

pytestmark = pytest.mark.django_db


def page(address, client=None, **headers):
    return (client or Client()).get(address, headers=headers).content.decode()


def test_a_page_tells_its_language_and_the_others():
    make.make_chronicle(title="编年", title_en="Chronicle")
    meta = meta_of(page("/zh-hant/about/"))
    assert meta["og:locale"] == "zh_TW"
    assert meta["og:locale:alternate"] == ["zh_CN", "en_GB"]
    assert meta["og:site_name"] == "編年"
    assert meta_of(page("/en/about/"))["og:site_name"] == "Chronicle"


def test_an_entry_is_an_article_with_its_summary_its_times_and_its_own_picture():
    make.make_chronicle()
    policy = make.make_policy(
        slug="plan", title="规划", summary="摘要。" * 100, date="2013-01", published=True
    )
    meta = meta_of(page("/policies/plan/"))
    assert meta["og:type"] == "article"
    assert meta["og:title"] == "规划"
    assert len(meta["og:description"]) == 200
    assert meta["og:description"].endswith("…")
    assert meta["og:image"] == "http://testserver/policies/plan/preview.png"
    assert meta["og:image:alt"] == "规划 · 政策 · 2013年1月"
    published_at = datetime.datetime.fromisoformat(meta["article:published_time"])
    assert published_at.replace(microsecond=0) == policy.published_at.replace(microsecond=0)
    assert meta["article:modified_time"]
    assert meta_of(page("/en/policies/plan/"))["og:image"].endswith("/en/policies/plan/preview.png")


def test_a_record_is_described_by_what_describes_it_and_any_other_page_by_the_tagline():
    make.make_chronicle(tagline="副题")
    make.make_topic(slug="cloud", description="**云**平台。第二句。")
    make.make_source(slug="web", note="来源说明。")
    make.make_area(slug="city")
    assert meta_of(page("/topics/cloud/"))["og:description"] == "云平台。"
    assert meta_of(page("/sources/web/"))["og:description"] == "来源说明。"
    assert meta_of(page("/areas/city/"))["og:description"] == "副题"
    assert meta_of(page("/topics/"))["og:description"] == "副题"


@pytest.mark.parametrize(
    ("address", "of_type"),
    [
        ("/policies/plan/", "article"),
        ("/policies/plan/history/", "website"),
        ("/topics/cloud/", "article"),
        ("/sources/web/", "article"),
        ("/about/", "article"),
        ("/topics/", "website"),
        ("/", "website"),
    ],
)
def test_a_page_with_the_metadata_of_a_work_is_an_article(address, of_type):
    """Of a website, Zotero reads no other type of the work."""
    make.make_policy(slug="plan", published=True)
    make.make_topic(slug="cloud")
    make.make_source(slug="web")
    text = page(address)
    assert meta_of(text)["og:type"] == of_type
    assert ('name="DC.type"' in text) == (of_type == "article")


def test_no_trail_leads_to_a_list_by_conditions():
    policy = make.make_policy(slug="plan", date="2013", published=True)
    make.make_designation(slug="pilot", published=True)
    make.make_goal(slug="goal", declared_by=policy, published=True)
    for address in (
        "/policies/plan/",
        "/pilot-designations/pilot/",
        "/goals/goal/",
        "/policies/plan/history/",
    ):
        items = node_of(page(address), "BreadcrumbList")["itemListElement"]
        assert [item["item"] for item in items if "?" in item["item"]] == [], address


def test_a_part_of_a_record_is_named_with_the_record():
    make.make_policy(slug="plan", title="规划", published=True)
    text = page("/policies/plan/history/")
    assert meta_of(text)["og:title"] == "本条更新记录 · 规划"
    names = [item["name"] for item in node_of(text, "BreadcrumbList")["itemListElement"]]
    assert names[1:] == ["规划", "本条更新记录"]


def test_addresses_are_those_of_the_host_that_was_asked():
    with override_settings(ALLOWED_HOSTS=["chronicle.example"]):
        text = page("/about/", host="chronicle.example")
    assert meta_of(text)["og:url"] == "http://chronicle.example/about/"
    assert meta_of(text)["og:image"] == "http://chronicle.example/preview.png"
    assert "testserver" not in text


def test_a_search_has_the_address_at_which_it_was_shared():
    meta = meta_of(page("/?q=%E4%BA%91&kind=policy"))
    assert meta["og:url"] == "http://testserver/?q=%E4%BA%91&kind=policy"
    assert "og:url" in meta_of(page("/records/?q=%E4%BA%91"))


def test_what_is_not_a_public_page_has_no_metadata():
    make.make_chronicle()
    gone = make.make_policy(slug="gone", published=True)
    gone.withdraw(by=make.make_user(), comment="有误")
    draft = make.make_policy(slug="draft", title="草稿")
    editor = Client()
    editor.force_login(make.make_editor())
    for text in (
        page("/policies/gone/"),
        page("/nowhere/"),
        page(address_of("draft_preview", draft), editor),
    ):
        assert "</html>" in text
        assert meta_of(text) == {}
        assert nodes_of(text) == []


def test_structured_data_needs_no_exception_of_the_content_security_policy():
    policy = Client().get("/about/")["Content-Security-Policy"]
    assert "script-src 'self';" in f"{policy};"
    assert "unsafe" not in policy
    assert "nonce" not in policy


def test_a_title_cannot_leave_the_structured_data():
    make.make_policy(slug="plan", title="</script><script>alert(1)</script>&", published=True)
    text = page("/policies/plan/")
    assert "<script>alert" not in text
    assert node_of(text, "Legislation")["name"] == "</script><script>alert(1)</script>&"


def test_the_metadata_of_an_entry_take_one_query_and_none_while_the_page_is_kept():
    policy = make.make_policy(slug="plan", published=True)
    make.make_relation(policy, "implements", make.make_policy(published=True))
    with CaptureQueriesContext(connection) as first:
        page("/policies/plan/")
    about_relations = [query["sql"] for query in first if 'FROM "timeline_policyrelation"' in query["sql"]]
    with CaptureQueriesContext(connection) as again:
        page("/policies/plan/")
    # That of the page shows those in both directions, with all that is to be displayed.
    assert len(about_relations) == 2
    assert not [query for query in again if 'FROM "timeline_policyrelation"' in query["sql"]]
