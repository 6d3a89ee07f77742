"""The admin of the chronicle: a single record, and the order of its fields."""

import re

import pytest
from django.urls import reverse

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
    assert fields[:3] == ["title", "city", "tagline"]
    assert fields[-1] == "slug"
