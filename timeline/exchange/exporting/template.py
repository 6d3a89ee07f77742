"""The import template: a workbook with a sheet per table, Chinese headers, column notes and drop-down lists."""

import io
import itertools
from collections.abc import Hashable, Iterable
from pathlib import Path
from typing import BinaryIO

from django.core.validators import RegexValidator
from django.db import models
from django.utils import translation
from django.utils.translation import gettext as _
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from timeline.exchange.exporting.destinations import ExportError, one_file
from timeline.exchange.exporting.workbooks import HEADER, TEXT, new_workbook, width_of, write_note
from timeline.exchange.formula_escaping import to_cell
from timeline.exchange.readers.headers import CHOICES, find_column
from timeline.models import Chronicle
from timeline.models.fields import LowercaseSlugField, PartialDateField, ProseField
from timeline.rows.columns import ENGLISH, Column
from timeline.rows.tables import TABLES, Table

# The language of the headers, whatever the language of the user.
LANGUAGE = "zh-hans"
# The last row with drop-down lists: more than anybody fills in by hand.
ROWS = 2000


def write_template(to: Path, *, force: bool = False) -> None:
    """Write the workbook for the chronicle, with the references in the database now. Raises ExportError."""
    write_workbook(to, force=force, has_english=Chronicle.objects.current().english_pages, has_records=True)


def write_workbook(to: Path, *, force: bool = False, has_english: bool, has_records: bool = False) -> None:
    """Write the workbook with or without columns in English; without records, no query is made. Raises ExportError."""
    if to.suffix.lower() != ".xlsx":
        message = _("%(file)s is no name for %(format)s; it ends in: %(endings)s.")
        raise ExportError(message % {"file": to.name, "format": "xlsx", "endings": ".xlsx"})
    with one_file(to.expanduser().resolve(), force=force) as file:
        _write_workbook(file, has_english=has_english, has_records=has_records)


def template_workbook() -> bytes:
    """The same workbook as the bytes of an XLSX file."""
    file = io.BytesIO()
    _write_workbook(file, has_english=Chronicle.objects.current().english_pages, has_records=True)
    return file.getvalue()


def described_columns(table: Table, *, has_english: bool = True) -> list[tuple[str, list[str]]]:
    """The columns of a table: what each is called, and the sentences that explain it, in the language of the user."""
    columns = _columns(table, has_english)
    return [(name, sentences) for name, *sentences in (_note(table, one) for one in columns)]


def _columns(table: Table, has_english: bool) -> list[Column]:
    """The columns of a table, with or without those in English."""
    return [one for one in table.columns.values() if has_english or not one.name.endswith(ENGLISH)]


def _write_workbook(file: BinaryIO, *, has_english: bool, has_records: bool) -> None:
    with new_workbook(file) as workbook, translation.override(LANGUAGE):
        _write_sheets(workbook, has_english, has_records)


def _write_sheets(workbook: Workbook, has_english: bool, has_records: bool) -> None:
    # As text, so that 2013-01 does not become a day in January.
    header, text, prose = map(workbook.add_format, (HEADER, TEXT, TEXT | {"text_wrap": True}))
    lists = _ChoiceLists(has_records)
    for table in TABLES.values():
        sheet = workbook.add_worksheet(str(table.model._meta.verbose_name_plural))
        sheet.freeze_panes(1, 1)
        for number, column in enumerate(_columns(table, has_english)):
            format = prose if isinstance(column.field, ProseField) else text
            sheet.set_column(number, number, width_of(table, column.name), format)
            sheet.write_string(0, number, header_of(table, column), header)
            choices = lists.range_of(column)
            note = _note(table, column, has_list=bool(choices))
            lines = sum(1 + len(line) // 24 for line in note[1:])
            write_note(sheet, 0, number, "\n".join(note), lines)
            if choices:
                # A warning only: a record that another sheet will create may be referred to as well.
                kind = "warning" if column.field.is_relation else "stop"
                shows = not column.is_many_to_many
                rule = {"validate": "list", "source": choices, "error_type": kind, "show_error": shows}
                sheet.data_validation(1, number, ROWS - 1, number, rule)
    # Last, and never the sheet that opens.
    lists.write(workbook.add_worksheet(CHOICES), text)


def header_of(table: Table, column: Column) -> str:
    """The column's Chinese name, or its own if that is ambiguous. Required columns end in " *"."""
    name = str(column.field.verbose_name)
    if find_column(table, name) != column.name:
        name = column.name
    return f"{name} *" if column.is_required else name


def _note(table: Table, column: Column, *, has_list: bool = False) -> list[str]:
    """The lines of the note on the column's header. `has_list` is whether its cells have a list to choose from."""
    field = column.field
    sentences = [str(field.help_text)] if field.help_text else []
    if column.name == "slug":
        # The field's help text is for the admin, where the column may be blank; in a file it is part of the
        # key.
        sentences = [
            str(one.message)
            for one in LowercaseSlugField.default_validators
            if isinstance(one, RegexValidator)
        ]
    if column.is_many_to_many:
        message = _("The identifiers of %(what)s, several with a semicolon between them.")
        sentences.append(message % {"what": column.model._meta.verbose_name_plural})
    elif field.is_relation:
        message = _("The identifier of %(what)s.")
        sentences.append(message % {"what": column.model._meta.verbose_name})
    elif isinstance(field, PartialDateField):
        sentences.append(_("A date as far as it is known: 2013, 2013-01, 2013-01-28."))
    if has_list and not column.is_many_to_many:
        sentences.append(_("Choose from the list."))
    if isinstance(field, ProseField):
        sentences.append(_("Several lines are possible."))
    if column.is_required:
        sentences.append(_("Must be filled in."))
    return [f"{field.verbose_name}（{column.name}）", *sentences]


class _ChoiceLists:
    """The columns of the hidden sheet with the choices, each list once, its titles or codes beside it."""

    def __init__(self, has_records: bool) -> None:
        self.has_records = has_records
        self.ranges: dict[Hashable, str] = {}
        self.columns: list[list[str]] = []

    def range_of(self, column: Column) -> str:
        """The range of the column's choices; empty if the column has none."""
        field = column.field
        if field.is_relation:
            if not self.has_records:
                return ""
            found = column.model._default_manager.order_by("slug").values_list("slug", "title")
            return self._add(column.model, found.iterator())
        if isinstance(field, models.BooleanField):
            return self._add("yes", [("是", "true"), ("否", "false")])
        choices = [(str(label), str(value)) for value, label in field.flatchoices or () if value]
        return self._add(tuple(choices), choices) if choices else ""

    def write(self, sheet: Worksheet, format: Format) -> None:
        for row, cells in enumerate(itertools.zip_longest(*self.columns, fillvalue="")):
            for column, cell in enumerate(cells):
                if cell:
                    sheet.write_string(row, column, cell, format)
        sheet.hide()

    def _add(self, key: Hashable, pairs: Iterable[tuple[str, str]]) -> str:
        """Add the choices, unless they are there. Returns their range; empty without any."""
        if key not in self.ranges:
            letter = xl_col_to_name(len(self.columns))
            choices = [(choice, to_cell(label)) for choice, label in pairs]
            if not choices:
                return ""
            self.columns += [[choice for choice, _label in choices], [label for _choice, label in choices]]
            self.ranges[key] = f"='{CHOICES}'!${letter}$1:${letter}${len(choices)}"
        return self.ranges[key]
