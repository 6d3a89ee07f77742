"""Files of references: what they contain, and how they are sent."""

import json

import bibtexparser
import pytest
import rispy

from tests import factories as make
from timeline.models import REFERENCES

pytestmark = pytest.mark.django_db

TYPES = {
    "bib": "application/x-bibtex; charset=utf-8",
    "ris": "application/x-research-info-systems; charset=utf-8",
    "json": "application/vnd.citationstyles.csl+json",
}


def titles(extension, text):
    """The titles in a file, as a parser of its format reads them."""
    if extension == "bib":
        entries = bibtexparser.parse_string(text).entries
        return [entry["title"].strip("{}") for entry in entries]
    if extension == "ris":
        return [record["title"] for record in rispy.loads(text)]
    return [item["title"] for item in json.loads(text)]


@pytest.mark.parametrize("extension", TYPES)
def test_an_entry_has_a_file_in_each_format(client, extension):
    policy = make.make_policy(slug="a-policy", title="关于某事的决定", published=True)
    for prefix in ("", "/en"):
        response = client.get(f"{prefix}/policies/{policy.slug}/cite.{extension}")
        assert response["Content-Type"] == TYPES[extension]
        assert response["Content-Disposition"] == f'attachment; filename="a-policy.{extension}"'
        assert "public" in response["Cache-Control"]
        assert titles(extension, response.content.decode()) == ["关于某事的决定"]


@pytest.mark.parametrize("extension", TYPES)
@pytest.mark.parametrize("model", REFERENCES)
def test_every_reference_record_has_them_too(client, model, extension):
    record = make.make_reference(model, title="某条")
    response = client.get(f"{record.get_absolute_url()}cite.{extension}")
    assert titles(extension, response.content.decode()) == ["某条"]


@pytest.mark.parametrize("extension", TYPES)
@pytest.mark.parametrize("work", ["chronicle", "chronicle-data"])
def test_the_chronicle_and_its_data_have_them_too(client, work, extension):
    make.make_chronicle(title="某市编年")
    response = client.get(f"/about/{work}.{extension}")
    assert response["Content-Disposition"] == f'attachment; filename="{work}.{extension}"'
    assert titles(extension, response.content.decode()) == ["某市编年"]


def test_a_draft_has_no_file(client):
    draft = make.make_policy()
    assert client.get(f"/policies/{draft.slug}/cite.bib").status_code == 404


@pytest.mark.parametrize("extension", TYPES)
def test_a_document_that_nobody_has_seen_has_the_file_of_its_source_with_a_note(client, extension):
    policy = make.make_policy(slug="plan", title="某规划", published=True)
    make.make_citation(policy, source=make.make_source(title="某报道"), weight=1)
    response = client.get(f"/en/policies/plan/document.{extension}")
    assert response["Content-Disposition"] == f'attachment; filename="plan-document.{extension}"'
    text = response.content.decode()
    assert titles(extension, text) == ["某报道"]
    assert "某规划[Z]." in text


def test_a_document_whose_source_is_the_document_has_no_file_besides_that_of_the_source(client):
    policy = make.make_policy(slug="plan", document_number="甬党〔2010〕14号", published=True)
    assert client.get("/policies/plan/document.bib").status_code == 200
    make.make_citation(policy, source=make.make_source(number="甬党[2010]14号"))
    assert client.get("/policies/plan/document.bib").status_code == 404


def test_a_file_costs_a_fixed_number_of_queries(client, django_assert_max_num_queries):
    policy = make.make_policy(document_number="甬党〔2010〕14号", published=True)
    for _number in range(3):
        make.make_citation(policy)
    # Two of them read the titles that several entries have, and the content version, which a process otherwise knows.
    with django_assert_max_num_queries(5):
        client.get(f"/policies/{policy.slug}/cite.ris")
