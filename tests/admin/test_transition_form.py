"""The form of a transition: which inputs each has, and that a reason is required."""

import pytest

from timeline.admin.publication_url import TIME_FIELD
from timeline.admin.transition_form import ReasonField, TransitionForm
from timeline.admin.views.schedule import CallOffForm
from timeline.workflow import TransitionFields


@pytest.mark.parametrize(
    ("inputs", "names"),
    [
        (TransitionFields.REASON, ["reason"]),
        (TransitionFields.NOTE, ["note"]),
        (TransitionFields.NOTE_AND_TIME, ["note", TIME_FIELD]),
        (TransitionFields.NOTE_AND_NEW_TIME, ["note", TIME_FIELD]),
    ],
)
def test_a_transition_has_its_inputs(inputs, names):
    assert [*TransitionForm(inputs).fields] == names


def test_a_reason_is_required_and_a_note_is_not():
    assert not TransitionForm(TransitionFields.REASON, {"reason": " "}).is_valid()
    assert TransitionForm(TransitionFields.NOTE, {"note": ""}).is_valid()


def test_a_reason_and_a_note_are_the_comment():
    form = TransitionForm(TransitionFields.REASON, {"reason": "来源有误"})
    assert form.is_valid()
    assert form.inputs() == {"comment": "来源有误"}


def test_every_page_that_needs_a_reason_asks_for_it_in_the_same_words():
    for form, name in (
        (TransitionForm(TransitionFields.REASON, {}), "reason"),
        (CallOffForm({}), "comment"),
    ):
        assert isinstance(form.fields[name], ReasonField)
        assert form.errors[name] == ["请写明原因。"]
