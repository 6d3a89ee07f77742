"""The chronicle: a single row, an unsaved default if there is none, its story, its licence and imprint on pages."""

import io
import zipfile

import openpyxl
import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from tests.factories import make_chronicle, make_policy
from timeline.models import Chronicle

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def test_there_is_at_most_one():
    first = make_chronicle()
    with pytest.raises(ValidationError):
        Chronicle(title="另一编年", city="杭州").full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        make_chronicle()
    with pytest.raises(IntegrityError), transaction.atomic():
        make_chronicle(only=False)
    assert Chronicle.objects.get() == first


def test_the_current_one_is_the_one_there_is():
    chronicle = make_chronicle(title="宁波智慧城市编年")
    assert Chronicle.objects.current() == chronicle


def test_while_there_is_none_the_current_one_is_nameless_and_not_saved():
    current = Chronicle.objects.current()
    assert current.title
    assert (current.pk, current.city) == (None, "")
    assert not Chronicle.objects.exists()


def test_it_can_be_saved_again():
    chronicle = make_chronicle()
    chronicle.title = "新名"
    chronicle.full_clean()
    chronicle.save()
    assert Chronicle.objects.get().title == "新名"


def test_its_address_for_corrections_is_an_address():
    with pytest.raises(ValidationError) as refusal:
        Chronicle(title="编年", city="宁波", corrections_email="nobody").full_clean()
    assert list(refusal.value.message_dict) == ["corrections_email"]


# The story


def test_a_story_links_to_entries():
    story = "2010年，宁波[决定建设智慧城市](/policies/decision/)；\n2013年**[列入试点](/pilot-designations/batch-2/)**。"
    chronicle = Chronicle(
        title="编年", city="宁波", story=story, story_en="It [decided](/policies/decision/)."
    )
    chronicle.full_clean()
    assert [*map(str, chronicle.story_addresses())] == ["/policies/decision/", "/pilot-designations/batch-2/"]


@pytest.mark.parametrize(
    ("story", "message"),
    [
        (
            "见[决定](https://chronicle.example/en/policies/decision/?q=1)。",
            "Instead of “https://chronicle.example/en/policies/decision/?q=1” write /policies/decision/, which leads to the "
            "entry in every language.",
        ),
        (
            "见[决定](/en/policies/decision/)。",
            "Instead of “/en/policies/decision/” write /policies/decision/, which leads to the entry in every language.",
        ),
        (
            "见[报道](https://example.org/a)。",
            "“https://example.org/a” leads to no entry. The story links to entries only: /policies/action-plan-2015/.",
        ),
        (
            "见[专题](/topics/brain/)。",
            "“/topics/brain/” leads to no entry. The story links to entries only: /policies/action-plan-2015/.",
        ),
        ("- 一\n- 二", "The story is plain sentences with links: no image, list, heading or table."),
        (
            "见![决定](/policies/decision/)。",
            "The story is plain sentences with links: no image, list, heading or table.",
        ),
    ],
)
@pytest.mark.parametrize("column", ["story", "story_en"])
def test_a_story_that_links_elsewhere_or_is_no_sentence_is_refused(column, story, message):
    with pytest.raises(ValidationError) as refusal:
        Chronicle(title="编年", city="宁波", **{column: story}).full_clean()
    assert refusal.value.message_dict == {column: [message]}


# Licence, imprint, filing numbers


def test_feed_and_downloads_carry_the_licence(client):
    make_chronicle(
        title="甬城编年", licence="CC BY 4.0", licence_url="https://creativecommons.org/licenses/by/4.0/"
    )
    make_policy(date="2013", published=True)
    said = "CC BY 4.0 https://creativecommons.org/licenses/by/4.0/"
    assert f"<rights>{said}</rights>" in client.get("/feed/").content.decode()
    files = {ending: client.get(f"/entries.{ending}") for ending in ("yaml", "xlsx", "zip", "json")}
    for answer in files.values():
        assert answer["Link"] == '<https://creativecommons.org/licenses/by/4.0/>; rel="license"'
    contents = {ending: b"".join(answer.streaming_content) for ending, answer in files.items()}
    assert contents["yaml"].decode().startswith(f"# 甬城编年 · {said}\n")
    assert zipfile.ZipFile(io.BytesIO(contents["zip"])).comment.decode() == f"甬城编年 · {said}"
    assert openpyxl.load_workbook(io.BytesIO(contents["xlsx"])).properties.description == f"甬城编年 · {said}"
