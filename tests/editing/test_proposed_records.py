"""A working copy as if it were the text of its record: the same objections as after it is applied."""

import pytest
from django.db import transaction

from tests import factories as make
from timeline.editing.proposed_records import ProposedRecords
from timeline.editing.revisions import table_of_record
from timeline.editing.working_copies import find_working_copy, save_working_copy

pytestmark = pytest.mark.django_db


def withdrawn(record):
    record.withdraw(by=make.make_user(), comment="重复")
    return record


# What the working copy of a policy says instead of its text.
CHANGES = {
    "a relation to a draft": lambda: {
        "relations": [{"type": "implements", "to": make.make_policy().slug, "change": "", "change_en": ""}]
    },
    "a withdrawn topic": lambda: {"topics": [withdrawn(make.make_topic()).slug]},
    "a draft topic that names a withdrawn phase": lambda: {"topics": [draft_topic().slug]},
    "no citations": lambda: {"citations": []},
    "a number in use": lambda: {"document_number": numbered("甬党〔2010〕14号")},
    "nothing objectionable": lambda: {"title": "改过的标题"},
}


def draft_topic():
    topic, phase = make.make_topic(published=False), make.make_phase()
    topic.phases.add(phase)
    withdrawn(phase)
    return topic


def numbered(number):
    make.make_policy(document_number=number, published=True)
    return number


@pytest.mark.parametrize("case", CHANGES)
def test_the_objections_are_those_of_the_applied_text(case):
    policy = make.make_policy(published=True)
    table = table_of_record(policy)
    row = table.whole_row_of(policy) | CHANGES[case]()
    save_working_copy(policy, row, by=make.make_user())
    proposed = ProposedRecords(find_working_copy(policy))
    beforehand = type(policy).objections_of([proposed.record], others=proposed)[policy.pk]
    with transaction.atomic():
        for citation in policy.citations.all() if not row["citations"] else ():
            type(citation)._base_manager.filter(pk=citation.pk).delete()
        if row["citations"] and case != "a number in use":
            table.apply(type(policy).objects.get(pk=policy.pk), row)
        policy.refresh_from_db()
        policy.document_number = row["document_number"]
        after = policy.objections_to_publishing()
        transaction.set_rollback(True)
    assert [(one.field, one.message) for one in beforehand] == [(one.field, one.message) for one in after]
    assert bool(beforehand) == (case != "nothing objectionable")
