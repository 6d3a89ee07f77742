"""What a page says how to cite: entries, sources and the chronicle as bibliographic records, with their references."""

import contextlib
import dataclasses
import datetime
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import singledispatch

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from timeline.i18n.display import translated_title, untranslated_title
from timeline.i18n.languages import current_language, permanent_address
from timeline.models import Chronicle, Citation, Entry, Policy, Source, content_version
from timeline.models.records import Record
from timeline.models.reference import Reference
from timeline.values.bibliography.gbt7714 import format_gbt7714
from timeline.values.bibliography.record import BibliographicRecord, WorkType, citation_key
from timeline.values.bibliography.registry import FILES, STYLES
from timeline.values.bibliography.styled_text import StyledText
from timeline.values.document_numbers import DocumentNumber, DocumentNumberError
from timeline.values.partial_date import PartialDate

# Between the names in the column of an author or of editors. A comma of half width may be within a name.
_between_names = re.compile(r"\s*[、，；;]\s*")
# Reads a column of a record: as it is written, or in the language of the page.
ColumnText = Callable[[Chronicle, str], str]


@dataclass(frozen=True)
class WrittenReference:
    """A reference, or what stands for the work in a text, with the name of its style and its language."""

    style: str
    language: str
    text: StyledText
    is_in_text: bool = False


@dataclass(frozen=True)
class CitedWork:
    """A work with its name on the page, the names and addresses of its files of references, and a note."""

    name: str
    record: BibliographicRecord
    files: Sequence[tuple[str, str]] = ()
    note: str = ""

    @property
    def references(self) -> Iterator[WrittenReference]:
        """The reference in each style, first in those of the language of the page."""
        language, work = current_language().partition("-")[0], self.record
        for style in sorted(STYLES, key=lambda style: not style.language.startswith(language)):
            yield WrittenReference(style.name, style.language, style.format(work))
            if work.quoted_in and style.cite_quoted:
                yield WrittenReference(style.name, style.language, style.cite_quoted(work), is_in_text=True)


@singledispatch
def bibliographic_record(record: Record, chronicle: Chronicle, address: str) -> BibliographicRecord:
    """The record of what the page of this record presents: its page in the chronicle, or the source.

    `address` is the permanent address of the page.
    """
    return _page(record, chronicle, address)


@bibliographic_record.register
def entry_record(record: Entry, chronicle: Chronicle, address: str) -> BibliographicRecord:
    return _page(record, chronicle, address, key_prefix=record.kind, modified=record.changed_at)


@bibliographic_record.register
def policy_record(record: Policy, chronicle: Chronicle, address: str) -> BibliographicRecord:
    number = str(record.document_number) if _has_title_and_number_together(record) else ""
    return _page(
        record, chronicle, address, key_prefix=record.kind, modified=record.changed_at, number=number
    )


@bibliographic_record.register
def reference_record(record: Reference, chronicle: Chronicle, address: str) -> BibliographicRecord:
    changes = type(record)._default_manager.filter(pk=record.pk).by_last_public_change()
    changed = changes.only("pk").first()
    return _page(record, chronicle, address, modified=changed.last_public_change if changed else None)


def cited_source(name: str, source: Source) -> CitedWork:
    """The source as a page cites it, under this name."""
    return CitedWork(
        name, source_record(source), reference_files("source", source.slug), _reading_note(source)
    )


@bibliographic_record.register
def source_record(source: Source, *_page: object) -> BibliographicRecord:
    """The source itself, all parts as it gives them. An archived copy stands in for an address that is not linked."""
    url = (source.url if source.linked else "") or source.archived_url or source.url
    return BibliographicRecord(
        key=citation_key("source", source.slug),
        type=WorkType(source.type),
        title=source.title,
        title_en=source.title_en,
        authors=_names(source.author),
        number=source.number,
        publisher=source.publisher,
        place=source.place,
        pages=source.pages,
        published=source.published or None,
        # Whoever reads a copy has not accessed the address.
        accessed=None if source.read_in_copy else source.accessed or None,
        url=url,
        # A page of the web is online even if its address is not known.
        is_online=source.type == WorkType.PAGE or bool(url),
        is_linked=source.linked or url != source.url,
        # A title that the editors have supplied may say it itself.
        is_reprint=source.reprint and "转载" not in source.title,
    )


def _page(
    record: Record,
    chronicle: Chronicle,
    address: str,
    *,
    key_prefix: str = "",
    modified: datetime.datetime | None = None,
    number: str = "",
) -> BibliographicRecord:
    return BibliographicRecord(
        key=citation_key(key_prefix or str(record._meta.model_name), record.slug),
        type=WorkType.PAGE,
        title=untranslated_title(record),
        title_en=translated_title(record),
        # Whoever is responsible for the chronicle; its own name where nobody is given.
        authors=authors_of_pages(chronicle),
        authors_en=authors_of_pages(chronicle, _english_text),
        number=number,
        publisher=chronicle.title,
        modified=_day(modified) if modified else None,
        accessed=_day(timezone.now()),
        url=address,
        is_online=True,
    )


def chronicle_records(request: HttpRequest, chronicle: Chronicle) -> dict[str, BibliographicRecord]:
    """The chronicle by the names of its files of references: as a site, and as data."""
    home = permanent_address(request, "timeline:timeline")
    about = permanent_address(request, "timeline:about")
    # Every day with a change is a version of the data.
    day = content_day()
    site = BibliographicRecord(
        key="chronicle",
        type=WorkType.PAGE,
        title=chronicle.title,
        title_en=chronicle.title_en,
        authors=_responsible_for(chronicle),
        authors_en=_responsible_for(chronicle, _english_text),
        accessed=_day(timezone.now()),
        url=home,
        is_online=True,
    )
    data = dataclasses.replace(
        site,
        key="chronicle-data",
        type=WorkType.DATASET,
        authors=authors_of_data(chronicle),
        authors_en=authors_of_data(chronicle, _english_text),
        number=f"V{day}",
        publisher=chronicle.publisher,
        modified=day,
        url=about,
    )
    return {"chronicle": site, "chronicle-data": data}


def cited_document(policy: Policy) -> CitedWork | None:
    """The document of the policy as its page cites it; None if it has no citation.

    Where a source is the document itself, that is cited, otherwise the document as quoted in one of the sources.
    """
    citation = _citation_of_document(policy)
    if citation is None:
        return None
    source = citation.source
    if _is_document(source, policy):
        return cited_source(_("The document (as a source publishes it)"), source)
    # No part of what is not public has an address.
    files = reference_files(f"{policy.KIND.url_prefix}-document", policy.slug) if policy.is_public else []
    name = _("The document (cited after the sources)")
    return CitedWork(name, _quoted_document(policy, citation), files, _reading_note(source))


def source_of_document(policy: Policy) -> BibliographicRecord | None:
    """The source in which the document is quoted, which a file of references has with a note that names the document.

    None if a source is the document itself, which has files of its own, or if there is none.
    """
    citation = _citation_of_document(policy)
    if citation is None or _is_document(citation.source, policy):
        return None
    document = dataclasses.replace(_quoted_document(policy, citation), quoted_in=None)
    with override(settings.LANGUAGE_CODE):
        note = _("The document cited after this source: %(document)s") % {
            "document": format_gbt7714(document)
        }
    return dataclasses.replace(source_record(citation.source), key=document.key, note=note)


def _citation_of_document(policy: Policy) -> Citation | None:
    """The citation after whose source the document is cited.

    It is of the source that is the document by its number, then of one of most weight, as the title is taken from it; of
    equal ones, of that with the number, then the document itself, then one that gives a date, then one that bears a date.
    """

    def rank(citation: Citation) -> tuple[bool, int, bool, bool, bool, bool]:
        # No part of a title tells: drafts, reprints and titles that the editors supply name the document too.
        source = citation.source
        has_number = _has_number(source, policy.document_number)
        return (
            has_number and not source.reprint,
            citation.weight,
            has_number,
            _is_document(source, policy),
            bool(citation.date),
            bool(source.published),
        )

    return max(policy.citations.all(), key=rank, default=None)


def _is_document(source: Source, policy: Policy) -> bool:
    """Whether the source is the document itself, by its number or, where it is a document, by its title. No reprint is."""
    if source.reprint:
        return False
    is_so_titled = source.type == WorkType.DOCUMENT and source.title == policy.title
    return is_so_titled or _has_number(source, policy.document_number)


def _quoted_document(policy: Policy, citation: Citation) -> BibliographicRecord:
    """The document with what this one source says of it: its title and perhaps a date."""
    of_source = (one.date for one in policy.citations.all() if one.source == citation.source and one.date)
    return BibliographicRecord(
        key=citation_key(policy.kind, policy.slug, "document"),
        type=WorkType.DOCUMENT,
        title=policy.title,
        title_en=policy.title_en,
        published=next(of_source, None),
        quoted_in=source_record(citation.source),
    )


def _has_title_and_number_together(policy: Policy) -> bool:
    """Whether the policy has a number that may follow its title: not if a source of less weight is the one with this number."""
    if not policy.document_number:
        return False
    citations = policy.citations.all()
    numbered = [one.weight for one in citations if _has_number(one.source, policy.document_number)]
    return not numbered or max(numbered) == max(one.weight for one in citations)


def reference_files(url_prefix: str, *args: str) -> list[tuple[str, str]]:
    """The name and address of each file of references of a record. Its content is the same in every language."""
    with override(settings.LANGUAGE_CODE):
        return [
            (file.name, reverse(f"timeline:{url_prefix}-{extension}", args=args))
            for extension, file in FILES.items()
        ]


def authors_of_pages(chronicle: Chronicle, text: ColumnText = getattr) -> list[str]:
    """Who is responsible for a page: the publisher, else the editors, else the chronicle itself by its title."""
    return _responsible_for(chronicle, text) or [text(chronicle, "title")]


def authors_of_data(chronicle: Chronicle, text: ColumnText = getattr) -> list[str]:
    """Who is responsible for the data: the editors, else the publisher; none if nobody is given."""
    return _names(text(chronicle, "editors")) or _responsible_for(chronicle, text)


def _english_text(chronicle: Chronicle, column: str) -> str:
    return str(getattr(chronicle, f"{column}_en", ""))


def _responsible_for(chronicle: Chronicle, text: ColumnText = getattr) -> list[str]:
    publisher = text(chronicle, "publisher")
    return [publisher] if publisher else _names(text(chronicle, "editors"))


def _names(written: str) -> list[str]:
    return [name for name in _between_names.split(written) if name]


def _has_number(source: Source, number: DocumentNumber | None) -> bool:
    with contextlib.suppress(DocumentNumberError):
        return bool(number and source.number and DocumentNumber.parse(source.number).overlaps(number))
    return False


def content_day() -> PartialDate:
    """The day of the latest change of the public content."""
    return _day(content_version.current().latest_change)


def _reading_note(source: Source) -> str:
    """What stands below the reference to the source: when it was read, and whether in a copy."""
    if source.read_in_copy:
        return _("The editors read a stored copy, not the page at this address: there is no day of access.")
    return _("The day of access is the one on which the editors read the source, where it is known.")


def _day(moment: datetime.datetime) -> PartialDate:
    return PartialDate.parse(timezone.localdate(moment))
