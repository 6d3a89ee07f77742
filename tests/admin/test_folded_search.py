"""Search of the lists and choosers of the admin, in simplified and traditional characters."""

import json

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse

from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("text", ["乐东", "樂東", " 樂　東 "])
def test_an_account_is_found_by_its_name_in_either_script(editor_client, text):
    make.make_user(username="yue", last_name="乐", first_name="东")
    make.make_user(username="other", last_name="王")
    page = editor_client.get(reverse("admin:auth_user_changelist"), {"q": " ".join(text.strip())})
    assert [user.username for user in page.context["cl"].result_list] == ["yue"]


@pytest.mark.parametrize("text", ["王小明", "小明", "王 小明"])
def test_an_account_is_found_by_the_name_that_the_list_shows(editor_client, text):
    make.make_user(username="wang", last_name="王", first_name="小明")
    make.make_user(username="other", last_name="小王", first_name="明")
    page = editor_client.get(reverse("admin:auth_user_changelist"), {"q": text})
    assert [user.username for user in page.context["cl"].result_list] == ["wang"]


def test_an_account_is_found_by_a_part_of_its_username_or_address(editor_client):
    make.make_user(username="Yue", email="YUE@example.org")
    for text in ("yue", "EXAMPLE.ORG"):
        page = editor_client.get(reverse("admin:auth_user_changelist"), {"q": text})
        assert [user.username for user in page.context["cl"].result_list] == ["Yue"], text


def test_a_group_is_found_in_either_script(editor_client):
    Group.objects.create(name="审阅组")
    for text in ("审阅", "審閱"):
        page = editor_client.get(reverse("admin:auth_group_changelist"), {"q": text})
        assert [group.name for group in page.context["cl"].result_list] == ["审阅组"]


CHOOSERS = [
    ("policy", "topics", make.make_topic),
    ("policy", "issuers", make.make_organization),
    ("policy", "phase", make.make_phase),
    ("citation", "source", make.make_source),
    ("pilotdesignation", "designee", make.make_area),
    ("policyrelation", "to_policy", make.make_policy),
    ("goal", "declared_by", make.make_milestone),
]


@pytest.mark.parametrize(("model", "field", "factory"), CHOOSERS, ids=[field for _, field, _ in CHOOSERS])
def test_a_chooser_and_its_list_find_either_script(editor_client, model, field, factory):
    wanted = factory(title="乐东发展")
    factory(title="别的")
    for text in ("乐东", "樂東", "發展 樂東"):
        query = {"app_label": "timeline", "model_name": model, "field_name": field, "term": text}
        answer = editor_client.get(reverse("admin:autocomplete"), query)
        assert [row["id"] for row in json.loads(answer.content)["results"]] == [str(wanted.pk)], text
        address = reverse(f"admin:timeline_{wanted._meta.model_name}_changelist")
        found = editor_client.get(address, {"q": text}).context["cl"].result_list
        assert [record.pk for record in found] == [wanted.pk], text
