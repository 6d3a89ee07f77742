"""The URLs: the admin, then the public chronicle in each language."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path

from timeline.accounts import two_factor

handler400 = "ningbo_site.error_pages.bad_request"
handler403 = "ningbo_site.error_pages.permission_denied"
handler404 = "ningbo_site.error_pages.not_found"
handler500 = "ningbo_site.error_pages.server_error"

urlpatterns = [
    path("admin/second-factor/", two_factor.second_factor, name="second-factor"),
    path("admin/second-factor/code.svg", two_factor.second_factor_image, name="second-factor-image"),
    path("admin/second-factor/codes/", two_factor.new_backup_codes, name="new-backup-codes"),
    path("admin/second-factor/remove/", two_factor.remove_second_factor, name="remove-second-factor"),
    path("admin/", admin.site.urls),
    *i18n_patterns(path("", include("timeline.public.urls")), prefix_default_language=False),
]
