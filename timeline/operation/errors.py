"""The error of all commands of operation: a sentence for the operator."""


class OperationError(Exception):
    """The command was refused or has failed. The text of the exception is the message for the operator."""
