"""The addresses: the editors' desk, then the public chronicle in each of its languages."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path

from timeline import signing_in

handler400 = "ningbo_site.refusals.bad_request"
handler403 = "ningbo_site.refusals.permission_denied"
handler404 = "ningbo_site.refusals.not_found"
handler500 = "ningbo_site.refusals.server_error"

urlpatterns = [
    path("admin/second-factor/", signing_in.second_factor, name="second-factor"),
    path("admin/second-factor/code.svg", signing_in.second_factor_image, name="second-factor-image"),
    path("admin/second-factor/codes/", signing_in.new_backup_codes, name="new-backup-codes"),
    path("admin/second-factor/remove/", signing_in.remove_second_factor, name="remove-second-factor"),
    path("admin/", admin.site.urls),
    *i18n_patterns(path("", include("timeline.public.urls")), prefix_default_language=False),
]
