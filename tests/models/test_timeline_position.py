"""The position of entries: the date that determines it, and the same order in the database and in Python."""

import itertools
import random

import pytest

from tests.factories import ENTRY_MAKERS, make_citation, make_milestone, make_source
from timeline.models import Citation, Entry
from timeline.models.fields import PartialDateField
from timeline.models.timeline_position import timeline_order, timeline_sort_key

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

DATES = [
    pytest.param(model, date, id=f"{model.__name__}.{date.path}")
    for model in ENTRY_MAKERS
    for date in model.TIMELINE_DATES
]
PAIRS = [
    pytest.param(model, first, second, id=f"{model.__name__}.{first.path} before {second.path}")
    for model in ENTRY_MAKERS
    for first, second in itertools.combinations(model.TIMELINE_DATES, 2)
]
OTHER_DATES = [
    pytest.param(model, field.name, id=f"{model.__name__}.{field.name}")
    for model in ENTRY_MAKERS
    for field in model._meta.concrete_fields
    if isinstance(field, PartialDateField)
    and field.editable
    and field.name not in {date.path for date in model.TIMELINE_DATES}
]


def values_for(date, text):
    """Return the value that sets this date of an entry: the date, or a related entry with the date."""
    name, *beyond = date.path.split("__")
    return {name: make_milestone(date=text) if beyond else text}


def position_of(entry):
    entry = type(entry).objects.get(pk=entry.pk)
    return entry.timeline_date and str(entry.timeline_date), entry.timeline_date_source


@pytest.mark.parametrize(("model", "date"), DATES)
def test_each_date_alone_places_an_entry(model, date):
    assert position_of(ENTRY_MAKERS[model](**values_for(date, "2013"))) == ("2013", date.source)


@pytest.mark.parametrize(("model", "first", "second"), PAIRS)
def test_of_two_dates_the_one_declared_first_places_an_entry(model, first, second):
    entry = ENTRY_MAKERS[model](**values_for(second, "2013"), **values_for(first, "2014"))
    assert position_of(entry) == ("2014", first.source)


@pytest.mark.parametrize(("model", "name"), OTHER_DATES)
def test_no_other_date_places_an_entry(model, name):
    assert position_of(ENTRY_MAKERS[model](**{name: "2013"})) == (None, "")


@pytest.mark.parametrize(("model", "date"), DATES)
def test_the_position_derives_from_the_column_of_each_date(model, date):
    for column in ("timeline_date", "timeline_date_source", "sort_earliest", "sort_latest"):
        assert date.inputs <= model.derived_from()[column]


def make_entries_of_all_kinds():
    dates = ["2010", "2010-09", "2010-01-01", "2009/2011", "2011/..", "2009", "2012~", None]
    makers = list(itertools.product(dates, ENTRY_MAKERS.values(), "ab"))
    random.Random(1).shuffle(makers)
    for number, (date, make, prefix) in enumerate(makers):
        make(date=date, slug=f"{prefix}-{number:02}")


def test_instances_sort_as_the_database_orders_them():
    make_entries_of_all_kinds()
    entries = list(Entry.objects.chronological())
    assert sorted(Entry.objects.order_by("slug"), key=timeline_sort_key) == entries


def test_the_order_reaches_entries_through_a_relation():
    source = make_source()
    make_entries_of_all_kinds()
    for entry in Entry.objects.order_by("slug"):
        make_citation(entry, source=source)
    citations = Citation.objects.order_by(*timeline_order("entry__")).select_related("entry")
    assert [citation.entry for citation in citations] == list(Entry.objects.chronological())


def test_what_comes_after_and_before_an_entry_follows_the_same_order():
    make_entries_of_all_kinds()
    dated = list(Entry.objects.exclude(sort_earliest=None).chronological())
    for place, entry in list(enumerate(dated))[::7]:
        assert list(Entry.objects.after(entry)) == dated[place + 1 :]
        assert list(Entry.objects.before(entry)) == dated[:place][::-1]
