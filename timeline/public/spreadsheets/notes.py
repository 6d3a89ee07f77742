"""The first sheet of a workbook: what the file holds, from where and when, and how it is to be read."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urljoin

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from timeline.filters.entries import EntryFilter
from timeline.i18n.display import localized_text
from timeline.models import Chronicle, Kind
from timeline.public.counts import noun_of
from timeline.public.spreadsheets.columns import label_of
from timeline.public.spreadsheets.filled import FilledSheet


@dataclass(frozen=True)
class Note:
    """A line of the first sheet: what it is about, the text, and where a click on it leads."""

    label: str
    text: str
    address: str = ""


def file_notes(
    chronicle: Chronicle, chosen: EntryFilter, sizes: Mapping[str, int], site_url: str
) -> Iterator[Note]:
    """What the file holds, by which conditions, where it comes from, and who may use it how."""
    counted = [f"{noun_of(kind.model, sizes[kind])} {sizes[kind]}" for kind in Kind if kind in sizes]
    yield Note(_("Contents"), pgettext("enumeration", ", ").join(counted) or _("no entries"))
    chips = [chip for chips in chosen.chips for chip in [chips.chip]]
    colon = pgettext("condition", "%(label)s: %(value)s")
    conditions = (colon % {"label": chip.label, "value": chip.plain_text} for chip in chips)
    yield Note(_("Conditions"), "\n".join(conditions) or _("none: all public entries"))
    address = urljoin(site_url, reverse("timeline:timeline") + chosen.condition_query)
    yield Note(_("This list on the site"), address, address)
    yield Note(_("Made on"), date_format(timezone.localdate(), "DATE_FORMAT"))
    for name in ("publisher", "editors"):
        label = capfirst(str(label_of(Chronicle, name)))
        yield Note(label, localized_text(chronicle, name))
    yield Note(
        capfirst(str(label_of(Chronicle, "licence"))),
        chronicle.rights,
        chronicle.licence_url,
    )
    about = urljoin(site_url, reverse("timeline:about"))
    yield Note(_("About this record"), about, about)


def column_notes(sheets: Iterable[FilledSheet]) -> Iterator[Note]:
    """How the columns are to be read, each once."""
    found = {
        (column.heading, str(column.note)): None
        for sheet in sheets
        for column in sheet.columns
        if column.note
    }
    yield from (Note(heading, text) for heading, text in found)
    yield Note(
        _("Empty cells"),
        _(
            "The record has nothing there; that does not say that there is nothing. A column in which no record has anything is left out."
        ),
    )


def notes_of(
    chronicle: Chronicle,
    chosen: EntryFilter,
    sizes: Mapping[str, int],
    sheets: Sequence[FilledSheet],
    site_url: str,
) -> list[Note]:
    """All lines that say something, the name of the chronicle first."""
    notes = (*file_notes(chronicle, chosen, sizes, site_url), *column_notes(sheets))
    title = Note(localized_text(chronicle, "title"), localized_text(chronicle, "tagline"))
    return [title, *(note for note in notes if note.text)]
