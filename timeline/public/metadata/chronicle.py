"""Structured data of the chronicle: the website with its search, and the dataset with its downloads."""

import datetime
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.http import HttpRequest
from django.urls import reverse

from timeline.i18n.display import alternative_titles, localized_text, markdown_text
from timeline.i18n.languages import current_language, language_tag, offered_languages
from timeline.models import Chronicle
from timeline.public.cited_works import authors_of_data
from timeline.public.metadata.entries import authors, publisher
from timeline.public.metadata.json_ld import Node, node

# The most characters of the description of a dataset that Google reads.
MAX_DESCRIPTION = 5000


class Distribution(NamedTuple):
    """A file with the whole content: its name, address and media type."""

    name: str
    address: str
    media_type: str


def website(request: HttpRequest, chronicle: Chronicle) -> Node:
    """The site, with the address of its search."""
    home = request.build_absolute_uri(reverse("timeline:timeline"))
    return node(
        "WebSite",
        name=localized_text(chronicle, "title"),
        alternateName=[title for _tag, title in alternative_titles(chronicle)],
        url=home,
        description=localized_text(chronicle, "tagline"),
        inLanguage=language_tag(current_language()),
        publisher=publisher(chronicle),
        license=chronicle.licence_url,
        potentialAction={
            **node("SearchAction", target=node("EntryPoint", urlTemplate=f"{home}?q={{search_term_string}}")),
            "query-input": "required name=search_term_string",
        },
    )


def dataset(
    request: HttpRequest,
    chronicle: Chronicle,
    distributions: Iterable[Distribution],
    years: Sequence[tuple[datetime.date, datetime.date]],
) -> Node:
    """The content of the chronicle with the files that have all of it.

    `years` are the first and the last day of its entries, as the only item, or empty.
    """
    texts = (localized_text(chronicle, "tagline"), markdown_text(chronicle, "about"))
    city = localized_text(chronicle, "city")
    return node(
        "Dataset",
        name=localized_text(chronicle, "title"),
        alternateName=[title for _tag, title in alternative_titles(chronicle)],
        description=" ".join(filter(None, texts))[:MAX_DESCRIPTION],
        url=request.build_absolute_uri(reverse("timeline:about")),
        inLanguage=[language_tag(language) for language in offered_languages(chronicle)],
        license=chronicle.licence_url,
        isAccessibleForFree=True,
        creator=authors(
            request, authors_of_data(chronicle, localized_text) or [localized_text(chronicle, "title")]
        ),
        publisher=publisher(chronicle),
        temporalCoverage=next((f"{first.year:04}/{last.year:04}" for first, last in years), ""),
        spatialCoverage=node("Place", name=city) if city else None,
        distribution=[
            node(
                "DataDownload",
                name=file.name,
                contentUrl=request.build_absolute_uri(file.address),
                encodingFormat=file.media_type,
            )
            for file in distributions
        ],
    )
