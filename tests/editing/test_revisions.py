"""Revisions: one for each change of an entry, none without a change."""

import pytest
from django.db import models

from tests.editing.entries import actions
from tests.factories import (
    make_citation,
    make_milestone,
    make_organization,
    make_policy,
    make_relation,
    make_source,
    make_topic,
    make_user,
)
from timeline.editing.revisions import delete_draft, record_revision
from timeline.exchange.importing.import_files import import_files
from timeline.models import Action, Entry, Revision

pytestmark = pytest.mark.django_db


def test_recording_twice_what_did_not_change_keeps_one_revision():
    entry, user = make_milestone(), make_user()
    assert record_revision(entry, by=user).number == 1
    assert record_revision(entry, by=user) is None
    assert Revision.objects.count() == 1


def test_a_revision_keeps_lists_and_parts():
    policy = make_policy(issuers=[make_organization(slug="city")], topics=[make_topic(slug="data")])
    make_citation(policy, source=make_source(slug="paper"), locator="¶5")
    make_relation(policy, "implements", make_policy(slug="national"))
    row = record_revision(policy, by=make_user()).content
    assert row["issuers"] == ["city"]
    assert row["topics"] == ["data"]
    assert [(part["source"], part["locator"]) for part in row["citations"]] == [("paper", "¶5")]
    assert row["relations"] == [{"type": "implements", "to": "national", "change": "", "change_en": ""}]


def test_an_import_leaves_one_revision_for_each_entry_and_none_for_what_did_not_change(folder):
    user = make_user()
    files = folder(
        sources="- {slug: board, title: 解读}",
        policies="- {slug: plan, title: 规划, document_type: plan, citations: [{source: board}]}",
        milestones="""
            - {slug: launch, title: 启动, policies: [plan], citations: [{source: board}]}
            - {slug: end, title: 结束, citations: [{source: board}]}
        """,
    )
    import_files([files], by=user, publish=True)
    assert Entry.objects.published().count() == 3
    # That of the source, too, which the publication brings along.
    assert Revision.objects.for_model(Entry).count() == 3
    assert Revision.objects.count() == 4
    assert {revision.created_by for revision in Revision.objects.all()} == {user}
    import_files([files], by=user)
    assert Revision.objects.count() == 4


def test_an_import_of_a_citation_is_a_revision_of_its_entry(folder):
    entry = make_milestone(slug="launch")
    make_source(slug="paper")
    import_files([folder(citations="- {entry: launch, source: paper}")], by=make_user())
    assert actions(entry) == ["saved", "imported"]


def test_what_was_public_is_not_deleted_and_leaves_no_revision_of_a_deletion():
    entry = make_milestone(published=True)
    with pytest.raises(models.ProtectedError):
        delete_draft(entry, by=make_user())
    assert Action.DELETED not in actions(entry)


def test_another_order_of_the_topics_is_no_revision():
    first, second = make_topic(position=1), make_topic(position=2)
    entry, user = make_milestone(topics=[first, second]), make_user()
    record_revision(entry, by=user)
    first.position = 3
    first.save()
    assert record_revision(entry, by=user) is None
