"""Additional admin pages of a record: access, and the revision that a form was opened on."""

import pytest
from django.core.exceptions import PermissionDenied
from django.test import RequestFactory

from tests import factories as make
from tests.forms import address
from timeline.admin.record_views import actor, expected_revision_number, is_popup_request
from timeline.editing.working_copies import save_working_copy

PAGES = ["preview", "working_copy", "publish_copy", "discard_copy"]


@pytest.mark.django_db
def test_a_page_around_a_record_is_for_those_who_may_see_the_record(editor_client, client):
    entry = make.make_milestone(published=True)
    save_working_copy(entry, {"title": "修订的"}, by=make.make_user())
    for page in PAGES:
        assert editor_client.get(address(page, entry.pk)).status_code == 200, page
    client.force_login(make.make_user(is_staff=True))
    for page in PAGES:
        assert client.get(address(page, entry.pk)).status_code == 403, page


@pytest.mark.django_db
@pytest.mark.parametrize("key", [0, 4711, 2**63, 10**30])
def test_around_a_record_that_is_not_there_is_no_page(editor_client, key):
    for page in PAGES:
        assert editor_client.get(address(page, key)).status_code == 404, page


@pytest.mark.parametrize(
    ("text", "number"),
    [("7", 7), ("", 0), ("x", 0), ("-1", 0), ("²", 0), ("1" * 9, 111_111_111), ("1" * 10, 0)],
)
def test_a_form_says_which_revision_was_read_or_none(text, number):
    assert expected_revision_number(RequestFactory().post("/", {"_read": text})) == number


def test_a_page_stands_in_a_window_where_its_address_or_its_form_says_so():
    ask = RequestFactory()
    assert is_popup_request(ask.get("/", {"_popup": "1"}))
    assert is_popup_request(ask.post("/", {"_popup": "1"}))
    assert not is_popup_request(ask.get("/"))


def test_nobody_does_anything_without_a_name(rf):
    request = rf.post("/")
    request.user = None
    with pytest.raises(PermissionDenied):
        actor(request)
