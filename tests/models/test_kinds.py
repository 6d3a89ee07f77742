"""The kinds of entry: models, addresses, and values that sort as in the database."""

import pytest
from django.apps import apps

from timeline.models import Entry, Kind, Organization, Policy, Topic
from timeline.models.kinds import fields_naming, fields_naming_entries, own_fields, path_from_entry


@pytest.mark.parametrize("kind", Kind)
def test_the_model_of_a_kind_says_which_kind_it_is(kind):
    assert kind == kind.model.KIND
    assert kind.model._meta.model_name == kind.model_name


def test_every_model_of_entries_is_one_of_a_kind():
    children = {model for model in apps.get_app_config("timeline").get_models() if issubclass(model, Entry)}
    assert children - {Entry} == {kind.model for kind in Kind}


def test_kinds_are_listed_as_the_database_sorts_them():
    assert list(Kind) == sorted(Kind, reverse=True)


def test_columns_that_name_records_are_those_of_all_entries_then_those_of_each_kind():
    assert [path_from_entry(field) for field in fields_naming(Topic)] == ["topics"]
    assert [path_from_entry(field) for field in fields_naming(Organization)][:3] == [
        "policy__issuers",
        "pilotdesignation__authorities",
        "milestone__organizations",
    ]
    assert "milestone__policies" in [path_from_entry(field) for field in fields_naming(Policy)]
    assert "goal__declared_by" in [path_from_entry(field) for field in fields_naming(Entry)]


@pytest.mark.parametrize("kind", Kind)
def test_fields_of_its_own_are_those_that_people_fill_in_without_those_of_all_entries(kind):
    names = [field.name for field in own_fields(kind.model)]
    assert not {"entry_ptr", "title", "due_by"} & {*names}
    assert {field.name for field in fields_naming_entries(kind.model)} <= {*names}


def test_columns_that_name_entries_are_known_by_kind():
    named = {kind: [field.name for field in fields_naming_entries(kind.model)] for kind in Kind}
    assert (named[Kind.MILESTONE], named[Kind.GOAL], named[Kind.POLICY]) == (
        ["policies"],
        ["declared_by"],
        [],
    )


def test_no_two_kinds_have_one_plural_or_one_address():
    assert len({kind.model.PLURAL for kind in Kind}) == len({kind.url_name for kind in Kind}) == len(Kind)
