"""Structured data of the chronicle: the website with its search, the dataset with its files."""

import pytest
from django.test import Client

from tests import factories as make
from tests.structured_data import node_of, objections
from timeline.public.views.downloads import DOWNLOADS

pytestmark = pytest.mark.django_db


def node(address, type):
    found = node_of(Client().get(address).content.decode(), type)
    assert objections(found) == []
    return found


@pytest.fixture
def chronicle(db):
    return make.make_chronicle(
        title="编年", title_en="Chronicle", tagline="副题", about="**关于**本编年" * 1000, city="宁波", publisher="档案馆",
        editors="编者甲；编者乙", licence_url="https://licence.example/",
    )  # fmt: skip


@pytest.mark.parametrize("prefix", ["", "/zh-hant", "/en"])
def test_the_front_page_is_a_website_whose_search_finds(chronicle, prefix):
    make.make_policy(title="大数据", title_en="Big data", published=True)
    found = node(f"{prefix}/", "WebSite")
    assert found["url"] == f"http://testserver{prefix}/"
    template = found["potentialAction"]["target"]["urlTemplate"]
    assert found["potentialAction"]["query-input"] == "required name=search_term_string"
    address = template.replace("{search_term_string}", "大数据").removeprefix("http://testserver")
    assert 'class="entry"' in Client().get(address).content.decode()


def test_the_page_about_the_chronicle_is_a_dataset(chronicle):
    make.make_policy(date="2010-05", published=True)
    make.make_policy(date="2023", published=True)
    make.make_policy(date="2030")
    found = node("/about/", "Dataset")
    assert found["name"] == "编年"
    assert found["alternateName"] == ["Chronicle"]
    assert found["description"].startswith("副题 关于本编年")
    assert len(found["description"]) == 5000
    assert found["temporalCoverage"] == "2010/2023"
    assert found["spatialCoverage"] == {"@type": "Place", "name": "宁波"}
    assert found["license"] == "https://licence.example/"
    assert [creator["name"] for creator in found["creator"]] == ["编者甲", "编者乙"]
    assert found["publisher"]["name"] == "档案馆"
    assert found["inLanguage"] == ["zh-Hans", "zh-Hant", "en"]


def test_every_download_is_a_distribution_in_its_media_type(chronicle):
    make.make_policy(published=True)
    files = node("/about/", "Dataset")["distribution"]
    assert len(files) == len(DOWNLOADS)
    for file in files:
        response = Client().get(file["contentUrl"].removeprefix("http://testserver"))
        response.getvalue()  # Of a stream, so that the test client closes it.
        assert response.status_code == 200
        assert response["Content-Type"].partition(";")[0] == file["encodingFormat"]


def test_without_a_dated_entry_no_years_are_covered(chronicle):
    assert "temporalCoverage" not in node("/about/", "Dataset")
