"""The whole lists of the queue, in pages."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.functional import Promise
from django.views import View

from timeline.admin.record_views import actor
from timeline.editing.comments import unanswered_mentions
from timeline.editing.queue import COMMENTS, COMMENTS_LABEL, QUEUE, count_items, items_of
from timeline.editing.queue_rows import describe, describe_mentions

PAGE_SIZE = 50


class KnownCountPaginator(Paginator):
    """Pages of rows whose number is known."""

    count: int = 0

    def __init__(self, rows: QuerySet, count: int, page_size: int = PAGE_SIZE) -> None:
        self.count = count
        super().__init__(rows, page_size)


class QueueView(View):
    """A list of the queue of the user."""

    http_method_names = ["get"]

    def get(self, request: HttpRequest, name: str) -> HttpResponse:
        user = actor(request)
        if name == COMMENTS:
            label: str | Promise = COMMENTS_LABEL
            mentions = unanswered_mentions(user)
            page = Paginator(mentions, PAGE_SIZE).get_page(request.GET.get("page"))
            found: Any = page.object_list
            rows: Sequence[object] = describe_mentions(found)
        elif name in QUEUE:
            one = QUEUE[name]
            if not one.is_for(user):
                raise PermissionDenied
            label, count = one.label, count_items([one], user)[name]
            page = KnownCountPaginator(one.items(user), count).get_page(request.GET.get("page"))
            found = page.object_list
            rows = describe(items_of(found))
        else:
            raise Http404
        context = admin.site.each_context(request) | {
            "title": label,
            "name": name,
            "page": page,
            "rows": rows,
        }
        return TemplateResponse(request, "admin/timeline/queue.html", context)
