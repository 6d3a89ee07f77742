"""The form that says how one sheet of a table from elsewhere is read: its table, lines and columns, with the reasons proposed."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.forms import BoundField
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from xlsxwriter.utility import xl_col_to_name

from timeline.admin.import_preview import table_label
from timeline.exchange.mapping.column_proposals import ColumnProposal
from timeline.exchange.mapping.excerpts import Excerpt, excerpt
from timeline.exchange.mapping.header_lines import SheetTop
from timeline.exchange.mapping.mapping import ColumnMapping, SheetMapping
from timeline.exchange.mapping.proposals import SheetProposal
from timeline.exchange.mapping.row_questions import READ_FROM_TITLE
from timeline.exchange.mapping.shared_columns import SHARED, is_shared, shared_column, with_shared
from timeline.models.fields import TextFormField
from timeline.rows.columns import Column
from timeline.rows.tables import TABLES, Table

# The values of the fields of a sheet, by their names without the prefix.
Values = Mapping[str, str]
# Besides those that every row needs, the columns that such tables usually have.
RECOMMENDED = (
    "document_number", "number", "issuers", "issued", "publisher", "published", "period", "authorities", "target",
    "date", "organizations", "url", "official_url", "summary", "description", "topics", "aliases",
)  # fmt: skip
# In place of an empty separator, which a choice cannot have.
_NOTHING = "nothing"
_SEPARATORS: Sequence[tuple[str, str | Promise]] = (
    ("", gettext_lazy("Choose…")),
    ("、", "、"),
    ("；", "；"),
    (" ", gettext_lazy("a space")),
    ("-", "-"),
    (_NOTHING, gettext_lazy("nothing")),
)
_YES_NO = (("true", gettext_lazy("Yes")), ("false", gettext_lazy("No")))


def values_of(mapping: SheetMapping | None, proposal: SheetProposal) -> dict[str, str]:
    """The values of the form for a sheet that is read by this mapping, its lines and columns as in the proposal."""
    if mapping is None:
        return {"table": ""}
    values = {
        "table": mapping.table,
        "header_line": str(proposal.header_line),
        "last_line": str(mapping.last_line or proposal.last_line),
    }
    columns_of: dict[str, list[str]] = defaultdict(list)
    for one in mapping.columns:
        for header in one.headers:
            columns_of[header].append(one.column)
    for index, column in enumerate(proposal.columns):
        # Of a pair that is one column of the sheet, the one that its header names.
        names = columns_of[column.name] or [""]
        values[f"column-{index}"] = column.column if column.column in names else names[0]
    if is_shared(mapping):
        values["shares"] = "on"
    for one in mapping.columns:
        if len(one.headers) > 1:
            values[f"separator-{one.column}"] = one.separator or _NOTHING
        if one.default:
            values[f"default-{one.column}"] = one.default
    return values


def kept_values(values: Values, before: SheetProposal, after: SheetProposal) -> dict[str, str]:
    """The values of a form whose table or header was changed: as proposed now, but for what somebody chose."""
    columns = TABLES[after.mapping.table].columns if after.mapping else {}
    kept = {
        name: value
        for name, value in values.items()
        if not name.startswith("column-") and (name.partition("-")[2] or "slug") in {"slug", *columns}
    }
    for index, column in enumerate(after.columns):
        proposed = before.columns[index].column if index < len(before.columns) else ""
        chosen = values.get(f"column-{index}", proposed)
        kept[f"column-{index}"] = chosen if chosen != proposed and chosen in columns else column.column
    if after.mapping and (values.get("last_line") or str(before.last_line)) == str(before.last_line):
        kept["last_line"] = str(after.last_line)
    if after.mapping and is_shared(after.mapping) and not (before.mapping and is_shared(before.mapping)):
        kept["shares"] = "on"
    if after.mapping:
        kept["header_line"] = str(after.header_line)
    return kept


def column_choices(
    table: Table, nothing: str | Promise
) -> list[tuple[str | Promise, str | Promise | list[tuple[str, str]]]]:
    """The columns of a table by their labels, in groups."""
    labels = {name: str(column.field.verbose_name) for name, column in table.columns.items()}
    required = [name for name, column in table.columns.items() if column.is_required and name != "slug"]
    first = [*required, *(name for name in RECOMMENDED if name in labels and name not in required)]
    others = [name for name in labels if name not in first]
    return [
        ("", nothing),
        (_("Recommended"), [(name, labels[name]) for name in first]),
        (_("Others"), [(name, labels[name]) for name in others]),
    ]


class SheetForm(forms.Form):
    """How a sheet is read. With a table, it has fields for the columns of the proposal, which was made for that table.

    `values` are shown; those of a submitted form are checked as well.
    """

    def __init__(
        self, proposal: SheetProposal, values: Values, *, number: int, name: str, is_submitted: bool
    ) -> None:
        self.proposal, self.name = proposal, name
        self.table = TABLES[proposal.mapping.table] if proposal.mapping else None
        shown = {
            "shown_table": self.table.name if self.table else "",
            "shown_line": str(proposal.header_line),
        }
        self.values = {**values, **shown}
        prefix = f"sheet-{number}"
        data = {f"{prefix}-{name}": value for name, value in self.values.items()} if is_submitted else None
        super().__init__(data, prefix=prefix, initial=self.values, label_suffix="")
        tables = [(one.name, table_label(one.name)) for one in TABLES.values()]
        choices = [("", _("Do not import this sheet")), *tables]
        self.fields["table"] = forms.ChoiceField(label=_("Table"), choices=choices, required=False)
        # What the other fields belong to.
        for name in shown:
            self.fields[name] = forms.CharField(widget=forms.HiddenInput, required=False)
        if self.table:
            self._add_fields(self.table)

    def _add_fields(self, table: Table) -> None:
        # A file of another program's format has no line that could be the header, nor notes below its records.
        if not self.proposal.grid.vocabulary:
            for name, label in (("header_line", _("Row of the header")), ("last_line", _("Last row"))):
                self.fields[name] = forms.IntegerField(label=label, min_value=1, max_value=9_999_999)
        choices = column_choices(table, _("Skip"))
        for index, column in enumerate(self.proposal.columns):
            label = _("Column %(letter)s: %(name)s") % {"letter": column.letter, "name": column.shown}
            self.fields[f"column-{index}"] = forms.ChoiceField(label=label, choices=choices, required=False)
        for name in self._joined():
            self.fields[f"separator-{name}"] = self._separator_field(table.columns[name])
        for name in self._with_default(table):
            self.fields[f"default-{name}"] = _default_field(table, table.columns[name])
        if pair := shared_column(table.name, self._chosen().keys()):
            has, lacks = (table.columns[name].field.verbose_name for name in pair)
            header = self.proposal.columns[self._chosen()[pair[0]][0]].shown
            words = _("“%(header)s” is not only the %(has)s, but also the %(lacks)s")
            words %= {"header": header, "has": has, "lacks": lacks}
            self.fields["shares"] = forms.BooleanField(label=words, required=False)
        unset = column_choices(table, "—")
        self.fields["more_column"] = forms.ChoiceField(
            label=_("Another column with one value in all rows"), choices=unset, required=False
        )
        self.fields["more_value"] = TextFormField(label=_("Its value"), required=False, max_length=1000)

    def _chosen(self) -> dict[str, list[int]]:
        """The columns of the table, each with those of the sheet that are chosen for it."""
        found: dict[str, list[int]] = defaultdict(list)
        for index in range(len(self.proposal.columns)):
            if name := self.values.get(f"column-{index}", ""):
                found[name].append(index)
        return found

    def _joined(self) -> list[str]:
        """The columns that several of the sheet are chosen for."""
        columns = self.table.columns if self.table else {}
        return [name for name, indexes in self._chosen().items() if len(indexes) > 1 and name in columns]

    def _with_default(self, table: Table) -> list[str]:
        """The columns that have a value for all rows, and those that every row needs and the sheet lacks."""
        chosen = self._chosen()
        return [
            name
            for name, column in table.columns.items()
            if self.values.get(f"default-{name}")
            or (column.is_required and name not in ("slug", "title") and name not in chosen)
        ]

    def _separator_field(self, column: Column) -> forms.Field:
        """The choice of what stands between the cells; any other separator, which a mapping may have, can stay."""
        label = _("Between the cells that are put together as %(column)s")
        choices = [*_SEPARATORS]
        if (own := self.values.get(f"separator-{column.name}", "")) not in dict(choices):
            choices.append((own, own))
        return forms.ChoiceField(
            label=label % {"column": column.field.verbose_name}, choices=choices, required=False
        )

    # --- what the page shows

    @cached_property
    def excerpt(self) -> Excerpt:
        """The lines of the sheet around its header and its end."""
        mapping = self.proposal.mapping
        used = [index for indexes in self._chosen().values() for index in indexes]
        if mapping is None:
            return excerpt(self.proposal.grid, (), 0)
        line, last = self.proposal.header_line, self.values.get("last_line", "")
        chosen = int(last) if _is_number(last) and int(last) != self.proposal.last_line else None
        return excerpt(self.proposal.grid, mapping.header, line, chosen, used)

    def column_fields(self) -> Iterator[tuple[ColumnProposal, BoundField, str]]:
        """Each column of the sheet with its field and the label of the proposed column, if another is chosen."""
        for index, column in enumerate(self.proposal.columns):
            field = self[f"column-{index}"]
            proposed = ""
            if self.table and (field.value() or "") != column.column:
                names = self.table.columns
                proposed = str(names[column.column].field.verbose_name) if column.column else _("Skip")
            yield column, field, proposed

    def letters(self) -> list[str]:
        """The letters of the columns that the page shows."""
        width = max([len(self.proposal.columns), *(len(line.texts) for line in self.excerpt.lines)])
        return [xl_col_to_name(index) for index in range(width)]

    def lines(self) -> Iterator[dict[str, object]]:
        """The lines that the page shows, each with what it is."""
        begin, header = self.proposal.header_begin, self.proposal.header_line
        last = self.excerpt.last_line
        width = len(self.letters())
        for line in self.excerpt.lines:
            mark, label = "", ""
            if self.table and begin <= line.number <= header:
                mark, label = "header", _("header")
            elif self.table and line.number == last:
                mark, label = "last", _("last row")
            elif self.table and line.is_section:
                mark, label = "left-out", _("heading")
            elif self.table and not header < line.number < last:
                mark, label = "left-out", _("left out")
            texts = [*line.texts, *[""] * (width - len(line.texts))]
            yield {
                "number": line.number,
                "texts": texts,
                "follows": line.follows,
                "mark": mark,
                "mark_label": label,
            }

    def value_fields(self) -> list[BoundField]:
        """The fields below the lines."""
        names = ("separator-", "default-", "shares", "more_")
        return [self[name] for name in self.fields if name.startswith(names)]

    # --- what was submitted

    def clean(self) -> dict[str, object]:
        cleaned = self.cleaned_data
        if self.table:
            self._check_lines()
            self._check_joined(self.table)
            self._check_values(self.table)
            self._check_title()
        return cleaned

    def _check_lines(self) -> None:
        line, last = self.cleaned_data.get("header_line"), self.cleaned_data.get("last_line")
        if line and line != self.proposal.header_line:
            self.add_error("header_line", _("No header stands there: the row is empty or too far down."))
        elif line and last and last <= line:
            self.add_error("last_line", _("The last row stands below the header."))

    def _check_joined(self, table: Table) -> None:
        for name in self._joined():
            column, indexes = table.columns[name], self._chosen()[name]
            label = column.field.verbose_name
            if not _takes_several(column):
                message = _("%(column)s takes one value; skip one of these columns.") % {"column": label}
            elif not self.cleaned_data.get(f"separator-{name}"):
                message = _(
                    "Several columns are %(column)s: choose below what stands between them, or skip one."
                )
                message %= {"column": label}
            else:
                continue
            for index in indexes[1:]:
                self.add_error(f"column-{index}", message)

    def _check_values(self, table: Table) -> None:
        for name in [
            name for name in self.cleaned_data if name.startswith("default-") and self.cleaned_data[name]
        ]:
            self._check_value(name, table.columns[name.removeprefix("default-")])
        column, value = self.cleaned_data.get("more_column"), self.cleaned_data.get("more_value")
        if column and value:
            self._check_value("more_value", table.columns[column])
        elif column:
            self.add_error("more_value", _("Enter the value."))
        elif value:
            self.add_error("more_column", _("Choose the column."))

    def _check_value(self, name: str, column: Column) -> None:
        """Check a value as one of a cell; the import resolves names of records."""
        if column.field.is_relation:
            return
        try:
            column.read(self.cleaned_data[name])
        except ValueError as error:
            self.add_error(name, ValidationError(str(error)))

    def _check_title(self) -> None:
        if words := self._title_to_choose(self.cleaned_data):
            self.add_error("table", words)

    @property
    def title_to_choose(self) -> str:
        """What is said before the form is submitted, if no column is the title."""
        return "" if self.is_bound else self._title_to_choose(self.values)

    def _title_to_choose(self, values: Mapping[str, object]) -> str:
        """Without a title or slug no row is any record."""
        if self.table is None or "slug" not in self.table.key:
            return ""
        has = {
            *self._chosen(),
            values.get("more_column"),
            *(name for name in self.table.columns if values.get(f"default-{name}")),
            *(SHARED[self.table.name] if values.get("shares") else ()),
        }
        title = self.table.columns["title"].field.verbose_name
        return (
            "" if has & {"slug", "title"} else _("Choose which column is the %(title)s.") % {"title": title}
        )

    def mapping(self) -> SheetMapping | None:
        """How the sheet is read, of a valid form; None if it is skipped."""
        proposed, given = self.proposal.mapping, self.cleaned_data
        if proposed is None or not self.table:
            return None
        line, last = given.get("header_line"), given.get("last_line")
        found = SheetTop(self.proposal.grid).find(proposed)
        return SheetMapping(
            self.table.name,
            proposed.sheet,
            proposed.header,
            self._all_columns(self.table),
            # Only what somebody chose: the next file of this shape may have more rows.
            None if found and line == found.last else line,
            None if last == self.proposal.last_line else last,
        )

    def _all_columns(self, table: Table) -> tuple[ColumnMapping, ...]:
        columns = tuple(self._columns(table))
        return with_shared(table.name, columns) if self.cleaned_data.get("shares") else columns

    def _columns(self, table: Table) -> Iterator[ColumnMapping]:
        given, chosen = self.cleaned_data, self._chosen()
        more = {given["more_column"]: given["more_value"]} if given["more_column"] else {}
        for name in table.columns:
            headers = tuple(self.proposal.columns[index].name for index in chosen.get(name, ()))
            default = more.get(name) or given.get(f"default-{name}", "")
            separator = given.get(f"separator-{name}", "")
            if headers or default:
                yield ColumnMapping(name, headers, "" if separator == _NOTHING else separator, default)


def _default_field(table: Table, column: Column) -> forms.Field:
    """The field of a value that all rows have whose cell is empty."""
    label = _("%(column)s where the sheet has none") % {"column": column.field.verbose_name}
    is_yes_no = isinstance(column.field, models.BooleanField)
    if choices := [*(_YES_NO if is_yes_no else column.field.flatchoices or ())]:
        nothing = _("as the title says") if READ_FROM_TITLE.get(table.name) == column.name else "—"
        choices = [("", nothing), *((value, name) for value, name in choices if value)]
        return forms.ChoiceField(label=label, choices=choices, required=False)
    return TextFormField(label=label, required=False, max_length=1000)


def _takes_several(column: Column) -> bool:
    """Whether the texts of several cells can be put together as one of this column."""
    if column.is_many_to_many:
        return True
    one = models.BooleanField, models.IntegerField
    return not (column.field.is_relation or column.field.flatchoices or isinstance(column.field, one))


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 8
