"""Derived columns: every way to write a row updates them or is refused."""

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import transaction

from tests.factories import ENTRY_MAKERS, make_goal, make_milestone, make_phase, make_policy
from timeline.models import CITATIONS, Entry, Goal, GoalAssessment, Milestone, Phase, Policy
from timeline.models.derived import DerivedFieldsModel, StaleDerivedColumnError
from timeline.models.fields import PartialDateField

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

MODELS = [
    model for model in apps.get_app_config("timeline").get_models() if issubclass(model, DerivedFieldsModel)
]
INPUTS = [
    pytest.param(model, name, column, id=f"{model.__name__}.{column} from {name}")
    for model in MODELS
    for column, inputs in model.derived_from().items()
    for name in sorted(inputs)
]


def value_for(model, name):
    """Return a valid value for this column that changes the columns derived from it."""
    is_date = isinstance(model._meta.get_field(name.removesuffix("_id")), PartialDateField)
    return "1999" if is_date else None


def test_phases_all_kinds_of_entry_citations_and_assessments_derive():
    assert set(MODELS) == {Phase, Entry, GoalAssessment, *ENTRY_MAKERS, *CITATIONS}


@pytest.mark.parametrize("model", MODELS)
def test_what_derives_and_what_it_derives_from_are_columns(model):
    columns = {name for field in model._meta.concrete_fields for name in (field.name, field.attname)}
    for column, inputs in model.derived_from().items():
        assert {column, *inputs} <= columns
        assert not model._meta.get_field(column).editable


@pytest.mark.parametrize("model", MODELS)
def test_no_input_is_named_without_its_column_in_the_database(model):
    """A foreign key can be written by its name and its attname."""
    for inputs in model.derived_from().values():
        for name in inputs:
            field = model._meta.get_field(name)
            assert {field.name, field.attname} <= inputs


@pytest.mark.parametrize(("model", "name", "column"), INPUTS)
def test_updating_an_input_alone_is_refused(model, name, column):
    others = {derived: None for derived in model.derived_from() if derived != column}
    with pytest.raises(StaleDerivedColumnError, match=column):
        model.objects.update(**{name: value_for(model, name)}, **others)


@pytest.mark.parametrize(("model", "name", "column"), INPUTS)
def test_updating_an_input_with_all_that_derives_from_it_is_allowed(model, name, column):
    derived = {derived for derived, inputs in model.derived_from().items() if name in inputs}
    none = model.objects.none()
    assert none.update(**{name: value_for(model, name)}, **dict.fromkeys(derived)) == 0


def test_what_nothing_derives_from_may_be_updated():
    make_milestone(title="启动")
    assert Milestone.objects.update(editor_note="存疑") == 1
    assert Entry.objects.update(editor_note_en="Doubtful") == 1


def test_an_update_with_the_derived_columns_writes_both():
    make_phase(period="2011/2015")
    assert Phase.objects.update(period="2012", sort_earliest="2012-01-01", sort_latest="2012-12-31") == 1
    assert not Phase.objects.get().is_stale()


@pytest.mark.parametrize(
    "queryset",
    [
        lambda: Entry.objects,
        lambda: Entry.objects.filter(slug="launch"),
        lambda: Milestone.objects.published(),
        lambda: Phase.objects.get().entries,
        lambda: Entry._default_manager,
    ],
)
def test_every_queryset_of_entries_refuses(queryset):
    make_milestone(slug="launch", date="2013")
    make_phase()
    with pytest.raises(StaleDerivedColumnError):
        queryset().update(date="2014")
    assert str(Entry.objects.get(slug="launch").date) == "2013"


def test_bulk_update_of_an_input_is_refused():
    milestone = make_milestone(date="2013")
    milestone.date = "2014"
    with pytest.raises(StaleDerivedColumnError, match="date"), transaction.atomic():
        Milestone.objects.bulk_update([milestone], ["date"])
    assert str(Milestone.objects.get().date) == "2013"


def test_bulk_update_with_the_derived_columns_is_allowed():
    phase = make_phase(period="2011/2015")
    phase.period = "2012"
    phase.derive()
    Phase.objects.bulk_update([phase], ["period", "sort_earliest", "sort_latest"])
    assert not Phase.objects.get().is_stale()
    assert str(Phase.objects.get().sort_latest) == "2012-12-31"


def test_bulk_create_derives():
    Phase.objects.bulk_create([Phase(slug="a", title="甲", period="2011/2015")])
    assert str(Phase.objects.get().sort_latest) == "2015-12-31"


def test_get_or_create_and_update_or_create_derive():
    Policy.objects.get_or_create(
        slug="plan", defaults={"title": "规划", "document_type": "plan", "date": "2013"}
    )
    assert not Policy.objects.get().is_stale()
    Policy.objects.update_or_create(slug="plan", defaults={"date": "2014", "title": "计划"})
    assert not Policy.objects.get().is_stale()
    assert str(Policy.objects.get().sort_earliest) == "2014-01-01"


def test_a_reverse_relation_cannot_leave_a_goal_where_it_was():
    policy = Entry.objects.get(pk=make_policy(date="2013").pk)
    goal = make_goal()
    other = make_goal(declared_by=policy)
    for write in (lambda: policy.goals_declared.add(goal), lambda: policy.goals_declared.remove(other)):
        try:
            write()
        except StaleDerivedColumnError:
            continue
    assert [goal.is_stale() for goal in Goal.objects.all()] == [False, False]


@pytest.mark.parametrize("make", [make_phase, *ENTRY_MAKERS.values()])
def test_what_was_just_saved_is_not_stale(make):
    row = make()
    assert not row.is_stale()
    assert not type(row).objects.get(pk=row.pk).is_stale()


def test_staleness_is_noticed_and_mended():
    milestone = make_milestone(date="2013")
    milestone.date = "2014"
    assert milestone.is_stale()
    assert not milestone.is_stale()
    assert str(milestone.sort_earliest) == "2014-01-01"


DATE_COLUMNS = [
    pytest.param(model, field.name, id=f"{model.__name__}.{field.name}")
    for model in apps.get_app_config("timeline").get_models()
    for field in model._meta.concrete_fields
    if isinstance(field, PartialDateField) and field.editable and model is not Entry
]


@pytest.mark.parametrize(("model", "name"), DATE_COLUMNS)
def test_full_clean_names_an_impossible_date_and_does_not_stumble_over_it(model, name):
    with pytest.raises(ValidationError) as refusal:
        model(**{name: "2013-13"}).full_clean()
    assert any("13" in message for message in refusal.value.message_dict[name])


@pytest.mark.parametrize("model", [Phase, *ENTRY_MAKERS])
def test_full_clean_of_several_impossible_dates_names_them_all(model):
    names = [
        field.name
        for field in model._meta.concrete_fields
        if isinstance(field, PartialDateField) and field.editable
    ]
    with pytest.raises(ValidationError) as refusal:
        model(**dict.fromkeys(names, "soon")).full_clean()
    assert set(names) <= refusal.value.message_dict.keys()
