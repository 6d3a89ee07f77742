"""The stage of each record and its last change, as columns of lists."""

from django.contrib import admin
from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _

from timeline.accounts.names import format_name
from timeline.admin import base
from timeline.admin.record_views import RecordViewsAdmin
from timeline.editing.stages import (
    STAGES,
    is_copy_missed,
    is_returned,
    revisions_of_each,
    stage_of,
    stage_of_copy,
)
from timeline.models import Assignment
from timeline.models.named import slug_owner_name
from timeline.models.records import Record
from timeline.workflow import Status

# The columns of a user that make the name.
NAME_PARTS = ("last_name", "first_name", "username")


def _author_of_first(rows: QuerySet, prefix: str, column: str = "created_by") -> dict[str, Subquery]:
    """The parts of the name of the user in a column of the first of these rows, by column."""
    # Not as one JSON object: whether SQLite has those, Django asks in a transaction, which waits for a writer.
    return {f"{prefix}_{part}": Subquery(rows.values(f"{column}__{part}")[:1]) for part in NAME_PARTS}


def _author(record: Record, prefix: str) -> str:
    """The name in the columns of `_author_of_first()`; "" for none."""
    return format_name(*(getattr(record, f"{prefix}_{part}", None) or "" for part in NAME_PARTS))


class StageColumnsAdmin(RecordViewsAdmin):
    """An admin whose list has the stage of each record and its last change."""

    def with_columns(self, rows: QuerySet) -> QuerySet:
        of_each = revisions_of_each(rows.model)
        revisions = of_each.filter(applied=True).order_by("-number")
        returned, copies = of_each.sent_back(), of_each.copies().order_by()
        assignments = Assignment.objects.filter(table=slug_owner_name(rows.model), record=OuterRef("pk"))
        if "changed_at" not in {field.name for field in rows.model._meta.get_fields()}:
            rows = rows.annotate(changed_at=Subquery(revisions.values("created_at")[:1]))
        return rows.annotate(
            **_author_of_first(revisions, "changed_by"),
            **_author_of_first(returned, "returned_by"),
            **_author_of_first(assignments.order_by(), "assigned_to", "user"),
            is_returned=is_returned(rows.model),
            is_copy_missed=is_copy_missed(rows.model),
            returned_because=Subquery(returned.values("comment")[:1]),
            copy_status=Subquery(copies.filter(is_working_copy=True).values("status")[:1]),
            copy_time=Subquery(copies.filter(is_scheduled=True).values("public_from")[:1]),
        )

    @admin.display(description=_("status"), ordering="status")
    def stage(self, record: Record) -> str:
        """The stage of the record, that of its working copy, and why either was sent back."""
        reason = getattr(record, "returned_because", None)
        is_returned = getattr(record, "is_returned", False)
        stage = stage_of(record, is_returned=is_returned)
        shown = [(stage.name if stage.name == "scheduled" else record.status, stage.label)]
        times = [record.published_at] if stage.name == "scheduled" else []
        status = getattr(record, "copy_status", None)
        if status:
            copy = stage_of_copy(
                status,
                is_returned=reason is not None and not is_returned,
                is_missed=getattr(record, "is_copy_missed", False),
            )
            shown.append((copy.name, copy.label))
        if time := getattr(record, "copy_time", None):
            times.append(time)
            # Over the scheduled copy somebody has begun another.
            if status != Status.PUBLISHED:
                shown.append(("change_scheduled", STAGES["change_scheduled"].label))
        lines = [format_html('<span class="stage stage-{}">{}</span>', name, label) for name, label in shown]
        lines += [format_html('<span class="basis">{}</span>', base.format_timestamp(time)) for time in times]
        if Status.REVIEW in (record.status, status) and (name := _author(record, "assigned_to")):
            words = _("Assigned to %(name)s") % {"name": name}
            lines.append(format_html('<span class="basis">{}</span>', words))
        if reason is not None:
            lines.append(
                format_html(
                    '<span class="basis reason">{}：{}</span>', _author(record, "returned_by"), reason
                )
            )
        return format_html_join(mark_safe("<br>"), "{}", ((line,) for line in lines))

    @admin.display(description=_("last change"), ordering="changed_at")
    def last_change(self, record: Record) -> str:
        """The time of the last change and, if the list has it, its author."""
        changed_at = getattr(record, "changed_at", None)
        if changed_at is None:
            return ""
        day, time = base.format_timestamp(changed_at).split()
        by = _author(record, "changed_by")
        text = format_html('{} <span class="basis">{}</span>', day, time)
        return format_html('{}<br><span class="basis">{}</span>', text, by) if by else text
