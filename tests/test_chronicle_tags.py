"""What the template filters make of dates and Markdown."""

from django.template import Context, Template
from django.utils import translation

from timeline.dates import PartialDate


def render(source: str, **context: object) -> str:
    return Template("{% load chronicle_tags %}" + source).render(Context(context))


def test_a_date_is_in_the_words_of_the_active_language():
    date = PartialDate.parse("2013-01")
    assert render("{{ date|in_words }}", date=date) == "2013年1月"
    with translation.override("en"):
        assert render("{{ date|in_words }}", date=date) == "January 2013"


def test_quotes_within_quotes_are_single():
    assert render("“{{ title|within_quotes }}”", title="“十三五”规划") == "“‘十三五’规划”"


def test_no_date_is_no_text():
    assert render("[{{ date|in_words }}{{ date|as_time }}]", date=None) == "[]"


def test_a_time_is_machine_readable_where_html_has_a_form_for_it():
    assert (
        render("{{ d|as_time }}", d=PartialDate.parse("2013-01"))
        == '<time datetime="2013-01">2013年1月</time>'
    )
    assert render("{{ d|as_time }}", d=PartialDate.parse("2011/2015")) == "2011—2015年"


def test_markdown_becomes_clean_html():
    html = render("{{ text|markdown }}", text="**甲** <script>x</script>")
    assert "<strong>甲</strong>" in html
    assert "<script>" not in html
