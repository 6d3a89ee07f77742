"""The chronicle: one row, and a nameless one while there is none."""

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


# Licence, imprint, filing numbers


def test_what_the_chronicle_does_not_say_is_not_in_the_footer(client):
    make_chronicle()
    page = client.get("/").content.decode()
    assert "许可" not in page
    assert "beian" not in page


def test_the_footer_says_licence_publisher_editors_and_filing_numbers(client):
    make_chronicle(
        licence="CC BY 4.0",
        licence_url="https://creativecommons.org/licenses/by/4.0/",
        publisher="宁波市档案馆",
        editors="王某、李某",
        imprint="地址：宁波市",
        icp_number="浙ICP备12345678号-1",
        police_number="浙公网安备33020002000001号",
    )
    footer = client.get("/").content.decode().partition("<footer")[2]
    assert '<a href="https://creativecommons.org/licenses/by/4.0/" rel="license">CC BY 4.0</a>' in footer
    for words in (
        "宁波市档案馆",
        "王某、李某",
        "浙ICP备12345678号-1",
        "浙公网安备33020002000001号",
        "#imprint",
    ):
        assert words in footer
    assert "code=33020002000001" in footer
    assert "地址：宁波市" in client.get("/about/").content.decode()


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
