"""What is wrong with a text that is no date: one sentence for each kind of mistake. This module imports no Django.

Messages are marked for translation and translated on display.
"""

import re
from collections.abc import Callable
from typing import NamedTuple

from timeline.values.date_points import PartialDateError
from timeline.values.errors import gettext_noop
from timeline.values.missing_values import MISSING
from timeline.values.quotation_marks import nested_quotes

_MAX_SHOWN = 40
# Where a text has several mistakes, the first of these is reported.
_Find = Callable[[str], re.Match[str] | None]


class _Mistake(NamedTuple):
    """How a mistake is found in a text without blanks and Chinese numerals, and its sentence.

    The sentence has the parameters `word`, what the first group of the pattern found or else all of it, `value`, the text, and
    `example`, what would be right.
    """

    find: _Find
    sentence: str
    example: Callable[[str], str] = str


_MONTH_DAY = r"(?:1[0-2]|0?[1-9])月(?:[0-9]{1,2}[日号]?)?"
_ENGLISH_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_SEVERAL = r"[、,;；和及与]"

_MONTH, _DAY = "1[0-2]|0?[1-9]", "[12][0-9]|3[01]|0?[1-9]"
# Year, month and day of each, as far as they are repeated.
_two = re.compile(
    rf"([0-9]{{4}})年?(?:({_MONTH})月?)?(?:({_DAY})[日号]?)?{_SEVERAL}(?:([0-9]{{4}})年?)?(?:({_MONTH})月)?(?:({_DAY})[日号])?"
)

# Without a year, numerals stay Chinese.
_NUMERAL = "[一二三四五六七八九十]{1,3}"
# What lacks only the year before it, and what precedes it where it lacks a month as well.
_AFTER_YEAR = (
    (re.compile("年[初中底末终]").fullmatch, ""),
    (re.compile("月[初底末]").fullmatch, "年1"),
    (re.compile("[上中下]旬").fullmatch, "年1月"),
    (
        re.compile(
            rf"(?:{_MONTH}|{_NUMERAL})月(?:(?:{_DAY}|{_NUMERAL})[日号]|[初中底末]|[上中下]旬)?(?:[—–~至到-]+(?:{_MONTH})月)?"
        ).fullmatch,
        "年",
    ),
)


def _with_year(plain: str) -> str:
    """The text with a year, if that is all that it lacks; otherwise dates of an example."""
    before = next((before for fits, before in _AFTER_YEAR if fits(plain)), None)
    return "2016年9月, 2016-09-26" if before is None else f"2013{before}{plain}"


_short_year = re.compile(
    "(?<![0-9A-Za-z〇零○一二三四五六七八九十])(([0-9]{2}|[〇零○一二三四五六七八九]{2})年(?!代))"
)
_FIGURES = str.maketrans("〇零○一二三四五六七八九", "000123456789")
# Letters that stand for figures in texts that were scanned or typed in a hurry.
_LETTERS = str.maketrans("oOlIｏＯ", "001100")
# The first year of the former century that two figures mean in the example.
_FORMER_CENTURY = 50


def _with_century(plain: str) -> str:
    """The text with four figures for the two of its year."""

    def replaced(found: re.Match[str]) -> str:
        figures = found[2].translate(_FIGURES)
        return f"{'19' if int(figures) >= _FORMER_CENTURY else '20'}{figures}年"

    return _short_year.sub(replaced, plain, count=1).lstrip("'’‘")


def _with_figures(plain: str) -> str:
    return plain.translate(_LETTERS)


def _range_of(plain: str) -> str:
    """The two dates of “2013年5、6月” as one from the first to the last; those of an example if the text has no such two."""
    if found := _two.fullmatch(plain):
        first, second = found.groups()[:3], list(found.groups()[3:])
        last = next((index for index in (2, 1, 0) if second[index]), None)
        if last is not None:
            second[:last] = [there or here for here, there in zip(first[:last], second[:last], strict=True)]
            dates = ["-".join(part.zfill(2) for part in date if part) for date in (first, second)]
            if len(dates[0]) == len(dates[1]) and dates[0] < dates[1]:
                return "/".join(dates)
    return "2013-01/2013-03"


_MISTAKES = (
    _Mistake(
        re.compile(rf"[—–―~/\\.…?？*xX-]{{1,12}}|{MISSING}", re.IGNORECASE).fullmatch,
        gettext_noop("“%(value)s” stands for no date. Leave the date empty where no source gives one."),
    ),
    _Mistake(
        re.compile(
            "上个?世纪|本世纪|近日|(?<![0-9])日前|目前|现在|[今去前明当同本翌次][年日]|[本上下当]个?月"
        ).search,
        gettext_noop(
            "“%(word)s” depends on when it was written. Work out the year, or the month, from the date of the source, and write it in "
            "figures."
        ),
    ),
    _Mistake(
        re.compile(
            "(?:印发|发布|公布|颁布|发文|下发)之?[日天]起?[满第]?[0-9一二两三四五六七八九十百]+个?(?:工作日|[日天月年])"
        ).search,
        gettext_noop(
            "“%(value)s” depends on the date of the document and a period. Work out the date, and write it with these words in brackets "
            "after it: 2016-10-26（%(value)s）."
        ),
    ),
    _Mistake(
        re.compile("(?:印发|发布|公布|颁布|发文|下发)之?[日天]起").search,
        gettext_noop(
            "“%(value)s” depends on the date of the document. Write that date, and these words in brackets after it: "
            "2016-09-26（%(value)s）."
        ),
    ),
    _Mistake(
        re.compile(
            "[之以][前后]|(?<=[年月日底末初中旬代])前(?!后|夕|[一二三四五六七八九十0-9])|(?<=[年月日底末初中旬代])后(?!期)"
        ).search,
        gettext_noop(
            "“%(value)s” says only before or after what it was, and nothing is guessed. Write the date that is meant, if the source "
            "tells it elsewhere, and these words in brackets after it; otherwise leave the date empty."
        ),
    ),
    _Mistake(
        re.compile(
            r"(?:截至|截止到?|至|到)([0-9]{4}[年月日号底末初中上下旬半季度第一二三四0-9./-]*)"
        ).fullmatch,
        gettext_noop(
            "“%(value)s” tells only until when. If that end is the date that is meant, write it with these words in brackets "
            "after it: %(word)s（%(value)s）; otherwise leave the date empty."
        ),
    ),
    _Mistake(
        re.compile(r"农历|阴历|正月|腊月|冬月|初[一二三四五六七八九十]|廿").search,
        gettext_noop(
            "“%(word)s” belongs to the lunar calendar. Write the day or month of the solar calendar."
        ),
    ),
    _Mistake(
        re.compile(rf"{_ENGLISH_MONTH}(?![a-z])", re.IGNORECASE).search,
        gettext_noop(
            "“%(word)s” is a month in English. Write year, month and day in figures, the year in four: 2016-09, 2016-09-26."
        ),
    ),
    _Mistake(
        re.compile(r"[0-9]{1,2}[-/.][0-9]{1,2}[-/.](?:[0-9]{4}|[0-9]{2})").fullmatch,
        gettext_noop(
            "In “%(value)s” it is not certain which number is the day and which the month. Write the year first, then month and day: "
            "2016-09-26."
        ),
    ),
    _Mistake(
        re.compile(
            r"^(?=[0-9oOlIｏＯ]{0,3}[0-9])(?=[0-9]{0,3}[oOlIｏＯ])([0-9oOlIｏＯ]{4})(?=$|[年./-])"
        ).search,
        gettext_noop("“%(word)s” has a letter among its figures. Write figures alone: %(example)s."),
        _with_figures,
    ),
    _Mistake(
        _short_year.search,
        gettext_noop(
            "“%(word)s” leaves out the century. Write the year in four figures, such as %(example)s if that is meant."
        ),
        _with_century,
    ),
    _Mistake(
        re.compile("[0-9]{4}年(?:1[0-2]|0?[1-9])").fullmatch,
        gettext_noop(
            "“%(value)s” ends with a number alone. If it is the month, write it with its sign: %(example)s."
        ),
        "{}月".format,
    ),
    _Mistake(
        re.compile("(?<![0-9纪])(?:[0-9]0|[一二三四五六七八九]十)年代").search,
        gettext_noop("“%(word)s” does not tell the century. Write 1990年代 or 20世纪90年代."),
    ),
    _Mistake(
        re.compile(rf"[0-9]{{4}}(?:年|[-/.]).*{_SEVERAL}.*[0-9]|[0-9]{{4}}{_SEVERAL}(?:[0-9]{{4}})").search,
        gettext_noop(
            "“%(value)s” names several dates. Write one; from the first to the last, with a slash between them, if all "
            "between them is meant: %(example)s."
        ),
        _range_of,
    ),
    _Mistake(
        re.compile(
            rf"^(?!.*[0-9]{{4}})(?:.*?)({_MONTH_DAY}|[0-9]{{1,2}}[-/.][0-9]{{1,2}}$|年[初中底末终]|[上中下]旬|月[初底末])"
        ).search,
        gettext_noop(
            "“%(value)s” has no year. Write the year that the source gives or its date tells before it, in four figures: %(example)s."
        ),
        _with_year,
    ),
    _Mistake(
        re.compile("民国|公元前|光绪|宣统|昭和|平成").search,
        gettext_noop(
            "“%(word)s” counts years in another way. Write the year of the common era in four figures: 1949."
        ),
    ),
    _Mistake(
        re.compile("[0-9][年月日号]起?([印签发布公实施生效行成文通过修订]{2,})").search,
        gettext_noop(
            "“%(word)s” is no part of a date. Write the date alone, or the words of the source in brackets after it."
        ),
    ),
)

# Words for a part of a year or month without definite first and last days.
_vague = re.compile(
    "近(?:[几些两二三十数]|[0-9]+)*年来?|近期|不久|世纪[初中末]?|年间|[岁月季][末初底]|月中(?!旬)|[上中下]旬|[上下]半月|[初早前中后末晚]+期|期[初中末]"
    "|(?<=年)(?:[早初仲盛深暮晚隆]?[春夏秋冬][季天日]?)|[春夏秋冬][季天]|前后|前夕|伊始|年[代底末初终中]|春节|元旦|国庆|中秋|端午"
)
_known = re.compile("([0-9]{4})(?!年代)(?:(?:年|[-/.])(1[0-2]|0?[1-9])(?![0-9]))?")


def mistake_in(text: str, plain: str) -> PartialDateError:
    """Return the error for a text that is no date. `plain` is the same without blanks, with Arabic numerals."""
    if not text.strip():
        return PartialDateError(gettext_noop("A date is missing here."))
    value = nested_quotes(text if len(text) <= _MAX_SHOWN else text[:_MAX_SHOWN] + "…")
    for mistake in _MISTAKES:
        if found := mistake.find(plain):
            word = found[1] if found.re.groups and found[1] else found[0]
            return PartialDateError(
                mistake.sentence,
                word=nested_quotes(word[:_MAX_SHOWN]),
                value=value,
                example=mistake.example(plain),
            )
    if word := _vague.search(plain):
        return _vague_date(word[0], plain)
    return PartialDateError(
        gettext_noop(
            "“%(value)s” is not a date. Write it as far as the source gives it: 2013, 2013-01, 2013-01-28, "
            "2013年1月, 2016年上半年, 2011/2015, 2013年1月至3月, 2021/.. (goes on), 2021/ (end unknown), 2012~ (about)."
        ),
        value=value,
    )


def _vague_date(word: str, plain: str) -> PartialDateError:
    if not (known := _known.search(plain)):
        return PartialDateError(
            gettext_noop(
                "“%(word)s” says no definite date. Write the year or the month if the source gives one, and its words in "
                "brackets after it; otherwise leave the date empty."
            ),
            word=word,
        )
    example = f"{known[1]}-{int(known[2]):02}" if known[2] else known[1]
    return PartialDateError(
        gettext_noop(
            "“%(word)s” says no definite date. Write the year or the month that the source gives, and its words in brackets "
            "after it: %(example)s（%(words)s）."
        ),
        word=word,
        example=example,
        words=plain[:_MAX_SHOWN],
    )
