"""Former addresses of a record: permanent redirects that no other record can take."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models
from django.db.models import ProtectedError
from django.urls import reverse

from tests import factories as make
from tests.imports import row_counts
from timeline.editing.integrity import violations
from timeline.exchange.importing.import_files import import_files
from timeline.models import Entry, FormerAddress, Milestone, Policy, Topic

pytestmark = pytest.mark.django_db


def moved(record, *slugs):
    for slug in slugs:
        record.slug = slug
        record.save()
    return record


@pytest.mark.parametrize("maker", [make.make_milestone, make.make_topic])
def test_a_slug_left_blank_never_becomes_what_another_once_had(maker):
    first = maker(title="启动", slug="")
    moved(first, "launch")
    assert maker(title="启动", slug="").slug == "qi-dong-2"
    moved(first, "launched", "launched-again")
    assert maker(title="启动", slug="").slug == "qi-dong-3"


def test_a_slug_left_blank_may_be_what_the_record_itself_once_had():
    entry = moved(make.make_milestone(title="启动", slug=""), "launch")
    moved(entry, "")
    assert entry.slug == "qi-dong"
    moved(entry, "")
    assert entry.slug == "qi-dong"


def test_an_address_that_another_once_had_is_refused_at_the_slug_across_the_kinds(english):
    moved(make.make_milestone(title="公开的", slug="a", published=True), "y")
    policy = make.make_policy()
    policy.slug = "a"
    with pytest.raises(ValidationError) as refusal:
        policy.full_clean()
    assert refusal.value.message_dict == {
        "slug": ["This address once was that of “公开的”; it leads there for good."]
    }


def test_an_address_that_a_record_of_another_table_once_had_is_free():
    moved(make.make_milestone(slug="a"), "y")
    topic = make.make_topic(slug="a")
    topic.full_clean()
    assert Topic.objects.get() == topic


@pytest.mark.parametrize(
    "write", [lambda: make.make_policy(slug="a"), lambda: moved(make.make_policy(), "a")]
)
def test_nobody_takes_a_former_address_past_the_check_either(client, write):
    moved(make.make_milestone(slug="a", published=True), "y")
    with pytest.raises(IntegrityError):
        write()
    assert not Entry.objects.filter(slug="a").exists()
    assert client.get("/milestones/a/")["Location"] == "/milestones/y/"


def test_saving_some_columns_moves_nothing():
    entry = make.make_milestone(slug="a")
    entry.slug = "b"
    entry.save(update_fields=["title"])
    assert Milestone.objects.get().slug == "a"
    assert not FormerAddress.objects.exists()


def test_a_record_that_moves_back_may_and_its_other_address_leads_there(client):
    entry = moved(make.make_milestone(slug="a", published=True), "b")
    entry.slug = "a"
    entry.full_clean()
    entry.save()
    assert client.get("/milestones/a/").status_code == 200
    assert client.get("/milestones/b/")["Location"] == "/milestones/a/"


def test_a_permanent_redirect_is_asked_anew_each_time(client):
    moved(make.make_milestone(slug="a", published=True), "b")
    moved(make.make_topic(slug="c"), "d")
    for address in ("/milestones/a/", reverse("timeline:topic-detail", args=["c"])):
        answer = client.get(address)
        assert (answer.status_code, answer["Cache-Control"]) == (301, "no-cache")


def test_what_is_deleted_leaves_its_former_addresses_free():
    one, two, three = (moved(make.make_milestone(slug=f"{number}-old"), f"{number}-new") for number in "123")
    topic = moved(make.make_topic(slug="old", published=False), "new")
    one.delete()
    Milestone.objects.filter(pk=two.pk).delete()
    topic.delete()
    assert [former.slug for former in FormerAddress.objects.all()] == ["3-old"]
    assert make.make_policy(slug="1-old").slug == "1-old"
    assert three.slug == "3-new"


def test_what_may_not_be_deleted_keeps_its_former_addresses(client):
    entry = moved(make.make_milestone(slug="a", published=True), "b")
    with pytest.raises(models.ProtectedError):
        entry.delete()
    with pytest.raises(models.ProtectedError):
        Milestone.objects.all().delete()
    assert client.get("/milestones/a/")["Location"] == "/milestones/b/"


def test_an_import_does_not_take_a_former_address_and_says_where(folder, english):
    moved(make.make_milestone(title="公开的", slug="a", published=True), "y")
    report = import_files([folder(milestones="- {slug: b, title: 乙}\n- {slug: a, title: 甲}")])
    (problem,) = report.problems
    assert (problem.place.file, problem.place.row, problem.column, problem.value) == (
        "milestones.yaml",
        2,
        "slug",
        "a",
    )
    assert problem.message == (
        "This address once was that of “公开的”, and leads there for good. If that is meant, write its present slug: y."
    )
    assert Milestone.objects.count() == 1


def test_a_file_may_name_a_record_by_an_address_that_it_once_had(folder):
    topic, source = moved(make.make_topic(slug="old"), "new"), moved(make.make_source(slug="paper"), "press")
    plan = moved(make.make_policy(slug="plan"), "the-plan")
    files = folder(
        milestones="- {slug: launch, title: 启动, topics: [old, new], policies: plan, citations: [{source: paper}]}"
    )
    assert import_files([files]).problems == []
    launch = Milestone.objects.get()
    assert list(launch.topics.all()) == [topic]
    assert list(launch.policies.all()) == [plan]
    assert launch.citations.get().source == source
    assert row_counts(import_files([files])) == {"unchanged": 2}


def test_many_slugs_are_looked_up_in_few_queries(django_assert_max_num_queries):
    policies = [moved(make.make_policy(slug=f"old-{number}"), f"new-{number}") for number in range(5)]
    moved(make.make_milestone(slug="of-another-kind"), "moved")
    asked = [f"old-{number}" for number in range(3)] + ["new-3", "new-4", "nowhere", "of-another-kind"]
    with django_assert_max_num_queries(3):
        found = Policy.objects.resolve_slugs(asked)
    assert [found.get(slug) for slug in asked] == [*policies, None, None]


def test_two_records_that_slipped_into_one_address_are_found(english):
    entry = moved(make.make_milestone(slug="a", title="公开的"), "y")
    other = make.make_milestone(slug="b")
    make.update_unchecked(Entry.objects.filter(pk=other.pk), slug="a")
    (sentence,) = violations()
    assert "This address once was that of “公开的”" in sentence
    assert entry.slug == "y"


@pytest.mark.usefixtures("english")
def test_the_refusal_of_a_deletion_names_what_refers_to_the_record_but_not_all_of_it():
    topic, source = make.make_topic(published=False), make.make_source(published=False)
    launch = make.make_milestone(title="启动", topics=[topic])
    for number in range(2):
        make.make_citation(launch, source=source, locator=f"¶{number}")
    with pytest.raises(ProtectedError) as refusal:
        topic.delete()
    assert refusal.value.args[0] == "This is in use, and so protected from deletion: Milestone: 启动."
    for number in range(6):
        make.make_citation(make.make_milestone(title=f"大事{number}"), source=source)
    with pytest.raises(ProtectedError) as refusal:
        source.delete()
    assert refusal.value.args[0].endswith(
        ": Milestone: 启动, Milestone: 大事0, Milestone: 大事1, Milestone: 大事2, Milestone: 大事3, …."
    )
