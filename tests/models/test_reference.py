"""Reference records: the list of models, titles, slugs, order and validation."""

import datetime
from functools import partial

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from tests.factories import (
    ENTRY_MAKERS,
    make_area,
    make_milestone,
    make_organization,
    make_phase,
    make_policy,
    make_reference,
    make_source,
    make_topic,
)
from timeline.models import REFERENCES, Area, Milestone, Organization, Phase, Policy, Source, Topic
from timeline.models.kinds import fields_naming
from timeline.models.reference import Reference, newest_begun
from timeline.models.stored_records import STORED
from timeline.rows.tables import table_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

each_model = pytest.mark.parametrize("model", REFERENCES, ids=lambda model: model._meta.model_name)


def test_the_list_has_every_model_of_reference_records():
    models = [model for model in apps.get_app_config("timeline").get_models() if issubclass(model, Reference)]
    assert {*REFERENCES} == {*models}


@each_model
def test_a_model_refers_to_none_that_is_imported_after_it(model):
    named = {
        field.related_model
        for field in model._meta.get_fields()
        if field.concrete and field.is_relation and field.editable
    }
    assert named <= {*REFERENCES[: REFERENCES.index(model) + 1]}


@each_model
def test_a_record_has_its_table_and_an_address_below_the_same_name(model):
    assert table_of(model).name == model.PLURAL
    assert make_reference(model, slug="a").get_absolute_url() == f"/en/{model.PLURAL}/a/"


@each_model
def test_entries_refer_to_a_record_in_a_column_and_to_a_source_by_citations(model):
    assert bool(fields_naming(model)) == (model is not Source)


MAKERS = {model: partial(make_reference, model) for model in REFERENCES} | ENTRY_MAKERS


@pytest.mark.parametrize("make", MAKERS.values(), ids=[model._meta.model_name for model in MAKERS])
def test_a_slug_left_blank_is_the_titles_pinyin_and_numbered_where_that_is_taken(make):
    rows = [make(slug="", title="智慧城市") for _ in range(3)]
    assert [row.slug for row in rows] == ["zhi-hui-cheng-shi", "zhi-hui-cheng-shi-2", "zhi-hui-cheng-shi-3"]


def test_a_slug_is_numbered_across_the_kinds_of_entry():
    assert make_policy(slug="", title="智慧").slug == "zhi-hui"
    assert make_milestone(slug="", title="智慧").slug == "zhi-hui-2"


def test_a_long_title_has_a_slug_that_fits_and_is_numbered_within_its_length():
    rows = [make_source(slug="", title="加快创建智慧城市行动纲要" * 12) for _ in range(2)]
    assert len(rows[0].slug) <= 120
    assert len(rows[1].slug) <= 120
    assert rows[1].slug.endswith("-2")
    for row in rows:
        row.full_clean()


def test_a_title_without_any_letter_takes_the_name_of_its_table():
    assert make_source(slug="", title="……").slug == "source"
    assert make_source(slug="", title="！").slug == "source-2"
    assert make_milestone(slug="", title="《》").slug == "entry"


def test_a_slug_that_is_given_stays_when_the_title_changes():
    topic = make_topic(slug="", title="光网")
    topic.title = "光网城市"
    topic.save()
    assert Topic.objects.get().slug == "guang-wang"


def test_full_clean_fills_the_slug_in_before_it_is_checked():
    topic = Topic(title="光网")
    topic.full_clean()
    assert topic.slug == "guang-wang"


@pytest.mark.parametrize("slug", ["光网", "a b", "a/b", "x" * 121, "é"])
def test_a_slug_that_is_no_part_of_an_address_is_refused(slug):
    with pytest.raises(ValidationError) as refusal:
        Topic(title="光网", slug=slug).full_clean()
    assert list(refusal.value.message_dict) == ["slug"]


def test_a_title_is_needed():
    with pytest.raises(ValidationError) as refusal:
        Topic(slug="a", title=" ").full_clean()
    assert "title" in refusal.value.message_dict


def test_two_kinds_of_entry_cannot_share_a_slug():
    make_policy(slug="same")
    with pytest.raises(ValidationError) as refusal:
        Milestone(slug="same", title="启动").full_clean()
    assert list(refusal.value.message_dict) == ["slug"]
    with pytest.raises(IntegrityError), transaction.atomic():
        Milestone(slug="same", title="启动").save()
    assert not Milestone.objects.exists()


def test_a_name_is_shown_by_its_title():
    assert str(make_area(title="镇海区")) == "镇海区"


@pytest.mark.parametrize(
    ("period", "days"),
    [
        ("2011/2015", ("2011-01-01", "2015-12-31")),
        ("2021/..", ("2021-01-01", "9999-12-31")),
        ("2021/", ("2021-01-01", "9999-12-31")),
        ("2013", ("2013-01-01", "2013-12-31")),
    ],
)
def test_a_phase_begins_and_ends_with_its_period(period, days):
    make_phase(period=period)
    phase = Phase.objects.get()
    assert (str(phase.sort_earliest), str(phase.sort_latest)) == days


def test_a_phase_needs_a_period():
    with pytest.raises(ValidationError) as refusal:
        Phase(title="打基础").full_clean()
    assert list(refusal.value.message_dict) == ["period"]


def test_phases_stand_in_order_of_time_and_may_share_boundary_years():
    for slug, period in (("c", "2021/"), ("b", "2015/2021"), ("a", "2011/2015")):
        make_phase(slug=slug, period=period)
    assert [phase.slug for phase in Phase.objects.all()] == ["a", "b", "c"]
    for phase in Phase.objects.all():
        phase.full_clean()


def test_topics_and_areas_stand_by_their_position_and_organizations_by_precedence():
    for make, model, column in (
        (make_topic, Topic, "position"),
        (make_area, Area, "position"),
        (make_organization, Organization, "precedence"),
    ):
        make(slug="z", **{column: 1})
        make(slug="b", **{column: 2})
        make(slug="a", **{column: 2})
        assert [row.slug for row in model.objects.all()] == ["z", "a", "b"]


def test_an_area_does_not_lie_in_itself():
    area = make_area()
    area.parent = area
    with pytest.raises(ValidationError) as refusal:
        area.full_clean()
    assert "parent" in refusal.value.message_dict


def test_areas_do_not_lie_in_a_circle():
    city = make_area(title="市")
    district = make_area(title="区", parent=city)
    town = make_area(title="镇", parent=district)
    town.full_clean()
    for area in (district, town):
        city.parent = area
        with pytest.raises(ValidationError) as refusal:
            city.full_clean()
        assert refusal.value.message_dict == {"parent": [f"“{area}” already lies in this area."]}


def test_a_circle_of_other_areas_that_slipped_in_does_not_hold_up_the_check():
    first, second = make_area(), make_area()
    Area.objects.filter(pk=first.pk).update(parent=second)
    Area.objects.filter(pk=second.pk).update(parent=first)
    with pytest.raises(ValidationError):
        Area(title="镇", parent=Area.objects.get(pk=first.pk)).full_clean()


def test_two_new_areas_may_lie_in_one():
    city = make_area()
    for title in ("甲", "乙"):
        area = Area(title=title, parent=city)
        area.full_clean()
        area.save()
    assert city.parts.count() == 2


def test_what_is_referred_to_cannot_be_deleted():
    phase, area = make_phase(published=False), make_area(published=False)
    make_policy(phase=phase)
    make_area(parent=area)
    for row in (phase, area):
        with pytest.raises(Exception, match="protected"):
            row.delete()
    assert Policy.objects.get().phase == phase


@pytest.mark.parametrize("field", ["url", "archived_url"])
@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "ftp://example.org/a", "example", "//example.org", "data:,x"]
)
def test_a_source_has_a_web_address_or_none(field, address):
    with pytest.raises(ValidationError) as refusal:
        Source(title="解读", **{field: address}).full_clean()
    assert list(refusal.value.message_dict) == [field]
    Source(title="解读", **{field: ""}).full_clean()
    Source(title="解读", **{field: "https://example.org/a?b=1"}).full_clean()


def test_the_phase_of_a_day_is_the_same_of_phases_at_hand_as_of_those_stored():
    phases = [make_phase(period=period) for period in ("2011/2015", "2015/2020", "2015/2016", "2021/")]
    days = [datetime.date(year, 7, 1) for year in (2010, 2011, 2015, 2018, 2030)]
    found = [newest_begun(phases, day) for day in days]
    assert [phase and phase.pk for phase in found] == [STORED.phase_begun_by(day) for day in days]
    assert found[0] is None
