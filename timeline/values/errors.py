"""The refusal of a value: a sentence that says what would be right, translated where it is shown. Imports no Django."""

from collections.abc import Mapping
from types import MappingProxyType


def gettext_noop(message: str) -> str:
    """Mark a message for the catalogues; whoever shows it translates it."""
    return message


class InvalidValueError(ValueError):
    """The value cannot be what it should be. `message` % `params` says, in English, what would be right."""

    def __init__(self, message: str, **params: object) -> None:
        super().__init__(message % params)
        self.message = message
        self.params: Mapping[str, object] = MappingProxyType(params)
