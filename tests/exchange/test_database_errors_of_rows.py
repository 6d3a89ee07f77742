"""Database errors of a row: messages that name the columns."""

import pytest
from django.db import IntegrityError, transaction

from tests.factories import make_policy, make_relation
from timeline.exchange import database_errors
from timeline.models import Policy, PolicyRelation

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def refused_by_the_database(model, insert):
    """Return the message and the columns for a statement that violates a constraint."""
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        insert()
    return database_errors.row_error(refusal.value, model)


def test_a_constraint_of_several_columns_names_them():
    relation = make_relation(make_policy(), "implements", make_policy())
    stored = PolicyRelation.objects.filter(pk=relation.pk)
    assert refused_by_the_database(PolicyRelation, lambda: stored.update(to_policy=relation.from_policy)) == (
        "A policy has no relation to itself.",
        ["from_policy", "to_policy"],
    )


def test_a_constraint_without_words_of_its_own_names_the_columns():
    stored = Policy._base_manager.filter(pk=make_policy().pk)
    words = "These values may not stand here, or not together."
    assert refused_by_the_database(Policy, lambda: stored.update(level="world")) == (words, ["level"])
    assert refused_by_the_database(Policy, lambda: stored.update(title="")) == (words, ["slug", "title"])  # fmt: skip


def test_another_record_of_the_same_key_is_somebody_elses():
    make_policy(slug="plan")
    message, columns = refused_by_the_database(Policy, lambda: make_policy(slug="plan"))
    assert (message, columns) == ("Somebody else has just written the same record; import again.", [])
