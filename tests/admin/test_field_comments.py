"""The open comments on a record by field, in two queries."""

import pytest
from django.contrib import admin

from tests.factories import make_topic, make_user
from timeline.admin.field_comments import field_comments
from timeline.admin.reference import ReferenceAdmin
from timeline.editing.comments import begin_thread, resolve

pytestmark = pytest.mark.django_db


def test_open_comments_are_counted_and_sorted_by_field(django_assert_num_queries):
    record, user = make_topic(), make_user()
    begin_thread(record, by=user, text="甲", field="title")
    begin_thread(record, by=user, text="乙", field="title")
    begin_thread(record, by=user, text="丙")
    resolve(begin_thread(record, by=user, text="丁"), by=user)
    model_admin = admin.site.get_model_admin(type(record))
    assert isinstance(model_admin, ReferenceAdmin)
    with django_assert_num_queries(2):
        found = field_comments(model_admin, record)
    assert found.count == 3
    assert {name: [one.comment.text for one in threads] for name, threads in found.threads.items()} == {
        "title": ["甲", "乙"],
        "": ["丙"],
    }
