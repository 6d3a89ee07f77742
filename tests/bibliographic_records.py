"""Bibliographic records for tests: by their parts, and generated."""

from typing import Any

from hypothesis import strategies as st

from timeline.values.bibliography.record import BibliographicRecord, WorkType
from timeline.values.partial_date import PartialDate

_WORDS = st.text(st.sampled_from("智慧城市建设规划办法通知"), min_size=1, max_size=8)
_LATIN = st.from_regex(r"[A-Z][a-z]{1,6}( [A-Z][a-z]{1,6}){0,2}", fullmatch=True)
_NAMES = st.one_of(_WORDS.map(lambda name: f"某{name}局"), _LATIN.map(lambda name: f"{name} Office"))
DATES = st.one_of(
    st.none(),
    st.dates().map(PartialDate.parse),
    st.sampled_from(
        ["2010", "2010-09", "2011/2015", "2021/..", "2021/", "2012~", "2012?", "2016-33", "2016-40"]
    ).map(PartialDate.parse),
)


def make_record(**parts: Any) -> BibliographicRecord:
    """A record of these parts, dates as text; a page unless they say otherwise, online if it has a URL."""
    dates = {
        name: PartialDate.parse(parts.pop(name))
        for name in ("published", "modified", "accessed")
        if parts.get(name)
    }
    defaults = {"key": "a-work", "type": WorkType.PAGE, "title": "题名", "is_online": bool(parts.get("url"))}
    return BibliographicRecord(**defaults | parts | dates)


def records(**parts: Any) -> st.SearchStrategy[BibliographicRecord]:
    """Records of every type in which any part but the title may be missing, or these strategies for parts."""
    url = st.from_regex(r"http://[a-z]{3}\.cn/[a-z]{0,5}(\?id=[0-9]{1,4})?", fullmatch=True)
    strategies: dict[str, Any] = {
        "key": st.just("a-work"),
        "type": st.sampled_from(WorkType),
        "title": st.one_of(
            _WORDS.map(lambda title: f"关于{title}的事"), _LATIN.map(lambda title: f"On {title} Works")
        ),
        "title_en": st.one_of(st.just(""), _LATIN.map(lambda title: f"About {title}")),
        "authors": st.lists(_NAMES, max_size=8, unique=True),
        "number": st.one_of(st.just(""), st.integers(10, 99).map(lambda number: f"甬政发〔2013〕{number}号")),
        "publisher": st.one_of(st.just(""), _NAMES.map(lambda name: f"{name}网")),
        "place": st.sampled_from(["", "宁波"]),
        "pages": st.sampled_from(["", "A3"]),
        "published": DATES,
        "modified": DATES,
        "accessed": DATES,
        "url": st.one_of(st.just(""), url),
        "is_reprint": st.booleans(),
    } | parts
    return st.builds(lambda **built: BibliographicRecord(**built, is_online=bool(built["url"])), **strategies)
