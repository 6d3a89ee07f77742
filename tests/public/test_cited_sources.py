"""The sources of an entry in their order, and the dates that they give."""

import pytest

from tests import factories as make
from timeline.models import Citation
from timeline.public.cited_sources import cited_sources, date_facts, other_dates
from timeline.values.partial_date import PartialDate

pytestmark = pytest.mark.django_db


def test_a_source_has_one_number_for_all_its_places():
    entry = make.make_milestone()
    first, second = make.make_source(slug="a"), make.make_source(slug="b")
    for source, locator in ((first, "¶1"), (first, "¶2"), (second, "")):
        make.make_citation(entry, source=source, locator=locator)
    found = cited_sources(Citation.objects.select_related("source"))
    assert [(cited.number, cited.source.slug, len(cited.citations)) for cited in found] == [
        (1, "a", 2),
        (2, "b", 1),
    ]


def test_a_number_stands_at_the_date_that_its_source_gives_and_not_twice():
    entry = make.make_policy(date="2013")
    for slug, date in (("a", "2013"), ("b", "2014-05"), ("c", None), ("d", "2013"), ("e", "2012")):
        make.make_citation(entry, source=make.make_source(slug=slug), date=date)
    cited = cited_sources(Citation.objects.select_related("source"))
    placing, same, other = (PartialDate.parse(date) for date in ("2013", "2013", "2014-05"))
    facts = date_facts(("日期", placing), [("成文", same), ("施行", other), ("期限", None)], cited)
    assert [(fact.label, [*fact.numbers]) for fact in facts] == [
        ("日期", [1, 4]),
        ("成文", []),
        ("施行", [2]),
    ]
    # What is no fact of the entry is another date.
    assert [(found.number, str(citation.date)) for found, citation in other_dates(cited, facts)] == [
        (5, "2012")
    ]


def test_words_do_not_tell_the_dates_of_sources_apart():
    entry = make.make_policy(date="2015")
    make.make_citation(entry, source=make.make_source(slug="a"), date="2015年底")
    cited = cited_sources(Citation.objects.select_related("source"))
    (fact,) = facts = date_facts(("日期", PartialDate.parse("2015（2015年末）")), [], cited)
    assert [*fact.numbers] == [1]
    assert other_dates(cited, facts) == []
