"""The admin of the chronicle: a single record, and the order of its fields."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tests import factories as make
from timeline.models import Chronicle

pytestmark = pytest.mark.django_db

ADD = "admin:timeline_chronicle_add"


def test_a_chronicle_is_added_where_there_is_none(editor_client):
    assert editor_client.get(reverse(ADD)).status_code == 200
    make.make_chronicle()
    assert editor_client.get(reverse(ADD)).status_code == 403


def test_the_form_begins_with_whose_chronicle_it_is_and_leaves_no_field_out(editor_client):
    page = editor_client.get(reverse(ADD)).content.decode()
    names = re.findall(r'<(?:input|textarea|select)[^>]* name="([a-z_]+)"', page)
    fields = [name for name in names if name in {field.name for field in Chronicle._meta.fields}]
    editable = {field.name for field in Chronicle._meta.fields if field.editable and field.name != "id"}
    assert set(fields) == editable
    assert fields[:5] == ["title", "city", "tagline", "story", "opening"]
    assert fields[-1] == "slug"


def test_a_story_with_an_address_that_a_browser_shows_is_refused_with_the_right_one(editor_client):
    form = {
        "title": "编年",
        "city": "宁波",
        "story": "[决定](https://chronicle.example/en/policies/decision/)",
    }
    page = editor_client.post(reverse(ADD), form).content.decode()
    assert "/policies/decision/" in re.search(r'class="errorlist".*?</ul>', page, re.S)[0].replace(
        "en/policies", ""
    )
    assert not Chronicle.objects.exists()
    editor_client.post(reverse(ADD), form | {"story": "[决定](/policies/decision/)"})
    assert Chronicle.objects.get().story == "[决定](/policies/decision/)"


def test_only_a_chronicle_that_is_not_public_yet_can_be_called_off(editor_client):
    make.empty()
    chronicle = make.make_chronicle(published=False)
    chronicle.publish(by=make.make_user(), public_from=timezone.now() + timedelta(days=1))
    form = reverse("admin:timeline_chronicle_change", args=[chronicle.pk])
    assert 'value="withdraw"' in editor_client.get(form).content.decode()
    chronicle.publish_now(by=make.make_user())
    assert 'value="withdraw"' not in editor_client.get(form).content.decode()
