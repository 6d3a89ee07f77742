"""Messages of Django's admin with a better translation here, listed so that makemessages keeps them."""

from django.utils.translation import gettext_noop, ngettext_lazy

gettext_noop("Add")
gettext_noop("Add %s")
gettext_noop("Add %(name)s")
gettext_noop("Add another %(verbose_name)s")
gettext_noop("Change %s")
gettext_noop("View %s")
gettext_noop("Delete selected %(model)s")
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
gettext_noop("Error:")
gettext_noop("Forgotten your login credentials?")
gettext_noop("Logged out")
gettext_noop("Thanks for spending some quality time with the web site today.")
gettext_noop("Select a valid choice. That choice is not one of the available choices.")
gettext_noop(
    "Designates whether this user should be treated as active. Unselect this instead of deleting accounts."
)
gettext_noop("Model name")
gettext_noop("Add link")
gettext_noop("Change or view list link")
gettext_noop("You don’t have permission to view or edit anything.")
gettext_noop("After you’ve created a user, you’ll be able to edit more user options.")
gettext_noop("%(model_name)s with this %(field_label)s already exists.")
gettext_noop("%(name)s with ID “%(key)s” doesn’t exist. Perhaps it was deleted?")
gettext_noop("Enter a valid URL.")
gettext_noop(
    'Are you sure you want to delete the %(object_name)s "%(escaped_object)s"? All of the following related items will be deleted:'
)
gettext_noop(
    "Deleting the selected %(objects_name)s would require deleting the following protected related objects:"
)
gettext_noop(
    "Deleting the %(object_name)s '%(escaped_object)s' would require deleting the following protected related objects:"
)
gettext_noop("Your password can’t be too similar to your other personal information.")
gettext_noop("Your password can’t be a commonly used password.")
gettext_noop("Your password can’t be entirely numeric.")
gettext_noop(
    "Please enter the correct %(username)s and password for a staff account. Note that both fields may be case-sensitive."
)
ngettext_lazy(
    "Ensure this value has at most %(limit_value)d character (it has %(show_value)d).",
    "Ensure this value has at most %(limit_value)d characters (it has %(show_value)d).",
    "limit_value",
)
