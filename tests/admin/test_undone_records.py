"""What undoing an import did to each record, on the page of the import."""

import pytest
from django.urls import reverse

from tests import factories as make
from tests.imports import import_rows
from timeline.admin.undone_records import undone_marks
from timeline.editing.revisions import record_revision
from timeline.exchange.importing.undo import undo
from timeline.models import Action, ImportBatch, Milestone

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def marks(batch):
    revisions = [*batch.revisions.all()]
    found = undone_marks(ImportBatch.objects.get(pk=batch.pk), revisions)
    return {one.title: found[one.pk] for one in revisions if one.pk in found}


def imported_milestone(**options):
    return import_rows(milestones=[{"slug": "launch", "title": "新题"}], **options).batch


def test_what_is_withdrawn_by_undoing_says_so():
    source = make.make_source(published=True)
    rows = {
        "milestones": [{"slug": "launch", "title": "启动", "date": "2016"}],
        "citations": [{"entry": "launch", "source": source.slug}],
    }
    batch = import_rows(**rows, _publish=True).batch
    assert marks(batch) == {}
    undo(batch, by=make.make_user())
    assert marks(batch) == {"启动": ["withdrawn from the public site"]}


def test_what_has_its_former_text_again_says_so_and_what_was_edited_since_does_not():
    for slug in ("launch", "other"):
        milestone = make.make_milestone(slug=slug, title="旧题")
        record_revision(milestone, by=make.make_user(), action=Action.SAVED)
    titles = {"launch": "新题", "other": "别题"}
    batch = import_rows(milestones=[{"slug": slug, "title": title} for slug, title in titles.items()]).batch
    other = Milestone.objects.get(slug="other")
    other.summary = "改过。"
    other.save()
    record_revision(other, by=make.make_user(), action=Action.SAVED)
    assert len(undo(batch, by=make.make_user()).skipped) == 1
    assert marks(batch) == {"新题": ["restored to the former text"], "别题": []}


def test_a_working_copy_that_ended_says_so():
    make.make_milestone(slug="launch", title="旧题", published=True)
    batch = imported_milestone()
    undo(batch, by=make.make_user())
    assert marks(batch) == {"新题": ["its working copy was restored or discarded"]}


def test_the_page_of_the_import_names_it_beside_the_link(client):
    milestone = make.make_milestone(slug="launch", title="旧题")
    record_revision(milestone, by=make.make_user(), action=Action.SAVED)
    batch = imported_milestone()
    undo(batch, by=make.make_user())
    client.force_login(make.make_editor())
    text = client.get(reverse("admin:timeline_importbatch_change", args=[batch.pk])).content.decode()
    url = reverse("admin:timeline_milestone_history", args=[milestone.pk])
    assert f'<a href="{url}">新题</a> · 大事 · ' in text
