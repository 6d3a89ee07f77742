"""What the page of a form says of its record: alike for entries, reference records and the chronicle."""

import datetime
import re

import pytest
from django.utils import timezone

from tests import factories as make
from tests.copies import make_member
from tests.forms import address_of, fields_of
from timeline.accounts.roles import EDITORS
from timeline.editing.revisions import table_of_record
from timeline.editing.working_copies import save_working_copy

pytestmark = pytest.mark.django_db

MAKERS = [make.make_topic, make.make_source, make.make_phase, make.make_area, make.make_milestone]
every_record = pytest.mark.parametrize("maker", MAKERS)


def page_of(client, record):
    return client.get(address_of("change", record)).content.decode()


@every_record
def test_a_draft_has_its_status_and_its_transitions(editor_client, maker):
    page = page_of(editor_client, maker(published=False))
    assert 'class="stage stage-draft"' in page
    assert all(f'name="_transition" value="{name}"' in page for name in ("submit", "publish"))
    assert "修订稿" not in page.partition('id="content"')[2]


@every_record
def test_what_is_public_says_that_a_change_of_it_is_a_working_copy_and_whose_that_is(editor_client, maker):
    record = maker(published=True)
    page = page_of(editor_client, record)
    assert 'class="stage stage-published"' in page
    assert "发布之前公开页面保持原样" in page
    row = table_of_record(record).whole_row_of(record)
    save_working_copy(record, row | {"title_en": "Revised"}, by=make.make_user(username="wang"))
    page = page_of(editor_client, record)
    assert "wang" in page.partition('id="content"')[2]
    assert f'href="{address_of("working_copy", record)}"' in page
    assert f'href="{address_of("preview", record)}"' in page
    assert fields_of(page)["title_en"] == "Revised"


def test_the_chronicle_has_a_status_working_copies_and_no_withdrawal(editor_client):
    make.empty()
    chronicle = make.make_chronicle(title="编年", tagline="旧")
    editor = make.make_editor()
    editor_client.force_login(editor)
    page = page_of(editor_client, chronicle)
    assert 'class="stage stage-published"' in page
    assert 'value="withdraw"' not in page
    answer = editor_client.post(
        address_of("change", chronicle), fields_of(page) | {"tagline": "新", "_transition": "submit"}
    )
    assert answer.status_code == 302
    chronicle.refresh_from_db()
    assert chronicle.tagline == "旧"
    assert chronicle.revisions.working_copies().get().content["tagline"] == "新"


def test_a_reference_record_is_scheduled_and_called_off_from_its_form(editor_client):
    topic = make.make_topic(published=False)
    at = timezone.localtime(timezone.now() + datetime.timedelta(days=9)).strftime("%Y-%m-%dT%H:%M")
    form = fields_of(page_of(editor_client, topic)) | {"_transition": "publish", "public_from": at}
    assert editor_client.post(address_of("change", topic), form).status_code == 302
    page = page_of(editor_client, topic)
    assert 'class="stage stage-scheduled"' in page
    form = fields_of(page) | {"_transition": "withdraw", "why": "推迟"}
    editor_client.post(address_of("change", topic), form)
    topic.refresh_from_db()
    assert (topic.status, topic.published_at) == ("draft", None)


def test_a_form_names_what_refers_to_its_record(editor_client):
    topic = make.make_topic()
    entry = make.make_milestone(title="引用它的", topics=[topic])
    assert f'<a href="{address_of("change", entry)}">引用它的</a>' in page_of(editor_client, topic)


def test_the_form_of_a_source_names_each_entry_that_cites_it_once_with_the_places(editor_client):
    source = make.make_source(title="宁波日报", published=False)
    entry = make.make_milestone(title="引用它的", status="draft")
    other = make.make_policy(title="也引用它的", status="draft")
    for record, place in ((entry, "¶1"), (entry, "¶10"), (other, "")):
        make.make_citation(record, source=source, locator=place)
    cited = f'<a href="{address_of("change", entry)}">引用它的</a>'
    for screen in ("change", "delete"):
        page = editor_client.get(address_of(screen, source)).content.decode()
        assert [page.count(f"{link}</a>") for link in (">引用它的", ">也引用它的")] == [1, 1], screen
        after = re.search(f"{re.escape(cited)}(.*?)</li>", page)[1]
        assert ("¶1" in after, "¶10" in after) == (True, True), screen


def test_publishing_a_working_copy_is_offered_only_to_whoever_may_publish(editor_client, client):
    topic = make.make_topic(published=True)
    row = table_of_record(topic).whole_row_of(topic)
    editor = make_member(EDITORS)
    save_working_copy(topic, row | {"title_en": "Revised"}, by=editor)
    assert "比较、发布或放弃" in page_of(editor_client, topic)
    client.force_login(editor)
    page = page_of(client, topic)
    assert address_of("working_copy", topic) in page
    assert "比较、发布或放弃" not in page
