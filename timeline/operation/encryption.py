"""Encryption with age: whoever has the public key (the recipient) encrypts, only the holder of the identity decrypts."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

import pyrage
from django.utils.translation import gettext as _
from pyrage.x25519 import Identity, Recipient

from timeline.operation.errors import OperationError

# The first bytes of every file in the format (https://age-encryption.org/v1).
MAGIC = b"age-encryption.org/v1\n"


def recipients(text: str) -> list[Recipient]:
    """Return the public keys in a text, which has commas or blanks between them. Raises OperationError."""
    try:
        return [Recipient.from_str(key) for key in text.replace(",", " ").split()]
    except pyrage.RecipientError:
        raise OperationError(
            _(
                "The recipient is a public key of age: age1 and 58 more characters. backup --new-key FILE makes one."
            )
        ) from None


def identities(path: Path) -> list[Identity]:
    """Return the secret keys in a file of identities, as age-keygen writes it. Raises OperationError and OSError."""
    lines = path.read_text(encoding="utf-8", errors="replace").split("\n")
    keys = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    try:
        found = [Identity.from_str(key) for key in keys]
    except pyrage.IdentityError:
        found = []
    if not found:
        raise OperationError(_("%(file)s holds no identity of age (AGE-SECRET-KEY-…).") % {"file": path})
    return found


def write_new_identity(path: Path) -> str:
    """Write a new identity to a new file, which only its owner can read. Returns its public key. Raises OSError."""
    identity = Identity.generate()
    public = str(identity.to_public())
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        file.write(f"# public key: {public}\n{identity}\n")
    return public


def encrypt(source: BinaryIO, target: BinaryIO, keys: Sequence[Recipient]) -> None:
    """Encrypt a file for each of these public keys."""
    pyrage.encrypt_io(source, target, list(keys))


def is_encrypted(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC


def decrypt(path: Path, target: BinaryIO, keys: Sequence[Identity]) -> None:
    """Decrypt a file. Raises OperationError if none of the identities fits, or the file was cut off or changed."""
    with path.open("rb") as source:
        try:
            pyrage.decrypt_io(source, target, list(keys))
        # pyrage passes on a cut off file as OSError, with no number.
        except (pyrage.DecryptError, OSError) as error:
            if isinstance(error, OSError) and error.errno is not None:
                raise
            raise OperationError(
                _("%(file)s cannot be decrypted: the identity is another one, or the file is damaged.")
                % {"file": path}
            ) from None
