"""What a visitor searched for is marked where it stands."""

import pytest

from tests import factories as make

pytestmark = pytest.mark.django_db


def test_what_was_searched_for_is_marked_in_either_script(client):
    make.make_policy(
        title="宁波宽带方案", summary="建设光网", body="前言。\n\n**宽带**入户。", published=True
    )
    text = client.get("/", {"q": "寬帶"}).content.decode()
    assert "宁波<mark>宽带</mark>方案" in text
    assert "<mark>宽带</mark>入户" in text
    assert "甯波" not in client.get("/zh-hant/", {"q": "宽带"}).content.decode()
    assert "<mark>寬帶</mark>" in client.get("/zh-hant/", {"q": "宽带"}).content.decode()
    assert "<mark>" not in client.get("/").content.decode()


def test_what_was_searched_for_is_text_and_no_markup(client):
    make.make_policy(title="<b>甲</b>方案", published=True)
    text = client.get("/", {"q": "<b>"}).content.decode()
    assert "<mark>&lt;b&gt;</mark>" in text
