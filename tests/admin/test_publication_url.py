"""The address of the page of a publication, with what was typed."""

import datetime

import pytest
from django.http import QueryDict
from django.utils import timezone

from tests import factories as make
from timeline.admin.publication_url import publication_url
from timeline.editing.revisions import table_of_record
from timeline.editing.working_copies import save_working_copy

pytestmark = pytest.mark.django_db


def test_it_has_what_was_typed_and_nothing_else():
    entry = make.make_milestone()
    moment = timezone.make_aware(datetime.datetime(2099, 1, 4, 9))
    given = {"why": "已核对", "public_from": moment, "title": "标题", "change_note": "", "is_minor": True}
    address, _mark, query = publication_url(entry, given).partition("?")
    assert address == f"/admin/timeline/milestone/{entry.pk}/publication/"
    assert QueryDict(query).dict() == {"note": "已核对", "now": "2099-01-04T09:00", "is_minor": "True"}


def test_that_of_a_change_of_what_is_public_is_the_page_of_its_working_copy():
    entry = make.make_milestone(published=True)
    row = table_of_record(entry).whole_row_of(entry)
    save_working_copy(entry, row | {"title": "改过"}, by=make.make_user())
    assert publication_url(entry, {}) == f"/admin/timeline/milestone/{entry.pk}/working-copy/publish/"
    entry.withdraw(by=make.make_user(), comment="重复")
    assert publication_url(entry, {}) == f"/admin/timeline/milestone/{entry.pk}/publication/"
