"""TimelineJS, as its spreadsheet or JSON: the events are milestones, the eras phases if somebody asks for them."""

import re
from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _
from yaml.nodes import MappingNode, Node, SequenceNode

from timeline.exchange.readers.grids import Grid
from timeline.exchange.readers.nodes import line, plain_value
from timeline.exchange.readers.types import Problem
from timeline.exchange.vocabularies.declaration import (
    ForeignRecord,
    ForeignValueError,
    Vocabulary,
    VocabularyField,
    first,
)
from timeline.exchange.vocabularies.grids import record_grid
from timeline.exchange.vocabularies.html_text import html_to_markdown, html_to_text, is_html
from timeline.values.date_points import PartialDateError
from timeline.values.partial_date import PartialDate

# The names in the spreadsheet; what JSON has is named by them.
_START, _END = ("Year", "Month", "Day"), ("End Year", "End Month", "End Day")
_DATE = (*_START, *_END, "Display Date")
_whole = re.compile(r"[0-9]+(?=\.0*\Z|\Z)").match


def _edtf(record: ForeignRecord, names: Sequence[str]) -> str:
    """A point in EDTF. Raises ForeignValueError for a year before Christ, or with other than four digits."""
    year, month, day = (record.first(name) for name in names)
    if not year:
        if month or day:
            raise ForeignValueError(_("A month or day stands here without its year."), month or day)
        return ""
    numbers = [found[0] if (found := _whole(part)) else part for part in (year, month, day)]
    if not re.fullmatch("[0-9]{4}", numbers[0]):
        raise ForeignValueError(_("A year of four digits is expected here: 2010."), year)
    return "-".join(part.zfill(2) for part in numbers if part)


def date(record: ForeignRecord, names: Sequence[str]) -> str:
    """The start and end as a date, with the words of the display date where these say more and mean the same."""
    start, end = _edtf(record, _START), _edtf(record, _END)
    found = f"{start}/{end}" if end and end != start else start
    words = html_to_text(record.first("Display Date"))
    if words and not found:
        return _date_in_words(record, words)
    if words:
        try:
            return str(PartialDate.parse(f"{found}（{words}）"))
        except PartialDateError:
            record.note(
                _("The display date was left out: it is longer than words of a date, or means another.")
            )
    return found


def _date_in_words(record: ForeignRecord, words: str) -> str:
    """The date that the display date of a record without a year is; "" if it is none, which is noted."""
    year = re.search("(?<![0-9])[0-9]{4}(?![0-9])", words)
    for text in (words, f"{year[0]}（{words}）" if year else ""):
        try:
            found = str(PartialDate.parse(text))
        except PartialDateError:
            continue
        record.note(_("The date was read from the display date, because there is no year."))
        return found
    message = _("There is no year, and the display date “%(words)s” is no date: the event has none.")
    record.note(message % {"words": words[:60]})
    return ""


def headline(record: ForeignRecord, names: Sequence[str]) -> str:
    text = first(record, names)
    return html_to_text(text) if is_html(text) else text


def text(record: ForeignRecord, names: Sequence[str]) -> str:
    """The text as Markdown."""
    found = first(record, names)
    if not is_html(found):
        return found
    record.note(_("HTML in the text became Markdown; pictures and embedded media in it were left out."))
    return html_to_markdown(found)


EVENTS = Vocabulary(
    name="timelinejs",
    label="TimelineJS",
    table="milestones",
    fields=(
        VocabularyField("Date", "date", _DATE, date),
        VocabularyField("Headline", "title", convert=headline),
        VocabularyField("Text", "body", convert=text),
        VocabularyField("Group"),
        VocabularyField("Media"),
        VocabularyField("Media Credit", convert=headline),
        VocabularyField("Media Caption", convert=headline),
    ),
    ignored=re.compile("Type|unique_id|autolink|Alt Text"),
)
ERAS = Vocabulary(
    name="timelinejs-eras",
    label="TimelineJS",
    table="phases",
    fields=(
        VocabularyField("Date", "period", _DATE, date),
        VocabularyField("Headline", "title", convert=headline),
        VocabularyField("Text", "summary", convert=text),
    ),
    ignored=EVENTS.ignored,
    is_optional=True,
)
# Columns of its spreadsheet that no other table has together.
MARKS = {"Year", "Headline"}


def timelinejs_grids(
    file: str, name: str, records: Sequence[ForeignRecord], problems: Sequence[Problem] = ()
) -> list[Grid]:
    """The events and, where there are any, the eras. A title without a date is no event, which is told."""
    kinds = [record.first("Type").casefold() for record in records]
    typed = [*zip(kinds, records, strict=True)]
    titles = [record for kind, record in typed if kind == "title" and not record.first("Year")]
    eras = [record for kind, record in typed if kind == "era"]
    events = [record for kind, record in typed if kind != "era" and record not in titles]
    notices = [_title_notice(record) for record in titles]
    if any(kind == "title" for kind, record in typed if record in events):
        notices.append(_("The title slide has a date and was read as an event."))
    if not eras:
        return [record_grid(EVENTS, file, name, events, problems, notices=notices)]
    return [
        record_grid(EVENTS, f"{file}/events", "events", events, problems, notices=notices),
        record_grid(ERAS, f"{file}/eras", "eras", eras),
    ]


def _title_notice(record: ForeignRecord) -> str:
    message = _("The title slide “%(title)s” has no date and was left out.")
    return message % {"title": html_to_text(record.first("Headline"))[:60]}


def timelinejs_json(file: str, name: str, root: Node) -> list[Grid] | None:
    """The grids of its JSON; None if the root is none."""
    members = {str(key.value): value for key, value in root.value} if isinstance(root, MappingNode) else {}
    events = members.get("events")
    if not isinstance(events, SequenceNode) or not all(_is_slide(node) for node in events.value):
        return None
    typed = [("", node) for node in events.value]
    if isinstance(title := members.get("title"), MappingNode):
        typed.insert(0, ("title", title))
    if isinstance(eras := members.get("eras"), SequenceNode):
        typed += [("era", node) for node in eras.value if isinstance(node, MappingNode)]
    return timelinejs_grids(file, name, [_record(kind, node) for kind, node in typed])


def _is_slide(node: Node) -> bool:
    return isinstance(node, MappingNode) and bool(
        {"start_date", "text", "media"} & {key.value for key, _value in node.value}
    )


def _record(kind: str, node: Node) -> ForeignRecord:
    slide = _mapping(plain_value(node))
    found: dict[str, object] = {"Type": kind}
    for member, before in (("start_date", ""), ("end_date", "End ")):
        point = _mapping(slide.pop(member, None))
        found |= {f"{before}{part.title()}": point.pop(part, None) for part in ("year", "month", "day")}
        found["Display Date"] = found.get("Display Date") or point.pop("display_date", None)
        found |= {f"{member}.{name}": value for name, value in point.items() if name != "format"}
    found["Display Date"] = slide.pop("display_date", None) or found["Display Date"]
    words, media = _mapping(slide.pop("text", None)), _mapping(slide.pop("media", None))
    found |= {"Headline": words.pop("headline", None), "Text": words.pop("text", None)}
    found |= {"Media": media.pop("url", None), "Media Credit": media.pop("credit", None)}
    found |= {"Media Caption": media.pop("caption", None), "Group": slide.pop("group", None)}
    found |= {f"media.{name}": value for name, value in media.items()} | slide
    return ForeignRecord(line(node), {name: [str(value)] for name, value in found.items() if value})


def _mapping(value: object) -> dict[str, object]:
    return dict(value) if isinstance(value, Mapping) else {}
