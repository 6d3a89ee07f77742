"""Working copies: public entries stay unchanged, and no concurrent changes are lost."""

import pytest

from tests.editing.entries import actions, renamed, whole
from tests.factories import make_milestone, make_policy, make_source, make_topic, make_user
from timeline.editing.answers import Conflict
from timeline.editing.conflicts import MINE, THEIRS
from timeline.editing.restoring import restore_revision
from timeline.editing.revisions import record_revision, reload_as_kind
from timeline.editing.working_copies import (
    discard_working_copy,
    find_working_copy,
    publish_working_copy,
    save_working_copy,
)
from timeline.exchange.importing.import_files import import_files
from timeline.models import Action, Milestone, Policy, Revision
from timeline.rows.tables import table_of
from timeline.workflow import NotPublishableError

pytestmark = pytest.mark.django_db


def test_a_working_copy_leaves_the_public_page_byte_for_byte(client):
    entry = make_policy(title="公开的题名", published=True)
    before = client.get(entry.get_absolute_url()).content
    save_working_copy(entry, whole(entry) | {"title": "修订的题名"}, by=make_user())
    assert client.get(entry.get_absolute_url()).content == before
    publish_working_copy(entry, by=make_user(), comment="更正题名")
    assert "修订的题名" in client.get(entry.get_absolute_url()).content.decode()
    last = Revision.objects.for_entry(entry).applied().last()
    assert (last.action, last.comment) == ("revised", "更正题名")
    assert find_working_copy(entry) is None


def test_an_entry_has_one_working_copy():
    entry = make_policy(published=True)
    for title in ("一", "二"):
        save_working_copy(entry, whole(entry) | {"title": title}, by=make_user())
    assert Revision.objects.for_entry(entry).working_copies().get().content["title"] == "二"


def test_a_working_copy_that_is_let_go_stays_in_the_history_and_can_be_taken_up_again():
    entry, user = make_policy(title="公开的题名", published=True), make_user()
    copy = save_working_copy(entry, whole(entry) | {"title": "修订"}, by=user)
    discard_working_copy(entry, by=user)
    assert find_working_copy(entry) is None
    assert Policy.objects.get(pk=entry.pk).title == "公开的题名"
    assert actions(entry)[-1] == "discarded"
    restore_revision(copy, by=user)
    assert find_working_copy(entry).content["title"] == "修订"


def test_every_hand_in_a_working_copy_is_kept():
    entry, first, second, reviewer = make_policy(published=True), make_user(), make_user(), make_user()
    save_working_copy(entry, whole(entry) | {"title": "甲写的"}, by=first)
    save_working_copy(entry, whole(entry) | {"title": "乙改的"}, by=second)
    assert save_working_copy(entry, whole(entry) | {"title": "乙改的"}, by=reviewer) is None
    publish_working_copy(entry, by=reviewer)
    kept = Revision.objects.for_entry(entry).by_number()
    assert [(one.title, one.created_by, one.applied) for one in kept][-3:] == [
        ("甲写的", first, False),
        ("乙改的", second, False),
        ("乙改的", reviewer, True),
    ]


def test_what_says_what_is_public_already_is_no_working_copy():
    entry = make_policy(published=True)
    assert save_working_copy(entry, whole(entry), by=make_user()) is None
    assert find_working_copy(entry) is None


def test_a_working_copy_does_not_take_back_what_was_changed_beside_it(folder):
    entry, user = make_milestone(slug="launch", title="原题", summary="原摘要", published=True), make_user()
    record_revision(entry, by=user, action=Action.RESTORED)
    save_working_copy(entry, whole(entry) | {"title": "修订的题"}, by=user)
    import_files([folder(milestones="- {slug: launch, summary: 更正的摘要}")], by=user, publish=True)
    conflict = publish_working_copy(entry, by=user)
    assert isinstance(conflict, Conflict)
    assert conflict.with_public_text
    assert {column.name: column.side for column in conflict.columns} == {"title": MINE, "summary": THEIRS}
    assert find_working_copy(entry)
    assert Milestone.objects.get().summary == "更正的摘要"
    merged = whole(entry) | {"title": "修订的题"}
    save_working_copy(entry, merged, by=user, rebase=True)
    publish_working_copy(entry, by=user)
    assert (Milestone.objects.get().title, Milestone.objects.get().summary) == ("修订的题", "更正的摘要")


def test_a_working_copy_is_published_only_as_it_was_read():
    entry, user = make_policy(published=True), make_user()
    read = save_working_copy(entry, whole(entry) | {"title": "甲"}, by=user).number
    save_working_copy(entry, whole(entry) | {"title": "乙"}, by=user)
    for end in (publish_working_copy, discard_working_copy):
        (reason,) = end(entry, by=user, seen_number=read).reasons
        assert "修订稿已被改动" in reason
    assert find_working_copy(entry).content["title"] == "乙"


def test_a_working_copy_that_may_not_be_public_is_refused_with_every_reason():
    policy = make_policy(published=True)
    make_policy(slug="hidden", title="未公开的")
    row = whole(policy) | {"relations": [{"type": "implements", "to": "hidden"}]}
    save_working_copy(policy, row, by=make_user())
    assert [*publish_working_copy(policy, by=make_user()).messages] == ["relations"]
    assert not policy.relations.exists()
    assert find_working_copy(policy) is not None


def test_nobody_publishes_a_working_copy_of_their_own(settings):
    settings.NOBODY_PUBLISHES_OWN_WORK = True
    entry, author, reviewer = make_policy(published=True), make_user(), make_user()
    save_working_copy(entry, whole(entry) | {"title": "甲"}, by=author)
    save_working_copy(entry, whole(entry) | {"title": "乙"}, by=make_user())
    (reason,) = publish_working_copy(entry, by=author).reasons
    assert "自己" in reason
    publish_working_copy(entry, by=reviewer)
    assert Policy.objects.get().title == "乙"


def test_what_was_withdrawn_is_corrected_in_a_working_copy_and_published_again():
    entry, user = make_milestone(title="有误的题", published=True), make_user()
    entry.withdraw(by=user, comment="题名有误")
    save_working_copy(entry, whole(entry) | {"title": "更正的题"}, by=user)
    with pytest.raises(NotPublishableError, match="修订稿"):
        reload_as_kind(entry).publish(by=user)
    publish_working_copy(entry, by=user)
    assert Milestone.objects.get().status == "withdrawn"
    reload_as_kind(entry).publish(by=user)
    assert Milestone.objects.published().get().title == "更正的题"


def test_what_is_only_looked_at_is_never_written():
    entry = make_policy(title="原", published=True)
    row = whole(entry) | {
        "title": "看",
        "citations": [{"source": make_source(slug="s").slug, "locator": "¶9"}],
    }
    before = whole(entry)
    seen = table_of(Policy).preview_as(entry.pk, row)
    assert seen.title == "看"
    assert [citation.pk for citation in seen.citations.all()] == [-1]
    assert [citation.locator for citation in seen.citations.all()] == ["¶9"]
    assert whole(entry) == before


def test_what_a_working_copy_names_is_found_under_its_new_address():
    topic, user = make_topic(slug="optical"), make_user()
    entry = make_milestone(topics=[topic], published=True)
    save_working_copy(entry, whole(entry) | {"title": "修订"}, by=user)
    renamed(topic, "fibre")
    shown = table_of(Milestone).preview_as(entry.pk, find_working_copy(entry).content)
    assert list(shown.topics.all()) == [topic]
    publish_working_copy(entry, by=user)
    assert list(Milestone.objects.get().topics.all()) == [topic]


def test_a_working_copy_that_wants_a_former_address_is_still_shown():
    other = make_policy(slug="wanted")
    entry = make_milestone(slug="launch", published=True)
    renamed(other, "elsewhere")
    shown = table_of(Milestone).preview_as(entry.pk, whole(entry) | {"slug": "wanted", "title": "修订"})
    assert (shown.slug, shown.title) == ("launch", "修订")
