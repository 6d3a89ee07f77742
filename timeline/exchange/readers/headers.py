"""Maps headers and sheet names to columns and tables: field names, their translations, and listed aliases."""

import difflib
import itertools
import re
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop, pgettext

from timeline.exchange.readers.header_names import ALIASES, ALIASES_IN_TABLES, TABLE_ALIASES
from timeline.exchange.readers.sources import stem
from timeline.exchange.readers.types import printable
from timeline.publishable import Publishable
from timeline.rows.columns import ENGLISH, Column, suggestion_for
from timeline.rows.grouping import outer_groupings
from timeline.rows.tables import DELETE_COLUMN, STATUS_COLUMN, TABLES, Table
from timeline.values.chinese import fold

DELETE_WORDS = {DELETE_COLUMN, "删除", "是否删除"}
STATUS_WORDS = {STATUS_COLUMN, "状态", "发布状态"}

# Headers of columns that only number the rows, folded.
SERIAL_NUMBERS = {
    *("序号", "编号", "序", "序列号", "顺序号", "排序号", "流水号", "行号", "项号"),
    *("no", "no.", "nr", "nr.", "num", "num.", "number", "serialnumber", "serialno.", "id", "#"),
}

# The auxiliary sheets of this site's workbooks: choices and problems.
CHOICES = "选项"
PROBLEMS = gettext_noop("Import problems")

# The languages of the translated names of tables and columns.
LANGUAGES = ("zh-hans", "en")

# Several times the columns of any table; a longer line is no header.
MAX_COLUMNS = 200
MAX_NAME = 200
# Of more columns, a message lists as many.
MAX_LISTED = 8
# The similarity from which a name is proposed for another.
SIMILAR = 0.5

# What programs and people add to the name of a file: (1), （终稿）, a date, copies.
_BRACKETED = re.compile(r"[(（\[【][^)）\]】]*[)）\]】]")
_COPY = re.compile(r"^\s*(?:copy of|副本|复件)\s*|\s*(?:的|[-－]\s*)副本\s*$", re.IGNORECASE)
_NUMBERS_AROUND = re.compile(r"^[\s0-9._年月日－—–-]+|[\s0-9._年月日－—–-]+$")

_FORGIVEN = re.compile(r"[\s_\-*:()\[\]\"'“”‘’]+")


def normalized_header(name: str) -> str:
    """The name without differences of case, script, spaces, brackets, width, or the * of required columns."""
    return _FORGIVEN.sub("", fold(name[:MAX_NAME]).casefold())


def find_table(name: str) -> Table | None:
    """The table of this name in English or Chinese, also with an addition: policies, 政策, policies-2024, 政策（终稿）(1)."""
    known = _tables()
    bare = _NUMBERS_AROUND.sub("", _BRACKETED.sub("", _COPY.sub("", name)))
    for whole in (name, bare):
        for part in (whole, re.split("[-－—–]", whole)[0], re.split(r"\s", whole)[0]):
            if found := known.get(normalized_header(part)):
                return TABLES[found]
    return None


def names_of_tables() -> Mapping[str, str]:
    """Every known name of a table, as `normalized_header()` has it, with the table."""
    return _tables()


def is_auxiliary_sheet(name: str) -> bool:
    """Whether the sheet is an auxiliary one of this site's workbooks, which is not read."""
    return name == CHOICES or name in _translated(gettext_lazy(PROBLEMS))


def stem_of_upload(name: str) -> str:
    """The name of a file without its suffix, and without what this site adds to that of an error workbook: 汇总-导入问题 (1)."""
    words = "|".join(map(re.escape, _translated(gettext_lazy(PROBLEMS))))
    return re.sub(rf"(?:-(?:{words})\s*(?:[(（][0-9]+[)）])?)+$", "", stem(name)) or stem(name)


def stem_of_versions(name: str) -> str:
    """What the names of the versions of one file have in common: 汇总（改）(1) is of 汇总, but 汇总（2023年） is not."""
    stem = _COPY.sub("", stem_of_upload(name))
    return _BRACKETED.sub(lambda added: added[0] if re.search("[0-9]{2}", added[0]) else "", stem).strip()


def unknown_table(name: str) -> str:
    """The message that there is no such table."""
    message = _("There is no table “%(name)s”%(nearest)s. Tables are: %(tables)s.")
    known = [spelling for table in TABLES.values() for spelling in (table.name, *_table_names(table))]
    tables = pgettext("enumeration", ", ").join(map(table_label, TABLES.values()))
    return message % {"name": printable(name), "nearest": suggestion_among([name], known), "tables": tables}


def unknown_column(table: Table, name: str, *, is_nesting: bool = False) -> str:
    """The message that there is no such column, with the nearest. In a nesting format, parts are columns as well."""
    if is_serial_number(name):
        return _("This column only numbers the rows, and the table has none of its name. Take it out.")
    columns = [*table.columns, *(nested_tables(table) if is_nesting else ())]
    found = [each for each in _by_similarity(table.name, name[:MAX_NAME]) if each[1] in columns]
    score, nearest, spelling = found[0]
    if not nearest.endswith(ENGLISH):
        # As near as the columns whose texts they translate, and many chronicles have none of them.
        found = [each for each in found if not each[1].endswith(ENGLISH)]
    values = {"nearest": suggestion_for(spelling, [spelling]) if score >= SIMILAR else ""}
    if len(columns) <= MAX_LISTED:
        message = _("There is no such column%(nearest)s. Columns are: %(columns)s.")
    else:
        message = _(
            "There is no such column%(nearest)s. Columns with similar names are: %(columns)s. All %(count)s are in “Content file format”."
        )
        values["count"] = str(len(columns))
        columns = [column for _score, column, _spelling in found[:MAX_LISTED]]
    labels = pgettext("enumeration", ", ").join(column_label(table, column) for column in columns)
    return message % {**values, "columns": labels}


def column_label(table: Table, column: str) -> str:
    """The label of a column, or of nested rows, with its name in files behind."""
    if column in table.columns:
        return _label(table.columns[column].field.verbose_name, column)
    if column in (nested := nested_tables(table)):
        return _label(nested[column].model._meta.verbose_name_plural, column)
    return column


def table_label(table: Table) -> str:
    """The label of a table, with its name in files behind."""
    return _label(table.model._meta.verbose_name_plural, table.name)


def _label(label: object, name: str) -> str:
    if str(label).replace(" ", "_") == name:
        return name
    return _("%(label)s (%(name)s)") % {"label": label, "name": name}


def tells_table(table: Table, name: str) -> bool:
    """Whether a header of a column of the table speaks for this table."""
    others = itertools.chain.from_iterable(ALIASES_IN_TABLES.get(table.name, {}).values())
    return normalized_header(name) not in {*map(normalized_header, others)}


def find_column(table: Table, name: str) -> str | None:
    """The column, or the nested table, that this name identifies in a row of the table."""
    if name in table.columns or name in nested_tables(table):
        return name
    if table.within and normalized_header(name) in DELETE_WORDS:
        return DELETE_COLUMN
    return _columns(table.name).get(normalized_header(name)) or (
        STATUS_COLUMN if is_status(table, name) else None
    )


def inner_tables(table: Table) -> dict[str, Table]:
    """The tables with rows that may stand within a row of parts, by the name under which they do."""
    return {one.name: TABLES[one.inner] for one in outer_groupings(table)}


def former_columns(table: Table) -> dict[str, Column]:
    """The columns that rows of the table had in files of 0.1, and those that belong to them have now."""
    return {
        name: TABLES[one.inner].columns[name] for one in outer_groupings(table) for name in sorted(one.former)
    }


def is_serial_number(name: str) -> bool:
    """Whether the header is that of a column that only numbers the rows."""
    return normalized_header(name) in SERIAL_NUMBERS


def is_status(table: Table, name: str) -> bool:
    """Whether this is the name of the column with the status of records."""
    return issubclass(table.model, Publishable) and normalized_header(name) in STATUS_WORDS


def required_columns(table: Table) -> list[str]:
    """The columns without which a row of the table cannot be identified."""
    return [name for name in table.key if table.columns[name].is_required]


def suggestion_among(names: Iterable[str], known: Iterable[str]) -> str:
    """As `suggestion_for`, over several spellings of the word, normalized. Short words may differ by half."""
    by_folded = {normalized_header(spelling): spelling for spelling in known}
    scored = [
        (_similarity(name, other), spelling)
        for name in map(normalized_header, names)
        for other, spelling in by_folded.items()
    ]
    score, spelling = max(scored, default=(0.0, ""))
    return suggestion_for(spelling, [spelling]) if score >= SIMILAR else ""


def _similarity(one: str, other: str) -> float:
    return difflib.SequenceMatcher(None, one, other).ratio() if one and other else 0.0


# The rows of a file have the same unknown columns.
@lru_cache(maxsize=256)
def _by_similarity(table: str, name: str) -> list[tuple[float, str, str]]:
    """The columns of a table and what nests in it, the most similar first: the similarity, the column, its spelling."""
    name = normalized_header(name)
    found = []
    for column, spellings in _all_spellings(table).items():
        score, spelling = max((_similarity(name, other), shown) for other, shown in spellings.items())
        found.append((score, column, spelling))
    return sorted(found, key=lambda each: -each[0])


@cache
def _all_spellings(name: str) -> dict[str, dict[str, str]]:
    """The spellings of each column and of what nests in the table, by their normalized forms."""
    table = TABLES[name]
    known = {column: spellings_of(table, column) for column in table.columns}
    known |= {nested: [nested, *_table_names(part)] for nested, part in nested_tables(table).items()}
    return {column: {normalized_header(one): one for one in each} for column, each in known.items()}


def spellings_of(table: Table, column: str) -> list[str]:
    """The names of a column in files, in both languages, and its aliases."""
    others = ALIASES_IN_TABLES.get(table.name, {}).get(column, ())
    return [column, *_translated(table.columns[column].field.verbose_name), *ALIASES.get(column, ()), *others]


def nested_tables(table: Table) -> dict[str, Table]:
    """The tables with rows that other formats nest in a row of the table, by the name under which they do."""
    return table.parts | inner_tables(table)


def _table_names(table: Table) -> list[str]:
    names = table.model._meta.verbose_name_plural, table.model._meta.verbose_name
    return [spelling for name in names for spelling in _translated(name)]


def _translated(name: object) -> list[str]:
    """A translated name in each language of the headers."""
    found = []
    for language in LANGUAGES:
        with translation.override(language):
            found.append(str(name))
    return found


# In both lists, a later spelling overrides an earlier one.


@cache
def _tables() -> dict[str, str]:
    """Every known name with its table; the own name of a table overrides another's alias."""
    known = [(alias, name) for name, aliases in reversed(TABLE_ALIASES.items()) for alias in aliases]
    for name, table in TABLES.items():
        known += [(spelling, name) for spelling in _table_names(table)]
    known += [(name, name) for name in TABLES]
    return {normalized_header(spelling): name for spelling, name in known}


@cache
def _columns(name: str) -> dict[str, str]:
    """Every known name with its column; the own name of a column overrides another's alias."""
    table = TABLES[name]
    others = ALIASES_IN_TABLES.get(name, {})
    known = [(alias, column) for column in others for alias in others[column]]
    known += [(alias, column) for column in reversed(table.columns) for alias in ALIASES.get(column, ())]
    # Citations within an assessment have the name that they have within an entry.
    for nested, part in nested_tables(table).items():
        plural = part.model._meta.verbose_name_plural
        known += [(spelling, nested) for spelling in _translated(plural)]
    columns = former_columns(table) | table.columns
    for column, its in columns.items():
        known += [(spelling, column) for spelling in _translated(its.field.verbose_name)]
    known += [(column, column) for column in (*nested_tables(table), *columns)]
    return {normalized_header(spelling): column for spelling, column in known}
