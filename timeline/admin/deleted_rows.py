"""What a deletion removes, as the nested lines of its page: each record once, with its parts below it."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.admin.utils import NestedObjects
from django.db import DEFAULT_DB_ALIAS
from django.db.models import ForeignKey, Model, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from timeline.admin.base import record_link
from timeline.rows.bulk import AnyField


class _Rows(NestedObjects):
    """The rows that a deletion removes, without those of many-to-many columns, which are no records.

    The row of a parent is none either: its parts are those of the child.
    """

    def related_objects(
        self,
        related_model: type[Model],
        related_fields: Iterable[AnyField],
        objs: Sequence[Model] | QuerySet[Model],
    ) -> QuerySet:
        """With the records that the lines name."""
        links = [field.name for field in related_model._meta.fields if isinstance(field, ForeignKey)]
        rows: QuerySet = super().related_objects(related_model, related_fields, objs)
        return rows.select_related(*links)

    def nested(self, format_callback: Callable[[Model], object] | None = None) -> list[object]:
        edges: dict[Model | None, list[Model]] = self.edges
        roots = edges.get(None, [])
        children = {(parent, row.pk): row for row in roots for parent in row._meta.get_parent_list()}
        for row in roots:
            if (child := children.get((type(row), row.pk))) is not None:
                edges.setdefault(child, []).extend(edges.pop(row, []))
        edges[None] = [row for row in roots if (type(row), row.pk) not in children]
        for owner, rows in edges.items():
            edges[owner] = [row for row in rows if not row._meta.auto_created]
        return super().nested(format_callback)


def deleted_rows(
    records: Sequence[Model], request: HttpRequest, site: AdminSite
) -> tuple[list[object], dict[str, int], set[str], list[str]]:
    """What Django's `get_deleted_objects()` returns, of records of one model."""
    rows: Any = _Rows(using=DEFAULT_DB_ALIAS, origin=records)
    rows.collect(records)
    parents = {parent for record in records for parent in record._meta.get_parent_list()}
    counts = {
        str(model._meta.verbose_name_plural): len(found)
        for model, found in rows.model_objs.items()
        if model not in parents and not model._meta.auto_created
    }
    lacking = {
        str(model._meta.verbose_name)
        for model, found in rows.model_objs.items()
        if site.is_registered(model)
        for row in found
        if not site.get_model_admin(model).has_delete_permission(request, row)
    }

    def line(row: Model) -> SafeString:
        title = record_link(row) if site.is_registered(type(row)) else row
        label = _("%(kind)s: %(title)s") % {"kind": "{}", "title": "{}"}
        return format_html(label, capfirst(str(row._meta.verbose_name)), title)

    return rows.nested(line), counts, lacking, [line(row) for row in rows.protected]
