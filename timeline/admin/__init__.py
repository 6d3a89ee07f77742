"""The editors' desk, one module per noun."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from timeline.admin import accounts, chronicle, entries, imports, reference

__all__ = ["accounts", "chronicle", "entries", "imports", "reference"]

# Whose desk it is, the page's head says (templates/admin/base_site.html).
admin.site.index_title = _("Editors’ desk")
