"""What is told after a submission: what publishing will refuse or ask about, and nothing of a clean record."""

import pytest
from django.utils.translation import gettext as _

from tests import factories as make
from tests.copies import make_member
from tests.forms import address, opened, save
from timeline.accounts.roles import EDITORS
from timeline.editing.checklist import checklist_of
from timeline.editing.checks import CHECKS
from timeline.editing.revisions import record_revision

pytestmark = pytest.mark.django_db
REFUSES = _("“{title}” cannot be published like this: {finding}").partition("{finding}")[0]
WARNS = _("Whoever publishes “{title}” has to confirm: {finding}").partition("{title}")[0]


@pytest.fixture
def editor(client):
    editor = make_member(EDITORS)
    client.force_login(editor)
    return editor


def test_who_submits_an_entry_without_a_source_is_told_that_it_cannot_be_published(client, editor):
    entry = make.make_milestone(title="无来源")
    record_revision(entry, by=editor)
    answer = save(client, entry, opened(client, entry), title="无来源", _transition="submit")
    said = client.get(answer["Location"]).content.decode()
    assert REFUSES.format(title="无来源") in said
    (finding, *_others) = checklist_of(entry).refused
    assert finding.message in said


def test_who_submits_several_is_told_the_same_of_each(client, editor):
    entries = [make.make_milestone(title=title) for title in ("甲", "乙")]
    for entry in entries:
        record_revision(entry, by=editor)
    ids = ",".join(str(entry.pk) for entry in entries)
    said = client.post(address("verb", "submit"), {"ids": ids, "note": ""}, follow=True).content.decode()
    for title in ("甲", "乙"):
        assert REFUSES.format(title=title) in said


def test_warnings_are_told_and_what_is_clean_is_submitted_without_a_word(client, editor, settings):
    entry = make.make_milestone(title="有来源")
    make.make_citation(entry)
    record_revision(entry, by=editor)
    settings.SKIPPED_CHECKS = []
    answer = save(client, entry, opened(client, entry), summary="改", _transition="submit")
    said = client.get(answer["Location"]).content.decode()
    warnings = checklist_of(entry).unconfirmed()
    assert warnings
    assert all(one.message in said for one in warnings)
    assert WARNS in said
    settings.SKIPPED_CHECKS = [*CHECKS]
    save(client, entry, opened(client, entry), _transition="recall")
    answer = save(client, entry, opened(client, entry), _transition="submit")
    entry.refresh_from_db()
    assert entry.status == "review"
    said = client.get(answer["Location"]).content.decode()
    assert WARNS not in said
    assert REFUSES.format(title="有来源") not in said
