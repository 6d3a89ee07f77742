"""The account of imports without a user, and of what nobody is known to have done."""

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractUser

IMPORTER = "import_content"


def importing_account() -> AbstractUser:
    """The account of imports without a user, created if there is none. Nobody can log in with it."""
    account = find_importing_account()
    if account.pk is None:
        account.set_unusable_password()
        account.save()
    return account


def find_importing_account() -> AbstractUser:
    """The account of imports without a user, unsaved if there is none."""
    users = get_user_model()
    return users.objects.filter(username=IMPORTER).first() or users(username=IMPORTER, is_active=False)
