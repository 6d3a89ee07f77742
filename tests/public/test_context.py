"""What every page shows: the navigation, and the title and imprint of the chronicle."""

import pytest
from django.test import RequestFactory
from django.urls import reverse

from tests import factories as make
from tests.pages import page
from timeline.public.context import chronicle

pytestmark = pytest.mark.django_db


def test_the_navigation_says_where_one_is(client):
    assert 'href="/goals/" aria-current="page"' in page(client, "/goals/")
    assert 'href="/goals/" aria-current' not in page(client, "/")


def test_what_the_chronicle_does_not_say_is_not_in_the_footer(client):
    make.make_chronicle()
    page = client.get("/").content.decode()
    assert "许可" not in page
    assert "beian" not in page


def test_the_footer_says_licence_publisher_editors_and_filing_numbers(client):
    make.make_chronicle(
        licence="CC BY 4.0",
        licence_url="https://creativecommons.org/licenses/by/4.0/",
        publisher="宁波市档案馆",
        editors="王某、李某",
        imprint="地址：宁波市",
        icp_number="浙ICP备12345678号-1",
        police_number="浙公网安备33020002000001号",
    )
    footer = client.get("/").content.decode().partition("<footer")[2]
    assert '<a href="https://creativecommons.org/licenses/by/4.0/" rel="license">CC BY 4.0</a>' in footer
    for words in (
        "宁波市档案馆",
        "王某、李某",
        "浙ICP备12345678号-1",
        "浙公网安备33020002000001号",
        "#imprint",
    ):
        assert words in footer
    assert "code=33020002000001" in footer
    assert "地址：宁波市" in client.get("/about/").content.decode()


@pytest.fixture
def editor_client(client):
    client.force_login(make.make_editor())
    return client


def test_the_admin_bears_the_name_of_its_chronicle(client, editor_client):
    assert editor_client.get(reverse("admin:index")).status_code == 200
    make.make_chronicle(title="甬城编年")
    for name in ("index", "timeline_policy_changelist", "timeline_policy_add", "password_change"):
        page = editor_client.get(reverse(f"admin:{name}")).content.decode()
        assert "甬城编年 · 编辑后台</title>" in page, name


def test_a_page_that_does_not_say_whose_chronicle_it_is_asks_for_nothing(django_assert_num_queries):
    make.make_chronicle(title="甬城编年")
    with django_assert_num_queries(0):
        context = chronicle(RequestFactory().get("/"))
    with django_assert_num_queries(1):
        assert (context["chronicle"].title, context["chronicle"].city) == ("甬城编年", "宁波")
