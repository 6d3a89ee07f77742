"""The public history of a record: only the changes that readers could see."""

import datetime

import pytest
from django.utils import timezone

from tests import factories as make
from tests.pages import order_of, page
from timeline.editing.copy_transitions import perform_copy_transition
from timeline.editing.revisions import record_revision, record_revisions, reload
from timeline.editing.working_copies import discard_working_copy, save_working_copy
from timeline.models import REFERENCES, Action, Entry, Policy, Revision, Topic
from timeline.public.public_history import last_public_titles, public_changes, public_moments
from timeline.rows.tables import table_of

pytestmark = pytest.mark.django_db


def history(entry, now=None):
    return public_changes(entry, public_moments(entry, now))


def turns(entry, now=None):
    return [change.event.value for change in history(entry, now)]


def labels(entry):
    return [change.columns for change in history(entry)]


def change(entry, by=None, **values):
    """Save a working copy with these values and publish it, as the admin does."""
    by = by or make.make_user()
    entry = reload(entry)
    row = table_of(type(entry)).whole_row_of(entry) | values
    save_working_copy(entry, row, by=by, comment="内部的话")
    perform_copy_transition(entry, "publish", by=by, comment="内部的话")


def test_what_was_published_once_has_one_turn():
    entry = make.make_policy(published=True)
    (only,) = history(entry)
    assert (only.event, only.columns, only.at) == ("published", [], entry.published_at)


def test_a_draft_has_no_public_past():
    entry, user = make.make_policy(), make.make_user()
    record_revision(entry, by=user)
    entry.submit(by=user)
    entry.send_back(by=user, comment="再改")
    assert turns(entry) == []


def test_a_change_names_its_columns_in_words():
    entry = make.make_policy(published=True)
    change(entry, date="2013", document_number="甬党〔2010〕14号")
    assert turns(entry) == ["changed", "published"]
    assert labels(entry) == [["日期", "发文字号"], []]


def test_a_change_of_a_switch_names_its_new_state(english):
    entry = make.make_policy(provisional=True, published=True)
    change(entry, provisional=False)
    change(entry, provisional=True)
    assert labels(entry) == [["provisional (now “yes”)"], ["provisional (now “no”)"], []]


def test_a_mark_of_editors_is_named_by_what_readers_see_of_it(english):
    entry = make.make_policy(published=True)
    change(entry, examined=True)
    assert labels(entry) == [["Not given by the sources"], []]


def test_a_change_of_sources_and_relations_is_one_too():
    policy, other = make.make_policy(published=True), make.make_policy(published=True)
    change(policy, relations=[{"type": "implements", "to": other.slug}])
    assert labels(policy)[0] == ["文件关系"]


def test_a_working_copy_that_was_not_published_is_nowhere():
    entry, user = make.make_policy(published=True), make.make_user()
    row = table_of(Policy).whole_row_of(entry)
    save_working_copy(entry, row | {"title": "改了"}, by=user)
    assert turns(entry) == ["published"]
    discard_working_copy(entry, by=user, comment="重复")
    assert turns(entry) == ["published"]


def test_the_way_to_publication_is_not_told():
    entry, user = make.make_policy(title="初稿"), make.make_user()
    record_revision(entry, by=user)
    make.make_citation(entry)
    entry.title = "二稿"
    entry.save()
    record_revision(entry, by=user)
    entry.submit(by=user, comment="请审")
    entry.publish(by=user, comment="可以")
    (only,) = history(entry)
    assert (only.event, only.columns, only.reason) == ("published", [], "")


def test_the_page_of_what_was_withdrawn_has_the_title_that_was_last_public(client):
    for record in (
        make.make_policy(title="公开过的题", title_en="Public title", published=True),
        make.make_topic(title="公开过的题", title_en="Public title", published=True),
    ):
        record_revision(record, by=make.make_user())
        record.withdraw(by=make.make_user(), comment="有误")
        change(record, title="没人见过的题", title_en="Unseen title")
        record.refresh_from_db()
        assert record.title == "没人见过的题"
        for prefix, title in (("", "公开过的题"), ("/en", "Public title")):
            answer = client.get(f"{prefix}{record.get_absolute_url()}")
            assert answer.status_code == 410
            assert title in answer.content.decode()
            assert "没人见过的题" not in answer.content.decode()
            assert "Unseen title" not in answer.content.decode()
        record.publish(by=make.make_user())
        assert "没人见过的题" in client.get(record.get_absolute_url()).content.decode()
        record.withdraw(by=make.make_user(), comment="又有误")
        assert last_public_titles(record)["title"] == "没人见过的题"


def test_what_was_withdrawn_before_there_was_a_history_has_its_own_title():
    entry = make.make_policy(title="旧题", published=True)
    entry.withdraw(by=make.make_user(), comment="有误")
    Revision.objects.for_record(entry).delete()
    assert last_public_titles(entry) == {"title": "旧题", "title_en": ""}


def test_a_withdrawal_says_why_and_what_came_back_what_differs():
    entry, user = make.make_policy(published=True), make.make_user()
    entry.withdraw(by=user, comment="日期有误")
    change(entry, date="2013")
    entry.refresh_from_db()
    entry.publish(by=user, comment="内部的话")
    again, withdrawn, first = history(entry)
    assert (again.event, again.columns, again.reason) == ("published_again", ["日期"], "")
    assert (withdrawn.event, withdrawn.columns, withdrawn.reason) == ("withdrawn", [], "日期有误")
    assert (first.event, first.reason) == ("published", "")


def test_what_is_only_appointed_is_not_told_and_what_changed_until_then_never():
    entry, user = make.make_policy(), make.make_user()
    make.make_citation(entry)
    tomorrow = timezone.now() + datetime.timedelta(days=1)
    entry.publish(by=user, public_from=tomorrow)
    change(entry, date="2013")
    assert turns(entry) == []
    (only,) = history(entry, tomorrow + datetime.timedelta(hours=1))
    assert (only.event, only.at, only.columns) == ("published", tomorrow, [])


def test_an_appointment_that_was_taken_back_is_nowhere():
    entry, user = make.make_policy(), make.make_user()
    make.make_citation(entry)
    entry.publish(by=user, public_from=timezone.now() + datetime.timedelta(days=1))
    entry.withdraw(by=user, comment="再等等")
    assert turns(entry) == []
    entry.publish(by=user)
    assert turns(entry) == ["published"]


def scheduled(days=3):
    """A policy with a source that is scheduled, and who scheduled it."""
    entry, user = make.make_policy(), make.make_user()
    make.make_citation(entry)
    entry.publish(by=user, public_from=timezone.now() + datetime.timedelta(days=days))
    return entry, user


def test_what_is_made_public_early_is_public_from_then_on_and_tells_later_notes(client):
    entry, user = scheduled()
    entry.publish_now(by=user)
    entry.refresh_from_db()
    (first,) = history(entry)
    assert (first.event, first.at) == ("published", entry.published_at)
    noted(entry, "更正日期", date="2013")
    last, first = history(entry)
    assert (last.event, last.columns, last.note) == ("changed", ["日期"], "更正日期")
    assert (first.event, first.at) == ("published", entry.published_at)
    assert order_of(page(client, entry), "更正日期", "首次发布")


@pytest.mark.parametrize("days", [1, 9])
def test_what_was_moved_is_first_published_at_the_time_to_which_it_was_moved(days):
    entry, user = scheduled()
    moved_to = timezone.now() + datetime.timedelta(days=days)
    entry.reschedule(by=user, public_from=moved_to)
    change(entry, date="2013")
    assert turns(entry, moved_to - datetime.timedelta(hours=1)) == []
    (only,) = history(entry, moved_to + datetime.timedelta(hours=1))
    assert (only.event, only.at, only.columns) == ("published", moved_to, [])


def test_a_schedule_that_was_moved_and_called_off_is_nowhere():
    entry, user = scheduled()
    entry.reschedule(by=user, public_from=timezone.now() + datetime.timedelta(days=9))
    entry.withdraw(by=user, comment="再等等")
    assert turns(entry) == []


def test_what_was_made_public_early_can_be_withdrawn():
    entry, user = scheduled()
    entry.publish_now(by=user)
    entry.withdraw(by=user, comment="有误")
    assert turns(entry) == ["withdrawn", "published"]


def test_an_import_that_changed_what_is_public_is_a_change():
    entry, user = make.make_policy(published=True), make.make_user()
    entry.summary = "导入的摘要"
    entry.save()
    record_revisions(Policy, [entry.pk], by=user, action=Action.IMPORTED, comment="批次")
    assert turns(entry) == ["changed", "published"]
    assert labels(entry)[0] == ["摘要"]


def test_what_was_public_before_any_revision_was_kept_begins_when_it_was_published():
    entry, user = make.make_policy(published=True), make.make_user()
    Revision.objects.all().delete()
    record_revisions(Policy, [entry.pk], by=user, action=Action.SAVED)
    entry.summary = "后来"
    entry.save()
    record_revision(entry, by=user)
    assert turns(entry) == ["changed", "published"]
    assert history(entry)[1].at == entry.published_at


def test_a_revision_of_former_days_that_does_not_say_since_when_counts_from_its_own_time():
    entry = make.make_policy(published=True)
    Revision.objects.update(public_from=None)
    assert history(entry)[0].at == Revision.objects.get().created_at


def test_a_new_address_of_a_topic_is_no_change_of_its_entries():
    topic, source = make.make_topic(slug="old"), make.make_source(slug="paper")
    entry = make.make_policy(topics=[topic], published=True)
    make.make_citation(entry, source=source)
    record_revision(entry, by=make.make_user())
    topic.slug, source.slug = "new", "journal"
    topic.save()
    source.save()
    change(entry, date="2013")
    assert labels(entry) == [["日期"], ["引用"], []]


def test_a_column_that_a_row_of_former_days_did_not_have_says_nothing():
    entry = make.make_policy(published=True)
    first = Revision.objects.get()
    del first.content["provisional"]
    first.save()
    entry.date = "2013"
    entry.save()
    record_revision(entry, by=make.make_user())
    assert labels(entry)[0] == ["日期"]


def test_a_long_past_is_told_in_part_and_counted(client, django_assert_max_num_queries):
    entry, user = make.make_policy(published=True), make.make_user()
    for number in range(29):
        entry.summary = f"第{number}次"
        entry.save()
        record_revision(entry, by=user)
    with django_assert_max_num_queries(3):
        assert len(history(entry)) == 30
    text = client.get(entry.get_absolute_url()).content.decode()
    assert text.count('class="past__turn"') == 20
    assert f'<a href="{entry.get_absolute_url()}history/">另有10项' in text
    whole = client.get(f"{entry.get_absolute_url()}history/").content.decode()
    assert whole.count('class="past__turn"') == 30


@pytest.mark.parametrize("model", REFERENCES)
def test_a_reference_record_tells_its_history_on_its_page(client, model):
    record, user = make.make_reference(model, published=False), make.make_user()
    record_revision(record, by=user)
    record.publish(by=user)
    change(record, title="新名", title_en="New")
    assert turns(record) == ["changed", "published"]
    for address in (record.get_absolute_url(), f"{record.get_absolute_url()}history/"):
        text = page(client, address)
        assert order_of(text, "更新记录", "更新", "题名", "首次发布"), address
    make.make_policy(published=True)
    record.withdraw(by=user, comment="重复")
    assert turns(record) == ["withdrawn", "changed", "published"]
    assert client.get(f"{record.get_absolute_url()}history/").status_code == 404


def test_a_long_past_of_a_topic_is_told_in_part(client, django_assert_max_num_queries):
    topic, user = make.make_topic(), make.make_user()
    for number in range(30):
        topic.description = f"第{number}次"
        topic.save()
        record_revision(topic, by=user)
    text = page(client, topic)
    assert text.count('class="past__turn"') == 20
    assert f'<a href="{topic.get_absolute_url()}history/">另有10项' in text


def test_a_record_without_revisions_tells_no_history(client):
    assert "更新记录" not in page(client, make.make_topic())


def test_of_a_record_that_was_public_before_it_had_a_status_only_changes_are_told():
    topic, user = make.make_topic(), make.make_user()
    topic.title = "后来"
    topic.save()
    first = record_revision(topic, by=user)
    (only,) = history(topic)
    assert (only.event, only.at, only.columns) == ("changed", first.created_at, [])
    change(topic, title="更后")
    assert labels(topic) == [["题名"], []]


def test_a_working_copy_of_a_topic_is_nowhere(client):
    topic = make.make_topic(title="原名")
    row = table_of(Topic).whole_row_of(topic)
    save_working_copy(topic, row | {"title": "改名"}, by=make.make_user())
    assert turns(topic) == []
    assert "改名" not in page(client, topic)


def test_nobody_is_named_and_no_note_is_shown(client):
    entry = make.make_policy(published=True)
    change(entry, make.make_user(username="secret-editor"), summary="改后的摘要")
    page = client.get(entry.get_absolute_url()).content.decode()
    assert "改后的摘要" in page
    assert "secret-editor" not in page
    assert "内部的话" not in page


def noted(entry, note="更正标题", note_en="", is_minor=False, **values):
    change(entry, **values)
    newest = Revision.objects.for_record(entry).by_number().last()
    Revision.objects.filter(pk=newest.pk).update(change_note=note, change_note_en=note_en, is_minor=is_minor)


def test_a_change_says_what_readers_are_told_of_it():
    entry = make.make_policy(published=True)
    noted(entry, "更正标题", "Title corrected", True, title="改过的标题")
    last = history(entry)[0]
    assert (last.note, last.note_en, last.is_minor) == ("更正标题", "Title corrected", True)


def test_the_page_displays_the_note_in_its_language(client):
    entry = make.make_policy(published=True)
    noted(entry, "更正标题", "Title corrected", title="改过的标题")
    address = entry.get_absolute_url()
    assert "更正标题" in client.get(address).content.decode()
    english = client.get(f"/en{address}").content.decode()
    assert "Title corrected" in english
    assert "更正标题" not in english


def test_a_minor_change_is_not_announced(client):
    entry = make.make_policy(title="原来的标题", published=True)
    first = Entry.objects.published().by_last_public_change().get().last_public_change
    noted(entry, is_minor=True, title="改过的标题")
    assert Entry.objects.published().by_last_public_change().get().last_public_change == first
    feed = client.get("/feed/").content.decode()
    assert "改过的标题" in feed
    assert "更正标题" not in feed


def test_a_feed_tells_what_its_last_change_is(client, django_assert_max_num_queries):
    entries = [make.make_policy(published=True) for _number in range(3)]
    for entry in entries:
        noted(entry, f"更正{entry.pk}", title=f"改过的标题{entry.pk}")
    noted(entries[0], "", summary="再改一次")
    with django_assert_max_num_queries(25):
        feed = client.get("/feed/").content.decode()
    assert f"更正{entries[1].pk}" in feed
    # Its last change has none.
    assert f"更正{entries[0].pk}" not in feed
