"""The form that says how a table of another program or office is read: its sheets, signs for empty cells, and what rows cite."""

from django import forms
from django.contrib.admin import site
from django.contrib.admin.widgets import AutocompleteSelect
from django.forms import BoundField
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from timeline.admin.choosers import choice_label
from timeline.admin.sheet_mapping_form import SheetForm, kept_values, values_of
from timeline.exchange.mapping.citing import file_title
from timeline.exchange.mapping.header_lines import SheetTop
from timeline.exchange.mapping.mapping import THIS_FILE, Mapping
from timeline.exchange.mapping.proposals import Proposal, SheetProposal, propose_sheet, proposed_source
from timeline.models import Citation, Source
from timeline.models.fields import TextFormField
from timeline.rows.tables import TABLES

# All rows cite a source that is chosen.
SOURCE = "source"
# The switches about cells, each with the count of an excerpt that it concerns; and that about rows.
_OF_CELLS = {"reads_placeholders": "placeholders", "reads_dittos": "dittos", "fills_merged": "merged"}
SWITCHES = (*_OF_CELLS, "skips_sections")


class MappingForm(forms.Form):
    """How a file is read. `sheets` has a form for each of its sheets.

    Submitted with another table or header than it was shown with, a form is shown anew with what is proposed for these;
    nothing that was chosen is lost, and `is_reshaped` is true.
    """

    reads_placeholders = forms.BooleanField(
        label=gettext_lazy("—, 无, / and N/A are empty cells"), required=False
    )
    reads_dittos = forms.BooleanField(label=gettext_lazy("同上 is the cell above"), required=False)
    fills_merged = forms.BooleanField(
        label=gettext_lazy("Cells merged down a column are each the first of them"), required=False
    )
    skips_sections = forms.BooleanField(
        label=gettext_lazy("Headings of sections between the rows are left out"), required=False
    )
    cites = forms.ChoiceField(
        label=gettext_lazy("What all rows cite"),
        required=False,
        widget=forms.RadioSelect,
        choices=[
            (THIS_FILE, gettext_lazy("This file, which becomes a source")),
            (SOURCE, gettext_lazy("A source of the chronicle")),
            ("", gettext_lazy("Nothing: policies and other entries stay drafts until they cite a source")),
        ],
        help_text=gettext_lazy("The place in the source is the row of the file."),
    )
    source_title = TextFormField(
        label=gettext_lazy("Title of the source"),
        required=False,
        max_length=Source._meta.get_field("title").max_length,
    )
    source = forms.ModelChoiceField(
        label=gettext_lazy("Source"),
        queryset=Source.objects.none(),
        required=False,
        widget=AutocompleteSelect(Citation._meta.get_field("source"), site),
    )

    def __init__(
        self, proposal: Proposal, mapping: Mapping, file_name: str, data: QueryDict | None = None
    ) -> None:
        self.proposal, self.mapping, self.file_name = proposal, mapping, file_name
        self.is_reshaped = False
        shapes = [self._shape(number, sheet, data) for number, sheet in enumerate(proposal.sheets)]
        if data is not None and self._cites_anew(data):
            self.is_reshaped = True
        is_submitted = data is not None and not self.is_reshaped
        self.proposed_title = _title_of(proposal, file_name)
        initial = self._initial() if data is None else self._submitted(data)
        super().__init__(data if is_submitted else None, initial=initial, label_suffix="")
        self.fields["source"].queryset = Source.objects.not_ended()  # type: ignore[attr-defined]
        self.fields["source"].label_from_instance = choice_label  # type: ignore[attr-defined]
        is_only = len(shapes) == 1
        self.sheets = [
            SheetForm(
                sheet,
                values,
                number=number,
                name=file_name if is_only else sheet.grid.name,
                is_submitted=is_submitted,
            )
            for number, (sheet, values) in enumerate(shapes)
        ]
        self._add_counts()

    def _shape(
        self, number: int, given: SheetProposal, data: QueryDict | None
    ) -> tuple[SheetProposal, dict[str, str]]:
        """What the form of a sheet is for, and its values."""
        if data is None:
            is_only = len(self.proposal.sheets) == 1
            top = SheetTop(given.grid)
            is_skipped = not is_only and top.is_skipped(self.mapping)
            mapping = None if is_skipped else top.mapping_among(self.mapping.sheets, is_only=is_only)
            if mapping is None:
                return self._proposed(given, "", 0), values_of(None, given)
            header = top.header_of(mapping)
            proposed = self._proposed(given, mapping.table, header.last if header else 0)
            return proposed, values_of(mapping, proposed)
        prefix = f"sheet-{number}-"
        values = {
            name.removeprefix(prefix): str(text) for name, text in data.items() if name.startswith(prefix)
        }
        shown = self._proposed(given, values.get("shown_table", ""), _number(values.get("shown_line", "")))
        table, line = values.get("table", ""), _number(values.get("header_line", ""))
        same_table = table == (shown.mapping.table if shown.mapping else "")
        if (same_table and line in (0, shown.header_line)) or (table and table not in TABLES):
            return shown, values
        wanted = self._proposed(given, table, 0 if line == shown.header_line else line)
        if table and line not in (0, shown.header_line, wanted.header_line):
            # No header stands there, which is an error of the form as it was shown.
            return shown, values
        # Of a sheet that is no longer read, nothing is proposed anew.
        self.is_reshaped |= bool(table)
        return wanted, kept_values(values, shown, wanted)

    def _proposed(self, given: SheetProposal, table: str, line: int) -> SheetProposal:
        """What is proposed for a sheet as this table, or as none, with the header in this line, if it is not 0."""
        if table not in TABLES:
            return SheetProposal(given.grid, None, given.table_reason if given.mapping is None else "")
        if given.mapping and given.mapping.table == table and line in (0, given.header_line):
            return given
        is_only = len(self.proposal.sheets) == 1
        top = SheetTop(given.grid)
        return propose_sheet(top, self.file_name, is_only=is_only, table=table, line=line or None)

    def _add_counts(self) -> None:
        """Say at each switch how many cells it concerns, or which rows."""
        for name, counted in _OF_CELLS.items():
            count = sum(getattr(sheet.excerpt, counted) for sheet in self.sheets if sheet.table)
            words = ngettext("%(count)s cell", "%(count)s cells", count) % {"count": count}
            self.fields[name].help_text = words
        found = [sheet.excerpt.sections for sheet in self.sheets if sheet.table]
        count = sum(one.count for one in found)
        words = ngettext("%(count)s row", "%(count)s rows", count) % {"count": count}
        named = pgettext("enumeration", ", ").join(one.named() for one in found if one.count)
        if named:
            words = _("%(rows)s: %(named)s") % {"rows": words, "named": named}
        self.fields["skips_sections"].help_text = words

    def _initial(self) -> dict[str, object]:
        mapping = self.mapping
        values: dict[str, object] = {name: getattr(mapping, name) for name in SWITCHES}
        values["source_title"] = mapping.source_title or self.proposed_title
        if mapping.source in ("", THIS_FILE):
            return values | {"cites": mapping.source}
        return values | {"cites": SOURCE, "source": Source.objects.filter(slug=mapping.source).first()}

    def _submitted(self, data: QueryDict) -> dict[str, object]:
        """The values of a submitted form that is shown anew. For other tables, what rows cite is proposed anew."""
        values: dict[str, object] = {name: name in data for name in SWITCHES}
        values |= {name: data.get(name, "") for name in ("cites", "source", "source_title")}
        if self._cites_anew(data):
            values["cites"] = proposed_source(self._tables(data, "table"))
        return values

    def _cites_anew(self, data: QueryDict) -> bool:
        """Whether rows cite what was proposed for the tables that were shown, and something else is for those chosen now."""
        shown, chosen = (proposed_source(self._tables(data, name)) for name in ("shown_table", "table"))
        return shown != chosen and data.get("cites", "") == shown

    def _tables(self, data: QueryDict, field: str) -> list[str]:
        """The tables of the sheets in a submitted form: those that were shown, or those that were chosen."""
        names = (data.get(f"sheet-{number}-{field}", "") for number in range(len(self.proposal.sheets)))
        return [name for name in names if name in TABLES]

    def is_valid(self) -> bool:
        return all([super().is_valid(), *(sheet.is_valid() for sheet in self.sheets)])

    def switch_fields(self) -> list[BoundField]:
        """The fields of the switches."""
        return [self[name] for name in SWITCHES]

    @property
    def has_errors(self) -> bool:
        """Whether the form or that of a sheet has errors."""
        return bool(self.errors) or any(sheet.errors for sheet in self.sheets)

    def clean(self) -> dict[str, object]:
        cleaned = self.cleaned_data
        if cleaned.get("cites") == SOURCE and not cleaned.get("source") and "source" not in self.errors:
            self.add_error("source", _("Choose the source."))
        if not any(sheet.table for sheet in self.sheets):
            self.add_error(None, _("Choose a table for at least one sheet."))
        return cleaned

    def changed_mapping(self) -> Mapping:
        """How the file is read, of a valid form."""
        given = self.cleaned_data
        source = given["source"].slug if given["cites"] == SOURCE else given["cites"]
        title = given["source_title"]
        sheets = [sheet.mapping() for sheet in self.sheets]
        grids = [one.grid for one in self.proposal.sheets]
        skipped = [
            SheetTop(grid).as_skipped for grid, sheet in zip(grids, sheets, strict=True) if sheet is None
        ]
        return Mapping(
            tuple(sheet for sheet in sheets if sheet is not None),
            tuple(one for one in skipped if one.header),
            **{name: given[name] for name in SWITCHES},
            source=source,
            source_title=title if source == THIS_FILE and title != self.proposed_title else "",
            answers=self.mapping.answers,
            records=self.mapping.records,
            imports=self.mapping.imports,
        )


def _title_of(proposal: Proposal, file_name: str) -> str:
    """The title that the file has as a source, unless somebody changes it."""
    sheet = proposal.sheets[0] if len(proposal.sheets) == 1 else None
    return file_title(file_name, sheet.grid if sheet else None, sheet.header_begin if sheet else 0)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else 0
