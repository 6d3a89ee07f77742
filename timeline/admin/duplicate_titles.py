"""A second record of the same title: the form of a new one comes back once, with a link to what is there already."""

from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _

from timeline.models import Policy
from timeline.values.chinese import fold

# The hidden field with the title of which the form has warned.
WARNED_OF = "_same_title"
LISTED = 3


def comparable(title: str) -> str:
    """A title without what people write differently: case, width, script, spaces, punctuation."""
    return "".join(filter(str.isalnum, fold(title)))


def records_of_title(record: Any, made: int | None = None) -> list[Any]:
    """The records of the same title as this one, of policies those of the same year or of none, but for the one that was just made."""
    others = type(record)._default_manager.exclude(pk=made)
    if isinstance(record, Policy):
        place, _basis = record.placed()
        if place:
            others = others.filter(Q(sort_earliest__year=place.earliest.year) | Q(place=None))
    wanted = comparable(record.title)
    keys = [
        key for key, title in others.order_by("pk").values_list("pk", "title") if comparable(title) == wanted
    ]
    return list(others.filter(pk__in=keys[:LISTED]).order_by("pk"))


class SameTitleFormMixin:
    """The form of a new record, which is refused once where others have its title."""

    # Set by the screen on a class of its own for one request.
    made: int | None = None
    warned_of = ""

    def _post_clean(self) -> None:
        super()._post_clean()
        form: Any = self
        if (
            not (title := comparable(form.cleaned_data.get("title") or ""))
            or form.data.get(WARNED_OF) == title
        ):
            return
        if others := records_of_title(form.instance, self.made):
            self.warned_of = title
            form.add_error("title", _already_there(others))


def _already_there(others: list[Any]) -> str:
    options = others[0]._meta
    links = [
        (
            reverse(f"admin:{options.app_label}_{options.model_name}_change", args=[other.pk]),
            other.title,
            other.slug,
        )
        for other in others
    ]
    return format_html(
        _(
            "There is a record of this title already: {records}. Use it instead; to make another all the same, save once more."
        ),
        records=format_html_join("、", '<a href="{}" target="_blank">{} ({})</a>', links),
    )


class SameTitlesMixin:
    """A screen that asks before it makes a second record of the same title."""

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        if obj is not None:
            return form
        return type(form.__name__, (SameTitleFormMixin, form), {"made": getattr(request, "desk_made", None)})

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        context["same_title"] = getattr(context["adminform"].form, "warned_of", "") or request.POST.get(
            WARNED_OF
        )
        return super().render_change_form(request, context, *args, **kwargs)
