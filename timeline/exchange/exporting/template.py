"""The import template: a workbook with a sheet per table, Chinese headers, column notes and drop-down lists."""

import io
import re
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.db import models
from django.utils import translation
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.datavalidation import DataValidation

from timeline.exchange.exporting.destinations import ExportError, archive, one_file
from timeline.exchange.exporting.workbooks import width_of
from timeline.exchange.formula_escaping import to_cell
from timeline.exchange.readers.headers import CHOICES, find_column, required
from timeline.exchange.readers.sheet_rows import column_letter
from timeline.models.fields import PartialDateField, ProseField
from timeline.rows.columns import Column
from timeline.rows.tables import TABLES, Table

# The language of the headers, whatever the language of the user.
LANGUAGE = "zh-hans"
# The number of rows with drop-down lists; more than anybody fills in by hand.
ROWS = 2000
_HEADER = {"font": Font(bold=True), "fill": PatternFill("solid", fgColor="E7EDF3")}
_MODIFIED = re.compile(rb"<dcterms:(created|modified)[^>]*>[^<]*</dcterms:\1>")


def write_template(to: Path, *, force: bool = False) -> None:
    """Write the workbook, with the references in the database now. Raises ExportError."""
    if to.suffix.lower() != ".xlsx":
        raise ExportError(
            _("%(file)s is no name for %(format)s; it ends in: %(endings)s.")
            % {"file": to.name, "format": "xlsx", "endings": ".xlsx"}
        )
    with translation.override(LANGUAGE):
        buffer = io.BytesIO()
        _workbook().save(buffer)
    with one_file(to.expanduser().resolve(), force=force) as file:
        _repack(buffer, file)


def _workbook() -> Workbook:
    workbook = Workbook()
    workbook.remove(workbook.active)
    lists = _ChoiceLists(workbook)
    for table in TABLES.values():
        sheet = workbook.create_sheet(str(table.model._meta.verbose_name_plural))
        sheet.freeze_panes = "B2"
        for number, column in enumerate(table.columns.values()):
            letter = column_letter(number)
            cell = sheet.cell(1, number + 1, header_of(table, column))
            cell.font, cell.fill, cell.number_format = _HEADER["font"], _HEADER["fill"], "@"
            cell.comment = _note(table, column)
            shape = sheet.column_dimensions[letter]
            shape.width = width_of(table, column.name)
            # As text, so that 2013-01 does not become a day in January.
            shape.number_format = "@"
            shape.alignment = Alignment(vertical="top", wrap_text=isinstance(column.field, ProseField))
            if formula := lists.of(column):
                validation = DataValidation(
                    type="list",
                    formula1=formula,
                    allow_blank=True,
                    showErrorMessage=not column.is_many_to_many,
                )
                # A warning only: a record that another sheet will create may be referred to as well.
                validation.errorStyle = "warning" if column.field.is_relation else "stop"
                validation.add(f"{letter}2:{letter}{ROWS}")
                sheet.add_data_validation(validation)
    lists.hide()
    return workbook


def header_of(table: Table, column: Column) -> str:
    """The column's Chinese name, or its own if that is ambiguous. Required columns end in " *"."""
    name = str(column.field.verbose_name)
    if find_column(table, name) != column.name:
        name = column.name
    return f"{name} *" if _is_required(table, column) else name


def _is_required(table: Table, column: Column) -> bool:
    return column.name in required(table) or not (column.field.blank or column.field.has_default())


def _note(table: Table, column: Column) -> Comment:
    field: Any = column.field
    sentences = [str(field.help_text)] if field.help_text else []
    if column.name == "slug":
        # The field's help text is for the admin, where the column may be blank; in a file it is part of the
        # key.
        sentences = [str(validator.message) for validator in field.default_validators]
    if column.is_many_to_many:
        sentences.append(
            _("The identifiers of %(what)s, several with a semicolon between them.")
            % {"what": field.related_model._meta.verbose_name_plural}
        )
    elif field.is_relation:
        sentences.append(
            _("The identifier of %(what)s; choose from the list.")
            % {"what": field.related_model._meta.verbose_name}
        )
    elif isinstance(field, PartialDateField):
        sentences.append(_("A date as far as it is known: 2013, 2013-01, 2013-01-28."))
    elif field.flatchoices or isinstance(field, models.BooleanField):
        sentences.append(_("Choose from the list."))
    if isinstance(field, ProseField):
        sentences.append(_("Several lines are possible."))
    if _is_required(table, column):
        sentences.append(_("Must be filled in."))
    note = Comment("\n".join([f"{field.verbose_name}（{column.name}）", *sentences]), "timeline")
    note.width, note.height = 320, 40 + 20 * sum(1 + len(line) // 24 for line in sentences)
    return note


class _ChoiceLists:
    """The hidden sheet with the choices, each list once."""

    def __init__(self, workbook: Workbook) -> None:
        self.workbook = workbook
        self.sheet = workbook.create_sheet(CHOICES)
        self.ranges: dict[Any, str] = {}
        self.columns = 0

    def of(self, column: Column) -> str:
        """The range of the column's choices; empty if the column has none."""
        field: Any = column.field
        if field.is_relation:
            found = field.related_model._default_manager.order_by("slug").values_list("slug", "title")
            return self._range(field.related_model, found.iterator())
        if isinstance(field, models.BooleanField):
            return self._range("yes", [("是", "true"), ("否", "false")])
        if field.choices:
            choices = [(str(label), str(value)) for value, label in field.flatchoices if value]
            return self._range(tuple(choices), choices)
        return ""

    def hide(self) -> None:
        # Last, and never the sheet that opens.
        self.workbook.move_sheet(self.sheet, len(self.workbook.sheetnames))
        self.sheet.sheet_state = "hidden"
        self.workbook.active = 0

    def _range(self, key: Any, pairs: Iterable[tuple[str, str]]) -> str:
        """Write the choices to one column and their titles or codes to the next. Returns the choices' range."""
        if key not in self.ranges:
            number = self.columns + 1
            self.columns += 2
            last = 0
            for last, (chosen, label) in enumerate(pairs, 1):
                self.sheet.cell(last, number, chosen)
                self.sheet.cell(last, number + 1, to_cell(label))
            letter = column_letter(number - 1)
            self.ranges[key] = f"'{CHOICES}'!${letter}$1:${letter}${max(last, 1)}"
        return self.ranges[key]


def _repack(package: io.BytesIO, file: Any) -> None:
    """Copy the workbook without its times of creation and modification."""
    with zipfile.ZipFile(package) as source, archive(file) as opened:
        for name in source.namelist():
            content = source.read(name)
            if name == "docProps/core.xml":
                content = _MODIFIED.sub(b"", content)
            with opened(name) as part:
                part.write(content)
