"""Rows that are struck through in their spreadsheet: whether they are read is asked once for each sheet."""

from bisect import bisect_right
from collections.abc import Sequence

from django.utils.translation import gettext as _

from timeline.exchange.mapping.questions import Choice, Question
from timeline.exchange.mapping.record_choices import LEAVE_OUT, TAKE
from timeline.exchange.readers.types import FileLocation

# The kind of the question.
STRUCK = "struck"


def is_struck(ranges: Sequence[tuple[int, int]], line: int) -> bool:
    """Whether a line is within one of these ranges of lines, which are in ascending order."""
    index = bisect_right(ranges, line, key=lambda one: one[0]) - 1
    return index >= 0 and line <= ranges[index][1]


def struck_question(place: FileLocation, sheet: str) -> Question:
    """Ask whether the rows of a sheet that are struck through are read. The same tab of the next file is not asked about."""
    return Question(
        f"{STRUCK}:{place.table}:{sheet}",
        _("Rows are struck through in the spreadsheet. Are they read, or left out?"),
        sheet,
        place,
        (Choice(LEAVE_OUT, _("Leave these rows out")), Choice(TAKE, _("Read them as the others"))),
        lines=(place.line,),
        is_remembered=True,
    )
