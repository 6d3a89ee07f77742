"""django-import-export's resources for every table, made from `rows`: strict where the library's defaults are lax."""

import functools
from typing import Any

from django.core.exceptions import ValidationError
from import_export.fields import Field
from import_export.resources import ModelResource
from import_export.widgets import ManyToManyWidget, Widget

from timeline.rows import TABLES, Column, Row, Table


class ColumnWidget(Widget):
    """A cell read and written by its column."""

    def __init__(self, column: Column) -> None:
        super().__init__()
        self.column = column

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        return self.column.read(value)


class ManyColumnWidget(ColumnWidget, ManyToManyWidget):
    """The same for a list of references; the library knows by this class that it is saved after the row."""

    def __init__(self, column: Column) -> None:
        ManyToManyWidget.__init__(self, column.field.related_model)
        self.column = column


class RecordResource(ModelResource):
    """A table's rows through full_clean() into the database; every error of a row at once, each at its column."""

    table: Table

    class Meta:
        clean_model_instances = True
        skip_unchanged = True
        report_skipped = True
        skip_html_diff = True
        store_instance = True
        use_natural_foreign_keys = False

    def get_instance(self, instance_loader: Any, row: Row) -> Any:
        try:
            return super().get_instance(instance_loader, row)
        except ValueError:
            # A key that cannot be read names no row; import_instance() says what is wrong with it.
            return None

    def after_init_instance(self, instance: Any, new: bool, row: Any, **kwargs: Any) -> None:
        """Keep the row as it was, for telling what changes."""
        instance.row_before = None if new else self.table.row_of(instance)

    def import_instance(self, instance: Any, row: Row, **kwargs: Any) -> None:
        if "phase" in row:
            instance.phase_is_decided = True
        errors: dict[str, list[Any]] = {}
        for field in self.get_import_fields():
            if field.column_name not in row:
                continue
            try:
                value = field.clean(row)
            except ValueError as error:
                # The library saves lists of references after the row and would lose what is wrong with them.
                failure = ValidationError(str(error), code="invalid")
                failure.__cause__ = error
                errors[field.attribute] = [failure]
            else:
                if not isinstance(field.widget, ManyColumnWidget):
                    setattr(instance, field.attribute, value)
        if errors:
            raise ValidationError(errors)

    def skip_row(self, instance: Any, original: Any, row: Row, import_validation_errors: Any = None) -> bool:
        if instance.pk is None or import_validation_errors:
            return False
        many = [field for field in self.get_import_fields() if isinstance(field.widget, ManyColumnWidget)]
        after = self.table.row_of(instance) | {
            field.column_name: sorted(named.slug for named in field.clean(row))
            for field in many
            if field.column_name in row
        }
        return bool(instance.row_before == after)


@functools.cache
def resource_for(name: str) -> type[RecordResource]:
    """The resource class of a table."""
    table = TABLES[name]
    fields = {
        column.attribute: Field(
            attribute=column.attribute,
            column_name=column.name,
            widget=ManyColumnWidget(column) if column.holds_many else ColumnWidget(column),
        )
        for column in table.columns.values()
    }
    meta = type(
        "Meta",
        (RecordResource.Meta,),
        {
            "model": table.model,
            "fields": list(fields),
            "import_id_fields": [table.columns[key].attribute for key in table.key],
        },
    )
    return type(
        f"{table.model.__name__}Resource", (RecordResource,), {"Meta": meta, "table": table, **fields}
    )
