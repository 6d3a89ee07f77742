"""The form of a publication."""

import pytest

from tests import factories as make
from timeline.admin.publication_form import PublicationForm
from timeline.editing.approvals import Approval
from timeline.editing.checklist import checklist_of
from timeline.workflow import TransitionFields

pytestmark = [pytest.mark.django_db, pytest.mark.checklist]


def form_of(record, **typed):
    return PublicationForm(checklist_of(record), TransitionFields.NOTE_AND_TIME, typed or None)


def test_names_that_are_no_longer_asked_for_are_no_error(settings):
    settings.SKIPPED_CHECKS = ["phase", "summary", "english"]
    entry = make.make_milestone()
    form = form_of(entry, confirm=["date", "gone"], note="已核对")
    assert form.is_valid()
    assert form.inputs() == {
        "comment": "已核对",
        "public_from": None,
        "approval": Approval(["date"]),
    }


def test_only_a_change_has_fields_for_readers():
    assert "change_note" not in form_of(make.make_milestone()).fields
    assert {"change_note", "change_note_en", "is_minor"} <= {*form_of(make.make_topic()).fields}
