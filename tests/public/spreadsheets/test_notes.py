"""The first sheet says what the file holds, from where, when and under which licence, and how to read it."""

import contextlib

import pytest
from django.http import QueryDict
from django.utils import timezone
from django.utils.formats import date_format

from tests import factories as make
from timeline.filters.entries import EntryFilter
from timeline.models import Chronicle, Entry, Kind
from timeline.public.counts import kind_sizes
from timeline.public.spreadsheets.filled import filled_sheet
from timeline.public.spreadsheets.kinds import sheet_of
from timeline.public.spreadsheets.notes import notes_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

SITE = "https://chronicle.example/"


def notes(query=""):
    chosen = EntryFilter(QueryDict(query), Entry.objects.published())
    sizes = kind_sizes(chosen.qs)
    with contextlib.ExitStack() as stack:
        contents = [sheet_of(kind, chosen.qs) for kind in Kind if kind in sizes]
        sheets = [stack.enter_context(filled_sheet(content, SITE)) for content in contents]
        return notes_of(Chronicle.objects.current(), chosen, sizes, sheets, SITE)


def text_of(label, query=""):
    return next(note.text for note in notes(query) if note.label == label)


def test_the_contents_and_the_conditions_are_told():
    phase = make.make_phase(title="阶段", slug="p")
    make.make_policy(phase=phase, published=True)
    make.make_policy(published=True)
    make.make_goal(published=True)
    assert text_of("Contents") == "Policies 2, Goal 1"
    assert text_of("Conditions") == "none: all public entries"
    assert text_of("Contents", "phase=p") == "Policy 1"
    assert text_of("Conditions", "phase=p&from=2010") == "Phase: 阶段\nYears: From 2010"
    assert text_of("Contents", "from=2050") == "no entries"


def test_the_list_and_the_page_about_the_chronicle_are_links():
    links = {note.label: note.address for note in notes("kind=goal") if note.address}
    assert links == {
        "This list on the site": f"{SITE}en/?kind=goal",
        "About this record": f"{SITE}en/about/",
    }


def test_the_day_and_the_names_are_told_and_what_is_empty_is_left_out():
    make.make_chronicle(title_en="Chronicle", tagline_en="A line", publisher_en="Institute")
    first, *others = notes()
    assert (first.label, first.text) == ("Chronicle", "A line")
    assert text_of("Made on") == date_format(timezone.localdate(), "DATE_FORMAT")
    labels = [note.label for note in others]
    assert "Publisher" in labels
    assert "Licence" not in labels
    assert all(note.text for note in others)


def test_every_column_with_something_to_know_is_explained_once_if_it_is_there():
    phase = make.make_phase(period="2011/2015")
    policy = make.make_policy(date="2013", phase=phase, published=True)
    make.make_citation(policy)
    make.make_goal(published=True)
    labels = [note.label for note in notes()]
    for heading in ("Date", "Which date", "Date (EDTF)", "Phase", "Sources", "State of the due date"):
        assert labels.count(heading) == 1, heading
    assert "Other dates" not in labels
