"""Errors of the YAML parser as sentences for people: the line, what stands there, and what to write instead."""

import re
from dataclasses import dataclass

import yaml
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from yaml.reader import Reader, ReaderError

from timeline.exchange.readers.types import UnreadableFileError, printable
from timeline.exchange.readers.yaml_slips import find_slip_near


@dataclass(frozen=True)
class _Explanation:
    """A sentence for the errors whose message matches the pattern, in the words of libyaml or of PyYAML's own parser."""

    pattern: str
    sentence: str | Promise
    # Whether the line is the one where the list or the text begins, instead of that where the parser gave up.
    is_at_beginning: bool = False


_TAB = _("a tab stands where the line is indented; indent it by spaces")
_FALLBACK = _(
    "the line does not fit those above; compare its indentation, its colons and its quotation marks with theirs"
)

# The first that matches is taken.
_EXPLANATIONS = (
    _Explanation("found a tab character", _TAB),
    _Explanation(
        "mapping values are not allowed",
        _(
            "a colon stands within a text, or the line is indented further than those above; put a text with a colon in quotation marks"
        ),
    ),
    _Explanation(
        "could not find expected ':'",
        _(
            "the line has no “name: value”; put a space behind the colon, or the text that goes on here in quotation marks"
        ),
        is_at_beginning=True,
    ),
    _Explanation(
        "found unexpected (end of stream|document)",
        _("the quotation mark that opens a text here is never closed"),
        is_at_beginning=True,
    ),
    _Explanation(
        re.escape("',' or ']'"),
        _("a list that begins with [ needs a comma or ] here; put a text with [ in quotation marks"),
    ),
    _Explanation(
        re.escape("',' or '}'"),
        _("a row that begins with { needs a comma or } here; put a text with { in quotation marks"),
    ),
    _Explanation(
        "expected (key|<block end>, but found '(<scalar>|]|}|,)')",
        _(
            "the line is not indented as those above, or a text goes on behind its quotation mark; put the whole text in quotation marks"
        ),
    ),
    _Explanation(
        "expected ('-' indicator|<block end>)",
        _(
            "the line is not indented as those above; each row begins with “- ”, and its columns stand below one another"
        ),
    ),
    _Explanation(
        "undefined alias",
        _(
            "what follows the * is the name of nothing above; put a text that begins with * in quotation marks"
        ),
    ),
    _Explanation("second occurrence", _("the name behind this & is used before; give it another one")),
    _Explanation(
        "escape|hexa?decimal",
        _(
            "a backslash within double quotation marks begins a character that there is not; put the text in single quotation marks"
        ),
    ),
    _Explanation("alphabetic or numeric", _("a text that begins with & or * stands in quotation marks")),
    _Explanation(
        "sequence entries are not allowed",
        _("a list begins in a line of its own; put a text that begins with “- ” in quotation marks"),
    ),
    _Explanation("mapping keys are not allowed", _("a text that begins with “? ” stands in quotation marks")),
    _Explanation(
        "node content",
        _("a value is missing here; a text that begins with , ] or } stands in quotation marks"),
    ),
    _Explanation(
        "line break|indentation indicator",
        _("nothing stands behind | or > in its line; put a text that begins with it in quotation marks"),
    ),
    _Explanation("tag|'>'|'!'|URI", _("a text that begins with “!” stands in quotation marks")),
    _Explanation(
        "directive|YAML document|version|'\\.' character",
        _(
            "a line that begins with a percent sign says nothing about rows; take it away, or put the text in quotation marks"
        ),
    ),
    _Explanation("<document start>", _("a line of three points ends the rows above; take it away")),
)


def unreadable_yaml(name: str, text: str, error: yaml.YAMLError) -> UnreadableFileError:
    """The error of a file with this text, as the parser gave it."""
    message = str(_("This is not YAML: %(problem)s."))
    if isinstance(error, ReaderError):
        found = Reader.NON_PRINTABLE.search(text)
        line = text.count("\n", 0, found.start()) + 1 if found else 0
        sentence = _("a character that is not shown stands here; take it away")
        return UnreadableFileError(name, message, line, problem=sentence)
    if not isinstance(error, yaml.MarkedYAMLError):
        return UnreadableFileError(name, message, problem=_FALLBACK)
    explanation = _explanation(text, error)
    marks = [mark.line for mark in (error.problem_mark, error.context_mark) if mark]
    if explanation.sentence != _TAB and (slip := find_slip_near(text, *marks)):
        return UnreadableFileError(name, message, slip[0] + 1, problem=slip[1])
    mark = error.problem_mark or error.context_mark
    is_at_end = mark is not None and not text[mark.index :].strip()
    if error.context_mark and (explanation.is_at_beginning or is_at_end):
        mark = error.context_mark
    return UnreadableFileError(name, message, mark.line + 1 if mark else 0, problem=explanation.sentence)


def _explanation(text: str, error: yaml.MarkedYAMLError) -> _Explanation:
    problem = error.problem or ""
    if "cannot start any token" in problem and error.problem_mark:
        char = text[error.problem_mark.index : error.problem_mark.index + 1]
        sentence = _("a text that begins with “%(char)s” stands in quotation marks")
        return _Explanation("", _TAB if char == "\t" else str(sentence) % {"char": printable(char)})
    matching = (one for one in _EXPLANATIONS if re.search(one.pattern, problem))
    return next(matching, _Explanation("", _FALLBACK))
