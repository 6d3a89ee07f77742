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
gettext_noop("Your old password was entered incorrectly. Please enter it again.")
gettext_noop("Your password was changed.")
gettext_noop(
    "Please enter your old password, for security’s sake, and then enter your new password twice so we can verify you typed it in correctly."
)
gettext_noop("Please enter your new password twice so we can verify you typed it in correctly.")
gettext_noop("Your password has been set.  You may go ahead and log in now.")
gettext_noop("First, enter a username and password. Then, you’ll be able to edit more user options.")
gettext_noop("The password is too similar to the %(verbose_name)s.")
gettext_noop("Are you sure?")
gettext_noop("Cannot delete %(name)s")
gettext_noop("Delete selected %(verbose_name_plural)s")
gettext_noop("Export selected %(verbose_name_plural)s")
gettext_noop("Successfully deleted %(count)d %(items)s.")
gettext_noop("Add another %(model)s")
gettext_noop("Select %s")
gettext_noop("0 of %(cnt)s selected")
gettext_noop("Select all %(total_count)s %(module_name)s")
gettext_noop("Added {name} “{object}”.")
gettext_noop("Changed {fields} for {name} “{object}”.")
gettext_noop("Deleted {name} “{object}”.")
gettext_noop("%(model_name)s with this %(field_labels)s already exists.")
gettext_noop("Select a valid choice. %(value)s is not one of the available choices.")
gettext_noop(
    "ManagementForm data is missing or has been tampered with. Missing fields: %(field_names)s. You may need to file a bug report if the issue persists."
)
gettext_noop(
    "Deleting the %(object_name)s '%(escaped_object)s' would result in deleting related objects, but your account doesn't have permission to delete the following types of objects:"
)
gettext_noop(
    "Deleting the selected %(objects_name)s would result in deleting related objects, but your account doesn't have permission to delete the following types of objects:"
)
ngettext_lazy("%(total_count)s selected", "All %(total_count)s selected", "total_count")
ngettext_lazy(
    "This password is too short. It must contain at least %(min_length)d character.",
    "This password is too short. It must contain at least %(min_length)d characters.",
    "min_length",
)
ngettext_lazy(
    "Your password must contain at least %(min_length)d character.",
    "Your password must contain at least %(min_length)d characters.",
    "min_length",
)
ngettext_lazy(
    "Ensure this value has at least %(limit_value)d character (it has %(show_value)d).",
    "Ensure this value has at least %(limit_value)d characters (it has %(show_value)d).",
    "limit_value",
)
ngettext_lazy(
    "Ensure this value has at most %(limit_value)d character (it has %(show_value)d).",
    "Ensure this value has at most %(limit_value)d characters (it has %(show_value)d).",
    "limit_value",
)
