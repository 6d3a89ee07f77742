"""The public history of an entry: only the changes that readers could see."""

import datetime

import pytest
from django.utils import timezone

from tests import factories as make
from timeline.editing.revisions import record_revision, record_revisions, reload_as_kind
from timeline.editing.working_copies import discard_working_copy, publish_working_copy, save_working_copy
from timeline.models import Action, Policy, Revision
from timeline.public.public_history import public_changes, public_moments
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
    entry = reload_as_kind(entry)
    row = table_of(type(entry)).whole_row_of(entry) | values
    save_working_copy(entry, row, by=by, comment="内部的话")
    publish_working_copy(entry, by=by, comment="内部的话")


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


def test_a_change_of_sources_and_relations_is_one_too():
    policy, other = make.make_policy(published=True), make.make_policy(published=True)
    change(policy, relations=[{"type": "implements", "to": other.slug}])
    assert labels(policy)[0] == ["文件关系"]


def test_a_working_copy_that_was_not_published_is_nowhere():
    entry, user = make.make_policy(published=True), make.make_user()
    row = table_of(Policy).whole_row_of(entry)
    save_working_copy(entry, row | {"title": "改了"}, by=user)
    assert turns(entry) == ["published"]
    discard_working_copy(entry, by=user)
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


def test_an_import_that_changed_what_is_public_is_a_change():
    entry, user = make.make_policy(published=True), make.make_user()
    entry.summary = "导入的摘要"
    entry.save()
    record_revisions([entry.pk], by=user, action=Action.IMPORTED, comment="批次")
    assert turns(entry) == ["changed", "published"]
    assert labels(entry)[0] == ["摘要"]


def test_what_was_public_before_any_revision_was_kept_begins_when_it_was_published():
    entry, user = make.make_policy(published=True), make.make_user()
    Revision.objects.all().delete()
    record_revisions([entry.pk], by=user, action=Action.SAVED)
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


def test_nobody_is_named_and_no_note_is_shown(client):
    entry = make.make_policy(published=True)
    change(entry, make.make_user(username="secret-editor"), summary="改后的摘要")
    page = client.get(entry.get_absolute_url()).content.decode()
    assert "改后的摘要" in page
    assert "secret-editor" not in page
    assert "内部的话" not in page
