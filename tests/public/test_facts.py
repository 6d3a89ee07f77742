"""The facts of an entry on the page of a kind without its own template."""

import pytest
from django.template.loader import render_to_string

from tests.factories import (
    make_area,
    make_designation,
    make_goal,
    make_milestone,
    make_organization,
    make_policy,
)
from timeline.models import PilotDesignation, Policy
from timeline.public.facts import facts_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def shown(entry):
    """Return the label, form and value of each fact, with records as their titles."""
    return [
        (
            fact.label,
            fact.form,
            [str(one) for one in fact.value] if fact.form == "records" else str(fact.value),
        )
        for fact in facts_of(entry)
    ]


def test_facts_are_the_columns_of_the_kind_that_say_something():
    body = make_organization(title="市政府")
    make_policy(
        document_number="甬政〔2010〕1号",
        issued="2010-09",
        provisional=True,
        official_url="https://example.org/1",
        issuers=[body],
    )
    assert shown(Policy.objects.get()) == [
        ("Document type", "choice", "Plan"),
        ("Document number", "text", "甬政〔2010〕1号"),
        ("Date of the document", "date", "2010-09"),
        ("Provisional", "yes", "True"),
        ("Official text", "address", "https://example.org/1"),
        ("Issuers", "records", ["市政府"]),
    ]


def test_english_is_no_fact_of_its_own():
    make_designation(programme="试点", programme_en="Pilot", designee=make_area(title="镇海"))
    assert shown(PilotDesignation.objects.get()) == [
        ("Programme", "text", "试点"),
        ("Designee", "records", ["镇海"]),
    ]


def test_other_entries_are_no_facts():
    policy = make_policy()
    assert shown(make_milestone(policies=[policy], occasion="大会")) == [("Occasion", "text", "大会")]
    assert shown(make_goal(declared_by=policy)) == []


def test_each_form_is_displayed_in_the_language_of_the_page():
    body = make_organization(title="市政府", title_en="Government", slug="government")
    make_policy(issued="2010-09", provisional=True, official_url="https://example.org/1", issuers=[body])
    policy = Policy.objects.get()
    html = render_to_string("timeline/_facts.html", {"entry": policy, "facts": facts_of(policy)})
    for piece in (
        "<dt>Document type</dt>",
        "<dd>Plan</dd>",
        '<time datetime="2010-09">September 2010</time>',
        "<dd>yes</dd>",
        '<a href="https://example.org/1" rel="noopener noreferrer">',
        'organizations/government/">Government</a>',
    ):
        assert piece in html
    designation = make_designation(programme="试点", programme_en="Pilot")
    html = render_to_string("timeline/_facts.html", {"entry": designation, "facts": facts_of(designation)})
    assert "<dd>Pilot</dd>" in html
