"""The name of a user as everybody sees it."""

import re

from django.contrib.auth.models import AbstractBaseUser, User

# Han characters, in which a family name precedes the given name without a blank.
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")


def display_name(user: AbstractBaseUser) -> str:
    """Return the real name of a user, or else the user name."""
    if not isinstance(user, User):
        return user.get_username()
    return format_name(user.last_name, user.first_name, user.username)


def format_name(last_name: str, first_name: str, username: str) -> str:
    """Return a real name in its order: 王小明, but Anna Berg; the user name if there is none."""
    last_name, first_name = last_name.strip(), first_name.strip()
    if _HAN.search(last_name + first_name):
        return last_name + first_name
    return f"{first_name} {last_name}".strip() or username
