"""Previews of public pages: the record that is passed, which is never looked up."""

import pytest

from tests import factories as make
from timeline.models import Chronicle
from timeline.public.views.previews import preview_record

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("maker", [make.make_topic, make.make_source, make.make_phase, make.make_milestone])
def test_a_page_is_that_of_the_unsaved_record(rf, maker):
    record = maker(title="已存", published=False)
    record.refresh_from_db()
    record.title = "未存"
    page = preview_record(rf.get("/admin/"), record, message="仅编辑可见", back_url="/back/").content.decode()
    assert "未存" in page
    assert "已存" not in page
    assert 'role="status">仅编辑可见 <a href="/back/">' in page


def test_a_chronicle_that_is_not_stored_is_on_the_front_page_and_on_that_about_it(rf):
    make.empty()
    make.make_chronicle(title="已存")
    other = Chronicle(pk=7, title="未存", city="宁波", about="关于未存")
    pages = [
        preview_record(rf.get("/admin/", {"part": part}), other, message="", back_url="/").content.decode()
        for part in ("", "about")
    ]
    assert all("未存" in page and "已存" not in page for page in pages)
    assert ["关于未存" in page for page in pages] == [False, True]
