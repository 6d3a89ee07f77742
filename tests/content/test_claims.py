"""Every claim that a public page of the content shows is cited there, or leads to the record that cites it."""

import re
from dataclasses import dataclass
from html import unescape
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.urls import reverse

from bench import site
from tests.snapshots import Links
from tests.world import addresses_of_all
from timeline.models import Area, GoalAssessment, Kind, Organization, Phase, PolicyRelation, Topic
from timeline.values.markdown import plain_text

pytestmark = [pytest.mark.django_db, pytest.mark.long, pytest.mark.any_database]

# The gist of a phase stands under its name on the front page, from where the name leads to the page that cites.
COLUMNS = ("gist", "summary", "body", "editor_note", "description", "search_note", "note", "change")
# Of the addresses with a query, those that show more of a page.
QUERIES = {"place", "page"}
# The least characters of a sentence that only its record can have, by the suffix of the columns.
SHORTEST = {"": 12, "_en": 30}


@dataclass(frozen=True)
class Claim:
    """What a record says in its own words, in sentences without white space, and the addresses that prove it."""

    record: str
    sentences: tuple[str, ...]
    address: str
    sources: frozenset[str]


def squeezed(text):
    return re.sub(r"\s", "", text)


def sentences_of(text, shortest):
    parts = (squeezed(part) for part in re.split(r"(?<=[。；！？])|(?<=[.;!?])\s|\n", plain_text(text)))
    return [part for part in parts if len(part) >= shortest]


def text_of(document):
    """Return the text of a page or feed without white space, that of attributes after it."""
    text = unescape(re.sub(r"<[^>]+>", "", document))
    return squeezed(re.sub(r"<[^>]+>", "", text)) + squeezed(unescape(document))


def claim_of(record, owner, suffix):
    """Return the claim of a record whose citations, or those of its owner, are at the owner's address."""
    texts = [getattr(record, column + suffix, "") or "" for column in COLUMNS]
    return Claim(
        f"{record._meta.model_name} {record}",
        tuple(sentence for text in texts for sentence in sentences_of(text, SHORTEST[suffix])),
        owner.get_absolute_url(),
        frozenset(
            citation.source.get_absolute_url()
            for citation in (record if hasattr(record, "citations") else owner).citations.select_related(
                "source"
            )
        ),
    )


def claims(suffix):
    for model in (*(kind.model for kind in Kind), Phase, Topic, Organization, Area):
        yield from (claim_of(record, record, suffix) for record in model.objects.all())
    for assessment in GoalAssessment.objects.all():
        yield claim_of(assessment, assessment.goal, suffix)
    for relation in PolicyRelation.objects.all():
        yield claim_of(relation, relation.from_policy, suffix)


def linked_from(html):
    """Return the paths that a page links to, and its further pages."""
    paths, further = set(), set()
    for link in Links(html).found:
        parts = urlsplit(link)
        paths.add(parts.path)
        if parts.query and not parts.netloc and {name for name, _value in parse_qsl(parts.query)} <= QUERIES:
            further.add(f"{parts.path}?{parts.query}")
    return paths, further


def pages_of(client, addresses):
    """Yield each of these pages, and what they are continued on, with its HTML."""
    seen, waiting = set(), list(addresses)
    while waiting:
        address = waiting.pop()
        if address in seen:
            continue
        seen.add(address)
        response = client.get(address, follow=True)
        assert response.status_code == 200, address
        html = response.content.decode()
        yield address, html
        waiting += linked_from(html)[1]


@pytest.fixture(scope="module")
def content(module_records):
    site.publish_content()


def test_whatever_makes_a_claim_cites_a_source(content):
    assert [claim.record for claim in claims("") if claim.sentences and not claim.sources] == []


@pytest.mark.parametrize(("prefix", "suffix"), [("", ""), ("/en", "_en")])
def test_no_page_shows_a_claim_without_its_citation_or_a_link_to_it(content, client, prefix, suffix):
    found_in = [(sentence, claim) for claim in claims(suffix) for sentence in claim.sentences]
    # The end of a sentence may be a sentence of another record.
    owners = {
        sentence: [claim for longer, claim in found_in if sentence in longer]
        for sentence in {sentence for sentence, _claim in found_in}
    }
    searched = site.MORE_PAGES["front page, searched"]
    addresses = [*addresses_of_all(), reverse("timeline:feed"), searched]
    found = set()
    for address, html in pages_of(client, [prefix + address for address in addresses]):
        text = text_of(html)
        paths = {path.removeprefix(prefix) for path in linked_from(html)[0]}
        for sentence, makers in owners.items():
            if sentence not in text:
                continue
            found.add(sentence)
            assert any(
                maker.sources <= paths if prefix + maker.address == address else maker.address in paths
                for maker in makers
            ), (address, sentence)
    assert found == set(owners)
