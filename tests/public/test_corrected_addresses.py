"""Addresses that are guessed or mistyped lead to the page that is meant."""

import pytest

from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def policy():
    return make.make_policy(slug="city-decision", published=True)


@pytest.mark.parametrize(
    ("address", "meant"),
    [
        ("/zh/", "/"),
        ("/zh-cn/", "/"),
        ("/zh-hans/", "/"),
        ("/zh-Hans", "/"),
        ("/zh-tw/", "/zh-hant/"),
        ("/zh-Hant/", "/zh-hant/"),
        ("/EN/", "/en/"),
        ("/en-GB/goals/", "/en/goals/"),
        ("/zh-cn/policies/city-decision/", "/policies/city-decision/"),
        ("/zh/?q=云", "/?q=%E4%BA%91"),
        ("/policies/", "/?kind=policy#list"),
        ("/phases/", "/#list"),
        ("/en/phases", "/en/#list"),
        ("/policies", "/?kind=policy#list"),
        ("/en/pilot-designations/", "/en/?kind=pilot_designation#list"),
        ("/zh-tw/milestones/", "/zh-hant/?kind=milestone#list"),
        ("/policies/CITY-Decision/", "/policies/city-decision/"),
        ("/en/Policies/city-decision/", "/en/policies/city-decision/"),
    ],
)
def test_it_leads_to_the_page_that_is_meant(client, address, meant):
    answer = client.get(address)
    assert (answer.status_code, answer.get("Location")) == (301, meant)
    assert answer["Cache-Control"] == "no-cache"


@pytest.mark.parametrize(
    "address",
    [
        "/nothing/",
        "/fr/",
        "/policies/NO-SUCH/",
        "/zh-cn/policies/no-such/",
        "/en/nothing/",
        "/ADMIN/",
        "/policies/draft-X/",
    ],
)
def test_where_no_page_is_meant_there_is_none(client, address):
    make.make_policy(slug="draft-x")
    assert client.get(address).status_code == 404


def test_goals_have_a_page_of_their_own(client):
    assert client.get("/goals/").status_code == 200


def test_nothing_is_sent_on(client):
    assert client.post("/zh/").status_code in (404, 405)


@pytest.mark.parametrize("address", ["/EN/", "/en-GB/goals/"])
def test_nothing_leads_to_pages_in_english_where_there_are_none(client, address):
    make.make_chronicle(english_pages=False)
    assert client.get(address).status_code == 404
