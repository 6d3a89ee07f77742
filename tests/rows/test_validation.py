"""Validation of whole rows: the messages of saving them, without writing."""

import pytest
from django.core.exceptions import ValidationError
from django.db import models, transaction

from tests import factories as make
from tests.dry_runs import nobody_writes
from timeline.editing.revisions import reload, table_of_record
from timeline.rows.references import References
from timeline.rows.validation import refusals, validate

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

FIRST = {
    "source": "board",
    "locator": "¶1",
    "number": 1,
    "quotation": "",
    "quotation_en": "",
    "remark": "",
    "remark_en": "",
    "weight": 0,
    "date": None,
}


@pytest.fixture
def policy():
    """A public policy with a citation and a relation."""
    source = make.make_source(slug="board")
    policy = make.make_policy(slug="plan", date="2013")
    make.make_citation(policy, source=source, locator="¶1")
    policy.publish(by=make.make_user())
    other = make.make_policy(slug="other", title="别的")
    make.make_relation(policy, "amends", other)
    make.make_relation(other, "amends", make.make_policy(slug="third", title="第三"))
    return policy


def refusal(deed):
    try:
        deed()
    except ValidationError as error:
        return error.messages
    except models.ProtectedError as error:
        return [str(error.args[0])]
    return []


CHANGES = [
    ({}, False),
    ({"title": "新", "slug": "new", "citations": [FIRST, FIRST | {"locator": "¶2"}]}, False),
    ({"citations": [FIRST | {"locator": "¶2"}], "relations": []}, False),
    ({"date": "soon", "title": ""}, True),
    ({"title": "", "effective_from": "2015", "effective_until": "2014"}, True),
    ({"slug": "other"}, True),
    ({"topics": ["nowhere"], "phase": "nowhere"}, True),
    ({"citations": []}, True),
    ({"citations": [FIRST, FIRST]}, True),
    ({"citations": [FIRST | {"locator": "¶2"}, FIRST | {"locator": "¶2"}]}, True),
    ({"citations": [FIRST | {"source": "nowhere"}]}, True),
    ({"citations": [FIRST | {"number": 0}]}, True),
    ({"relations": [{"type": "amends", "to": "plan"}]}, True),
    ({"relations": [{"type": "is like", "to": "other"}]}, True),
]


@pytest.mark.parametrize(("changes", "refused"), CHANGES)
def test_what_could_not_be_saved_is_refused_in_the_same_words(policy, changes, refused):
    table = table_of_record(policy)
    row = table.whole_row_of(policy) | changes
    with nobody_writes():
        said = refusal(lambda: validate(table, policy.pk, row))
    with transaction.atomic():
        assert said == refusal(lambda: table.apply(reload(policy), row))
        transaction.set_rollback(True)
    assert bool(said) is refused


@pytest.mark.parametrize(("changes", "refused"), CHANGES)
def test_of_many_rows_the_same_are_refused(policy, changes, refused):
    table, other = table_of_record(policy), make.make_policy(slug="last", published=True)
    rows = {one.pk: table.whole_row_of(one) for one in (policy, other)}
    rows[policy.pk] |= changes
    with nobody_writes():
        found = refusals(table, rows, References())
    assert found.keys() == ({policy.pk} if refused else set())


def test_a_relation_that_closes_a_circle_is_refused(policy):
    third = make.Policy.objects.get(slug="third")
    row = {"relations": [{"type": "amends", "to": "plan"}]}
    with pytest.raises(ValidationError, match="already leads back to “第三”"):
        validate(table_of_record(policy), third.pk, row)
