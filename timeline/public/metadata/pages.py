"""The metadata of one page: what a preview of a link to it shows, and its structured data."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString

from timeline.i18n.display import first_sentence, localized_text
from timeline.models import Chronicle
from timeline.models.records import Record
from timeline.public.metadata.json_ld import Node, json_ld, node
from timeline.public.metadata.trails import Breadcrumb

# Characters of a description: more is not shown by any of the usual programs.
MAX_DESCRIPTION = 200
# The column that describes a record; each has one of these.
DESCRIPTIONS = ("summary", "description", "note")


@dataclass(frozen=True)
class PreviewImage:
    """The picture of a preview (1200 × 630 pixels, PNG): its absolute address and what it shows."""

    address: str
    alt: str


@dataclass(frozen=True)
class PageMetadata:
    """What Open Graph (https://ogp.me) tells of a page, and its structured data as the text of a script element.

    `type` is `article` wherever the metadata of a work stands: of a `website`, Zotero takes no other type. `published`
    and `modified` are known of entries only.
    """

    type: str
    title: str
    description: str
    image: PreviewImage
    structured_data: SafeString
    published: datetime.datetime | None = None
    modified: datetime.datetime | None = None


def site_image(request: HttpRequest, chronicle: Chronicle) -> PreviewImage:
    """The picture of the whole site, for pages that have none of their own."""
    texts = (localized_text(chronicle, "title"), localized_text(chronicle, "tagline"))
    return PreviewImage(
        request.build_absolute_uri(reverse("timeline:preview")), " · ".join(filter(None, texts))
    )


def page_metadata(
    request: HttpRequest,
    chronicle: Chronicle,
    trail: Sequence[Breadcrumb] = (),
    nodes: Iterable[Node] = (),
    *,
    type: str = "website",
    description: str = "",
    image: PreviewImage | None = None,
    published: datetime.datetime | None = None,
    modified: datetime.datetime | None = None,
) -> PageMetadata:
    """The metadata of the page at the end of the trail, which begins below the front page.

    By default, the description is the tagline of the chronicle and the picture that of the site.
    """
    home = Breadcrumb(localized_text(chronicle, "title"), reverse("timeline:timeline"))
    path = [home, *trail]
    breadcrumbs = [breadcrumb_list(request, path)] if trail else []
    return PageMetadata(
        type=type,
        title=path[-1].title or path[-1].name,
        description=shortened(description or localized_text(chronicle, "tagline")),
        image=image or site_image(request, chronicle),
        structured_data=json_ld([*nodes, *breadcrumbs]),
        published=published,
        modified=modified,
    )


def breadcrumb_list(request: HttpRequest, path: Iterable[Breadcrumb]) -> Node:
    return node(
        "BreadcrumbList",
        itemListElement=[
            node(
                "ListItem", position=position, name=crumb.name, item=request.build_absolute_uri(crumb.address)
            )
            for position, crumb in enumerate(path, 1)
        ],
    )


def description_of(record: Record) -> str:
    """The first sentence of what describes the record, in the language of the page."""
    column = next(name for name in DESCRIPTIONS if hasattr(record, name))
    return first_sentence(record, column)


def shortened(text: str) -> str:
    """The beginning of a longer text."""
    return text if len(text) <= MAX_DESCRIPTION else f"{text[: MAX_DESCRIPTION - 1].rstrip()}…"
