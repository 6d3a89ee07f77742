"""The URLs: the admin, then the public chronicle in each language."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path

from timeline.accounts import password_reset, two_factor
from timeline.admin.choosers import ChooserView
from timeline.admin.views.account import AccountView
from timeline.admin.views.queue import QueueView
from timeline.public.urls import asset_name, asset_urlpatterns, site_name, site_urlpatterns

handler400 = "ningbo_site.error_pages.bad_request"
handler403 = "ningbo_site.error_pages.permission_denied"
handler404 = "ningbo_site.error_pages.not_found"
handler500 = "ningbo_site.error_pages.server_error"

urlpatterns = [
    path("admin/second-factor/", two_factor.second_factor, name="second-factor"),
    path("admin/second-factor/code.svg", two_factor.second_factor_image, name="second-factor-image"),
    path("admin/second-factor/codes/", two_factor.new_backup_codes, name="new-backup-codes"),
    path("admin/second-factor/remove/", two_factor.remove_second_factor, name="remove-second-factor"),
    path("admin/autocomplete/", admin.site.admin_view(ChooserView.as_view(admin_site=admin.site))),
    path("admin/account/", admin.site.admin_view(AccountView.as_view()), name="account"),
    path("admin/queue/<slug:name>/", admin.site.admin_view(QueueView.as_view()), name="queue"),
    # The names are those by which the log-in and Django's views find these pages.
    path("admin/password-reset/", password_reset.reset_password, name="admin_password_reset"),
    path("admin/password-reset/sent/", password_reset.ResetSentView.as_view(), name="password_reset_done"),
    path(
        "admin/set-password/<uidb64>/<token>/",
        password_reset.SetPasswordView.as_view(),
        name="password_reset_confirm",
    ),
    path(
        "admin/set-password/done/", password_reset.PasswordSetView.as_view(), name="password_reset_complete"
    ),
    path("admin/", admin.site.urls),
    path("", include((asset_urlpatterns, asset_name))),
    path("", include((site_urlpatterns, site_name))),
    *i18n_patterns(path("", include("timeline.public.urls")), prefix_default_language=False),
]
