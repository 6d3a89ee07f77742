"""What an open form asks the server now and then: who else has it open, and what was saved meanwhile. A few bytes of JSON."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from timeline.accounts.names import display_name
from timeline.admin.hidden_fields import seen_number
from timeline.admin.record_views import actor
from timeline.admin.views.base import RecordView
from timeline.editing.last_steps import describe_action
from timeline.editing.open_forms import report_closed_form, report_open_form, saved_since


class OpenFormView(RecordView):
    """Reports that the user has the form open, or has closed it. Nothing is locked, and no session is written."""

    http_method_names = ["post"]

    def has_permission(self) -> bool:
        return super().has_permission() and self.admin.has_change_permission(self.request, self.record)

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        user = actor(request)
        if "closed" in request.POST:
            report_closed_form(self.record, user)
            return HttpResponse(status=204)
        found: dict[str, str] = {}
        others = [
            _("%(who)s (since %(time)s)")
            % {
                "who": display_name(form.user),
                "time": timezone.localtime(form.opened_at).strftime("%H:%M"),
            }
            for form in report_open_form(self.record, user)
        ]
        if others:
            names = pgettext("enumeration", ", ").join(others)
            found["editing"] = _("Also open at: %(names)s.") % {"names": names}
        if last := saved_since(self.record, seen_number(request)):
            is_own = last.created_by == user
            meanwhile = (
                _("Meanwhile, at %(time)s, by yourself on another page: %(what)s.")
                if is_own
                else _("Meanwhile, at %(time)s, by %(who)s: %(what)s.")
            )
            found["saved"] = meanwhile % {
                "who": display_name(last.created_by),
                "time": timezone.localtime(last.created_at).strftime("%H:%M"),
                "what": describe_action(last),
            }
        return JsonResponse(found)
