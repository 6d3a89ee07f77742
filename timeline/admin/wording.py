"""Sentences of Django's own admin that this catalogue says better in Chinese: named here, so that it keeps them."""

from django.utils.translation import gettext_noop

gettext_noop("Add")
gettext_noop("Add %s")
gettext_noop("Add %(name)s")
gettext_noop("Add another %(verbose_name)s")
gettext_noop("Change %s")
gettext_noop("View %s")
gettext_noop("Select %s to change")
gettext_noop("Select %s to view")
gettext_noop("You may edit it again below.")
gettext_noop("The {name} “{obj}” was added successfully.")
gettext_noop("The {name} “{obj}” was added successfully. You may add another {name} below.")
gettext_noop("The {name} “{obj}” was changed successfully.")
gettext_noop("The {name} “{obj}” was changed successfully. You may edit it again below.")
gettext_noop("The {name} “{obj}” was changed successfully. You may add another {name} below.")
gettext_noop("The %(name)s “%(obj)s” was deleted successfully.")
gettext_noop("Save and add another")
gettext_noop(" By %(filter_title)s ")
