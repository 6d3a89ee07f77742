"""The sources on the page of an entry: their order, what is quoted from them, and what the editors say of it."""

import pytest

from tests import factories as make
from tests.pages import order_of, page

pytestmark = pytest.mark.django_db


def test_a_disputed_date_stands_beside_the_other_with_its_source(client):
    entry = make.make_milestone(date="2010", published=True)
    make.make_citation(entry, source=make.make_source(title="日报"), date="2010-09")
    assert '《日报》所记日期为<time datetime="2010-09">2010年9月' in page(client, entry)


def test_a_source_that_disputes_a_date_and_is_named_with_quotes_stands_in_quotes_of_its_own(client):
    entry = make.make_policy(date="2016-11", published=True)
    make.make_citation(entry, source=make.make_source(title="“十三五”规划"), date="2016-11-14")
    assert '《“十三五”规划》所记日期为<time datetime="2016-11-14">2016年11月14日' in page(client, entry)


def test_a_citation_names_the_publisher_where_the_title_does_not(client):
    entry = make.make_policy(title="某规划", date="2016-11", published=True)
    make.make_citation(entry, source=make.make_source(title="某规划", publisher="某网"))
    make.make_citation(entry, source=make.make_source(title="〔日报报道〕", publisher="日报"))
    text = page(client, entry)
    assert order_of(text, ">来源</h2>", "某规划</a>", "<span>某网</span>", "</li>")
    assert "<span>日报</span>" not in text


def test_an_entry_shows_what_it_cites(client):
    entry = make.make_milestone(date="2010", published=True)
    source = make.make_source(title="某篇文章")
    make.make_citation(entry, source=source, locator="¶7", quotation="原话如此", remark="见另页")
    text = page(client, entry)
    assert source.get_absolute_url() in text
    assert "某篇文章" in text
    assert "¶7" in text
    assert order_of(text, '引文：</b><q lang="zh-Hans">原话如此</q>', "编者注：</b>见另页")


@pytest.mark.parametrize(
    ("quoted_text", "note"),
    [
        ("", ""),
        ("edited", " (quoted from an edited text)"),
        ("converted", " (converted from a reprint in traditional characters)"),
    ],
)
def test_a_quotation_is_chinese_on_every_page_and_says_from_which_text_it_is(client, quoted_text, note):
    entry = make.make_milestone(published=True)
    source = make.make_source(quoted_text=quoted_text)
    make.make_citation(entry, source=source, quotation="成为“国内首个”", remark="按语", remark_en="A remark")
    text = page(client, f"/en{entry.get_absolute_url()}")
    assert 'Quotation (in Chinese): </b><q lang="zh-Hans">成为‘国内首个’</q>' in text
    assert note in text
    assert text.count('class="quotation__basis"') == bool(note)
    assert "Editors’ remark: </b>A remark" in text


def test_a_quotation_in_another_language_is_not_called_chinese(client):
    entry = make.make_milestone(published=True)
    make.make_citation(entry, quotation="In 2013 the list was published")
    text = page(client, f"/en{entry.get_absolute_url()}")
    assert "Quotation: </b><q>In 2013 the list was published</q>" in text


def test_our_translation_of_a_quotation_follows_it_on_pages_in_english_only(client):
    entry = make.make_milestone(date="2010", published=True)
    make.make_citation(
        entry,
        source=make.make_source(quoted_text="edited"),
        quotation="“一张网”",
        quotation_en="“One grid” (一张网)",
        date="2011",
    )
    english = page(client, f"/en{entry.get_absolute_url()}")
    shown = (
        '<q lang="zh-Hans">‘一张网’</q><span class="quotation__basis"> (quoted from an edited text)</span>'
        '<span class="quotation__translation"> (our translation: '
        '<q lang="en">‘One grid’ (<span lang="zh-Hans">一张网</span>)</q>)</span>'
    )
    # With the source and in the table of dates.
    assert " ".join(english.split()).replace("</span >", "</span>").count(shown) == 2
    for prefix in ("", "/zh-hant"):
        assert "One grid" not in page(client, f"{prefix}{entry.get_absolute_url()}")


def test_a_quotation_without_a_translation_says_nothing_of_one(client):
    entry = make.make_milestone(published=True)
    make.make_citation(entry, quotation="原话如此")
    assert "our translation" not in page(client, f"/en{entry.get_absolute_url()}")


def test_the_sources_come_by_weight_then_by_date_and_one_is_named_once(client):
    entry = make.make_policy(issued="2016", published=True)
    plan, daily = make.make_source(slug="z", title="规划文本"), make.make_source(slug="a", title="日报")
    weekly = make.make_source(slug="b", title="周报", published="2015")
    for source, locator, weight in ((daily, "", 0), (weekly, "", 0), (plan, "¶2", 1), (plan, "¶9", 0)):
        make.make_citation(
            entry, source=source, locator=locator, weight=weight, date="2016" if weight else None
        )
    text = page(client, entry)
    assert order_of(
        text.partition('id="sources"')[2],
        'id="source-1"', "规划文本", "第2段", "第9段", 'id="source-2"', "周报", "日报",
    )  # fmt: skip
    assert text.partition('id="sources"')[2].partition("</ol>")[0].count("规划文本") == 1
    assert '<a href="#source-1"' in text


def test_a_source_says_why_it_is_not_linked_and_what_was_read_of_it(client):
    entry = make.make_milestone(published=True)
    source = make.make_source(
        url="http://example.org/b",
        linked=False,
        note="网址已失效",
        accessed="2026-11-29",
        consulted="开头五段",
        consulted_en="The first five paragraphs",
    )
    make.make_citation(entry, source=source)
    assert order_of(page(client, entry), "http://example.org/b", "网址已失效", "2026年11月29日", "开头五段")
    english = page(client, f"/en{entry.get_absolute_url()}")
    assert order_of(english, "Not linked: ", "Accessed on", "What was read: The first five paragraphs")


def test_dates_that_differ_stand_side_by_side_with_what_the_sources_and_the_editors_say(client):
    entry = make.make_milestone(date="2010", published=True)
    make.make_citation(
        entry, source=make.make_source(title="日报"), locator="¶3", date="2010-09", quotation="九月启动"
    )
    make.make_citation(entry, source=make.make_source(title="年鉴"), date="2010", remark="当年启动")
    text = page(client, entry).partition('<table class="side-by-side"')[2].partition("</table>")[0]
    assert order_of(text, 'class="side-by-side__own"', "2010年", "日报", "¶3", "2010年9月", "<q", "九月启动")
    assert order_of(text, "年鉴", "2010年", 'class="remark"', "当年启动")
    assert text.count("<q") == 1
    assert text.index("2010年9月</time></td>")


def test_dates_that_agree_need_no_table(client):
    entry = make.make_milestone(date="2010-09", published=True)
    make.make_citation(entry, date="2010-09")
    assert '<table class="side-by-side"' not in page(client, entry)


def test_a_source_is_shown_with_its_address_its_copy_and_when_it_was_read(client):
    entry = make.make_milestone(published=True)
    source = make.make_source(
        url="http://example.org/a",
        archived_url="http://archive.example/a",
        accessed="2026-07-01",
        author="张三",
    )
    make.make_citation(entry, source=source, locator="¶2")
    make.make_citation(entry, source=source, locator="¶5")
    unlinked = make.make_source(url="http://example.org/b", linked=False)
    make.make_citation(entry, source=unlinked)
    text = page(client, entry)
    assert order_of(
        text,
        "张三",
        "¶2",
        "¶5",
        'href="http://example.org/a"',
        'href="http://archive.example/a"',
        "2026年7月1日",
    )
    assert text.count('href="http://example.org/a"') == 1
    assert "http://example.org/b" in text
    assert 'href="http://example.org/b"' not in text
