"""The exception for invalid values, with a translatable message. This module imports no Django."""

from collections.abc import Mapping
from types import MappingProxyType


def gettext_noop(message: str) -> str:
    """Mark a message for translation. It is translated on display."""
    return message


class InvalidValueError(ValueError):
    """The value is invalid. `message` % `params` explains, in English, what would be valid."""

    def __init__(self, message: str, **params: object) -> None:
        super().__init__(message % params)
        self.message = message
        self.params: Mapping[str, object] = MappingProxyType(params)
