"""The public site in its languages: addresses, links, and marks on text in another language."""

import datetime
import re

import pytest
from django.test.utils import override_script_prefix
from django.urls import reverse
from django.utils.encoding import iri_to_uri

from tests import factories as make
from tests.pages import pieces, simplified, unmarked
from tests.world import addresses_of_all
from timeline.exchange.importing.import_files import import_files
from timeline.exchange.readers.headers import find_column
from timeline.i18n.languages import language_of_path
from timeline.models import Policy
from timeline.rows.tables import TABLES
from timeline.values.chinese import fold

pytestmark = pytest.mark.django_db


@pytest.fixture
def chronicle():
    """The URLs of all pages of the invented chronicle, which has text in every column."""
    for folder in (make.CONTENT, make.OTHER_CONTENT):
        assert import_files([folder], publish=True, by=make.make_editor()).problems == []
    return addresses_of_all()


@pytest.mark.long
def test_a_whole_chronicle_reads_in_every_script(client, chronicle):
    for address in chronicle:
        assert simplified(pieces(client, "/zh-hant" + address)) == [], address
        assert unmarked(pieces(client, "/en" + address)) == [], address


@pytest.mark.parametrize(
    ("path", "language"),
    [
        ("/", "zh-hans"),
        ("/goals/", "zh-hans"),
        ("/zh-hant/", "zh-hant"),
        ("/zh-hant", "zh-hant"),
        ("/en/goals/", "en"),
        ("/enter/", "zh-hans"),
        ("/en-gb/", "zh-hans"),
        ("/zh-hans/", "zh-hans"),
        ("/admin/en/", "zh-hans"),
        ("", "zh-hans"),
    ],
)
def test_the_language_of_an_address_is(path, language):
    assert language_of_path(path) == language


@pytest.mark.parametrize("address", ["/en/admin/", "/en/en/", "/fr/"])
def test_there_is_nothing_below_what_is_no_language_of_the_site(client, address):
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("address", ["/zh-hans/", "/en-gb/", "/EN/", "/zh-tw/"])
def test_other_names_of_a_language_only_lead_to_its_pages(client, address):
    assert client.get(address).status_code == 301


def test_a_language_without_its_slash_leads_to_the_one_with_it(client):
    assert client.get("/en")["Location"] == "/en/"


def test_links_stay_in_the_language_of_the_page(client):
    make.make_policy(slug="a", published=True)
    for prefix, others in [("", ("/zh-hant/", "/en/")), ("/zh-hant", ("/en/",)), ("/en", ("/zh-hant/",))]:
        text = client.get(f"{prefix}/").content.decode()
        main = text.partition("<main")[2]
        assert f'href="{prefix}/policies/a/"' in main
        assert not any(f'href="{other}' in main for other in others)


ALTERNATE = re.compile(r'<link rel="alternate" hreflang="([^"]+)" href="([^"]+)">')
SWITCH = re.compile(
    r'<a href="([^"]+)" hreflang="([^"]+)" lang="[^"]+"(?: (aria-current)="true")?\s+aria-label="([^"]+)">([^<]+)</a>'
)


def test_the_switch_keeps_the_page_and_its_query(client):
    text = client.get("/en/?q=%E8%AE%A1&page=2").content.decode()
    assert SWITCH.findall(text) == [
        ("/?q=%E8%AE%A1&amp;page=2", "zh-Hans", "", "简体中文", "简"),
        ("/zh-hant/?q=%E8%AE%A1&amp;page=2", "zh-Hant", "", "繁體中文", "繁"),
        ("/en/?q=%E8%AE%A1&amp;page=2", "en", "aria-current", "English", "EN"),
    ]


def test_the_switch_is_there_where_nothing_is_and_where_something_was(client):
    policy = make.make_policy(slug="a", published=True)
    policy.withdraw(by=make.make_user(), comment="有误")
    for address, status in [("/policies/a/", 410), ("/no/计划/", 404), ("//elsewhere.example/", 404)]:
        response = client.get("/zh-hant" + address)
        found = SWITCH.findall(response.content.decode())
        assert response.status_code == status
        quoted = iri_to_uri(address.replace("//", "/"))
        assert [link for link, *_rest in found] == [quoted, f"/zh-hant{quoted}", f"/en{quoted}"]
        assert not ALTERNATE.search(response.content.decode())


def test_below_a_prefix_of_the_server_the_switch_keeps_that(client):
    with override_script_prefix("/chronicle/"):
        text = client.get("/en/goals/", SCRIPT_NAME="/chronicle").content.decode()
    assert [link for link, *_rest in SWITCH.findall(text)] == [
        "/chronicle/goals/",
        "/chronicle/zh-hant/goals/",
        "/chronicle/en/goals/",
    ]


def test_the_admin_is_in_its_own_language_and_leads_to_the_default_one(client):
    policy = make.make_policy(slug="a", published=True)
    client.force_login(make.make_editor())
    client.get("/en/")
    page = client.get(
        reverse("admin:timeline_policy_change", args=[policy.pk]), headers={"accept-language": "en"}
    )
    assert "保存" in page.content.decode()
    view_on_site = re.search(r'href="(/admin/r/[^"]+)"', page.content.decode())
    assert client.get(view_on_site[1])["Location"].endswith("testserver/policies/a/")


def test_a_day_is_written_as_the_dates_beside_it(client):
    policy = make.make_policy(slug="a", published=True)
    make.update_unchecked(
        Policy.objects.filter(pk=policy.pk), changed_at=datetime.datetime(2026, 9, 6, tzinfo=datetime.UTC)
    )
    assert "6 September 2026" in client.get("/en/policies/a/").content.decode()
    assert "2026年9月6日" in client.get("/zh-hant/policies/a/").content.decode()


def test_a_source_and_a_remark_are_in_the_script_of_the_page_but_what_was_called_or_quoted_so_stays(client):
    policy = make.make_policy(title="实施方案", published=True)
    source = make.make_source(publisher="发展网")
    make.make_citation(policy, source=source, locator="第3页", quotation="网络", remark="后台")
    text = client.get("/zh-hant" + policy.get_absolute_url()).content.decode()
    for words in (
        "發展網",
        "第3頁",
        "後臺",
        '<q lang="zh-Hans">网络</q>',
        '<p class="title-other" lang="zh-Hans">实施方案</p>',
    ):
        assert words in text


@pytest.mark.parametrize("label", ["规划", "規劃", "Plan", "plan"])
def test_a_choice_is_understood_in_every_language(label, folder):
    files = folder(policies=f"- {{slug: a, title: 甲, document_type: {label}}}")
    assert import_files([files]).problems == []
    assert Policy.objects.get().document_type == "plan"


@pytest.mark.parametrize("name", ["發文字號", "發文單位", "廢止日期", "發佈日期"])
def test_a_column_is_known_by_its_name_in_traditional_characters_too(name):
    assert find_column(TABLES["policies"], name) == find_column(TABLES["policies"], fold(name))
    assert find_column(TABLES["policies"], name)
