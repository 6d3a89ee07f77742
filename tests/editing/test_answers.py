"""What services answer: every reason of a refusal, with nothing written."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, OperationalError, transaction

from tests import factories as make
from timeline.editing.answers import BUSY, DEADLOCK, Conflict, Refused, Saved, in_transaction
from timeline.models import Topic
from timeline.rows.tables import table_of
from timeline.workflow import NotPublishableError, Objection

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("refusal", "messages"),
    [
        (ValidationError("没有"), {"": ["没有"]}),
        (
            ValidationError({"slug": ["已有", "太长"], "__all__": "不行"}),
            {"slug": ["已有", "太长"], "": ["不行"]},
        ),
        (
            NotPublishableError([Objection("citations", "缺出处"), Objection("", "不行")]),
            {"citations": ["缺出处"], "": ["不行"]},
        ),
    ],
)
def test_what_is_refused_is_rolled_back_and_every_reason_told(refusal, messages):
    @in_transaction
    def service():
        make.make_topic()
        raise refusal

    answer = service()
    assert answer == Refused(messages)
    assert answer.reasons == [message for found in messages.values() for message in found]
    assert not Topic.objects.exists()


def test_what_is_in_use_is_refused():
    source = make.make_citation(make.make_milestone()).source
    assert in_transaction(source.delete)().reasons


def test_what_the_database_refuses_is_validated_once_more():
    refusals = [ValidationError({"slug": "已有"}), IntegrityError()]

    @in_transaction
    def service():
        make.make_topic()
        raise refusals.pop()

    assert service() == Refused({"slug": ["已有"]})
    refusals.append(IntegrityError())
    refusals.append(IntegrityError())
    with pytest.raises(IntegrityError):
        service()


def deadlock():
    error = OperationalError("deadlock detected")
    error.__cause__ = type("DeadlockDetected", (Exception,), {"sqlstate": DEADLOCK})()
    return error


@pytest.mark.django_db(transaction=True)
def test_what_waits_for_another_transaction_that_waits_for_it_is_tried_once_more():
    failures = [deadlock()]

    @in_transaction
    def service():
        topic = make.make_topic()
        if failures:
            raise failures.pop()
        return Saved(topic)

    assert service() == Saved(Topic.objects.get())
    failures += [deadlock(), deadlock()]
    assert service() == Refused({"": [str(BUSY)]})
    assert Topic.objects.count() == 1
    failures += [deadlock(), deadlock()]
    # Its locks would be kept.
    with pytest.raises(OperationalError), transaction.atomic():
        service()
    failures[:] = [OperationalError("the connection is lost")]
    with pytest.raises(OperationalError):
        service()


def test_a_conflict_has_the_columns_that_differ():
    topic = make.make_topic(title="原题")
    base = table_of(Topic).whole_row_of(topic)
    conflict = Conflict(topic, base, base | {"title": "他的"}, base | {"title": "我的"})
    assert [column.name for column in conflict.columns] == ["title"]
    assert in_transaction(lambda: Saved(topic))() == Saved(topic)
