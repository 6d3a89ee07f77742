"""The admin's front page: the rooms in the order of work."""

import re

import pytest
from django.urls import reverse

from tests import factories as make
from timeline.templatetags import admin_tags

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor_client(client):
    client.force_login(make.make_editor())
    return client


def test_the_admin_lists_its_rooms_in_the_order_of_work(editor_client):
    page = editor_client.get(reverse("admin:index")).content.decode()
    rooms = re.findall(r'<tr class="model-(\w+)', page)
    assert rooms[:5] == [name.lower() for name in admin_tags.MODEL_ORDER[:5]]
