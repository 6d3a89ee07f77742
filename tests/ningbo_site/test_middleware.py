"""The middleware: the language of a request, and refused requests."""

import pytest
from django.db import DataError
from django.test import Client
from django.urls import reverse
from django.utils import translation

from ningbo_site.middleware import is_invalid_column_value
from tests import factories as make
from timeline.models import Milestone

pytestmark = pytest.mark.django_db


def test_the_address_alone_says_in_which_language_it_is(client):
    policy = make.make_policy(slug="a", title="计划", title_en="Plan", date="2012~", published=True)
    for address, tag, heading, date in [
        ("/policies/a/", "zh-Hans", "计划", "约2012年"),
        ("/zh-hant/policies/a/", "zh-Hant", "計劃", "約2012年"),
        ("/en/policies/a/", "en", "Plan", "c. 2012"),
    ]:
        for preferred in ("en", "zh-TW", ""):
            response = client.get(address, headers={"accept-language": preferred})
            text = response.content.decode()
            assert f"<h1>{heading}</h1>" in text
            assert date in text
            assert f'<html lang="{tag}">' in text
            assert response["Content-Language"] == tag
            assert "Accept-Language" not in response.get("Vary", "")
    assert policy.get_absolute_url() == "/policies/a/"


def test_a_request_leaves_no_language_behind(client):
    client.get("/en/")
    assert translation.get_language() == "zh-hans"
    assert reverse("timeline:goal-list") == "/goals/"


BIG = "9" * 30


def test_nul_in_an_address_or_a_cookie_is_refused(client):
    for asked in ("/?q=%00", "/topics/?%00=1", "/admin/?q=a%00b", "/admin/timeline/topic/%00/change/"):
        assert client.get(asked).status_code == 400, asked
    client.cookies["sessionid"] = "a\0bcdefghijkl"
    assert client.get("/admin/").status_code == 400


def test_nul_is_refused_beside_a_form_that_cannot_be_read():
    client = Client(enforce_csrf_checks=True)
    client.cookies["csrftoken"] = "a" * 32
    for asked in ("/admin/?q=%00", "/admin/timeline/topic/?q=%00", "/admin/timeline/topic/%00/change/"):
        answer = client.post(asked, data=b"a=b", content_type="multipart/form-data")
        assert answer.status_code == 400, asked


@pytest.mark.parametrize(
    "ours",
    [
        ValueError("not enough values to unpack"),
        OverflowError("math range error"),
        TypeError("Field 'id' expected a number but got []."),
        KeyError("id"),
    ],
)
def test_no_other_error_is_taken_for_a_wrong_value(ours):
    with pytest.raises(type(ours)) as raised:
        raise ours
    assert not is_invalid_column_value(raised.value)


@pytest.mark.parametrize(
    "theirs", [DataError("value too long"), ValueError("Field 'id' expected a number but got 'abc'.")]
)
def test_what_a_field_or_the_database_refuses_is_known(theirs):
    assert is_invalid_column_value(theirs)


def test_a_number_that_sqlite_does_not_count_to_is_known():
    try:
        Milestone.objects.filter(pk=int(BIG)).exists()
    except OverflowError as refused:
        known = is_invalid_column_value(refused)
    else:
        known = True  # PostgreSQL compares numbers of any size.
    assert known
