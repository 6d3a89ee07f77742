"""The admin site, one module per subject."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from timeline.admin import accounts, chronicle, entries, imports, reference

__all__ = ["accounts", "chronicle", "entries", "imports", "reference"]

# The name of the site is in the header of the page (templates/admin/base_site.html).
admin.site.index_title = _("Editorial admin")
