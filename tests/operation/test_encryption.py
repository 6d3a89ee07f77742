"""Backups are encrypted for a public key; only its identity decrypts them, and damage is found."""

import io

import pytest

from timeline.operation import encryption
from timeline.operation.errors import OperationError

TEXT = "草稿与账号".encode() * 20_000


@pytest.fixture
def key(tmp_path):
    """A new identity, and its public key."""
    path = tmp_path / "key.txt"
    return path, encryption.write_new_identity(path)


@pytest.fixture
def encrypted(key, tmp_path):
    path = tmp_path / "encrypted"
    with path.open("wb") as target:
        encryption.encrypt(io.BytesIO(TEXT), target, encryption.recipients(key[1]))
    return path


def test_what_was_encrypted_is_decrypted_with_the_identity(key, encrypted):
    assert encryption.is_encrypted(encrypted)
    assert TEXT[:30] not in encrypted.read_bytes()
    target = io.BytesIO()
    encryption.decrypt(encrypted, target, encryption.identities(key[0]))
    assert target.getvalue() == TEXT


def test_each_of_several_recipients_can_decrypt(key, tmp_path):
    other = encryption.write_new_identity(tmp_path / "other.txt")
    path = tmp_path / "for-both"
    with path.open("wb") as target:
        encryption.encrypt(io.BytesIO(TEXT), target, encryption.recipients(f"{key[1]}, {other}"))
    for identity in (key[0], tmp_path / "other.txt"):
        target = io.BytesIO()
        encryption.decrypt(path, target, encryption.identities(identity))
        assert target.getvalue() == TEXT


def test_another_identity_does_not_decrypt(encrypted, tmp_path):
    encryption.write_new_identity(tmp_path / "other.txt")
    with pytest.raises(OperationError):
        encryption.decrypt(encrypted, io.BytesIO(), encryption.identities(tmp_path / "other.txt"))


@pytest.mark.parametrize(
    "damage",
    [lambda data: data[:100_000], lambda data: data[:-1], lambda data: data[:70_000] + b"\0" + data[70_001:]],
)
def test_a_damaged_file_is_found(key, encrypted, damage):
    encrypted.write_bytes(damage(encrypted.read_bytes()))
    with pytest.raises(OperationError):
        encryption.decrypt(encrypted, io.BytesIO(), encryption.identities(key[0]))


def test_a_new_identity_is_its_owners_alone_and_replaces_none(key):
    assert key[0].stat().st_mode & 0o777 == 0o600
    with pytest.raises(FileExistsError):
        encryption.write_new_identity(key[0])


@pytest.mark.parametrize("text", ["age1wrong", "ssh-ed25519 AAAA", "AGE-SECRET-KEY-1"])
def test_what_is_no_public_key_is_refused(text):
    with pytest.raises(OperationError, match="age1"):
        encryption.recipients(text)


def test_without_a_key_there_is_no_recipient():
    assert encryption.recipients("") == []


def test_a_file_without_an_identity_is_refused(tmp_path):
    (tmp_path / "key.txt").write_text("# public key: age1\n", encoding="utf-8")
    with pytest.raises(OperationError, match=r"key\.txt"):
        encryption.identities(tmp_path / "key.txt")
