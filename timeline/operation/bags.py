"""Folders in the BagIt layout (RFC 8493): a payload with its checksums, and what the folder is."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

from django.utils.translation import gettext as _

from timeline.operation.errors import OperationError

PAYLOAD, ALGORITHM = "data", "sha256"
_DECLARATION = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
_MANIFEST, _TAG_MANIFEST = f"manifest-{ALGORITHM}.txt", f"tagmanifest-{ALGORITHM}.txt"
# Characters of a path that a manifest has as percent escapes.
_ESCAPES = {"%": "%25", "\r": "%0D", "\n": "%0A"}


def write_tag_files(bag: Path, info: Mapping[str, str]) -> None:
    """Complete a folder whose payload is in `data/` to a bag. `info` has the metadata of bag-info.txt."""
    payload = _files_in(bag / PAYLOAD, bag)
    size = sum((bag / path).stat().st_size for path in payload)
    described = {**info, "Payload-Oxum": f"{size}.{len(payload)}"}
    (bag / "bagit.txt").write_text(_DECLARATION, encoding="utf-8")
    (bag / "bag-info.txt").write_text(
        "".join(f"{name}: {' '.join(value.split())}\n" for name, value in described.items()), encoding="utf-8"
    )
    (bag / _MANIFEST).write_text(_lines(bag, payload), encoding="utf-8")
    (bag / _TAG_MANIFEST).write_text(_lines(bag, ["bag-info.txt", "bagit.txt", _MANIFEST]), encoding="utf-8")


def check(bag: Path) -> None:
    """Raise OperationError unless the folder has exactly the files of its manifests, unchanged."""
    try:
        declared = (bag / "bagit.txt").read_text(encoding="utf-8") == _DECLARATION
        tags, payload = (_read_manifest(bag / name) for name in (_TAG_MANIFEST, _MANIFEST))
    except (OSError, ValueError):
        declared = False
    if not declared:
        raise OperationError(_("This is no backup: it is no folder in the BagIt layout."))
    given = {*_files_in(bag, bag)} - {_TAG_MANIFEST}
    expected = {**tags, **payload}
    for path in sorted(given ^ set(expected)):
        sentence = (
            _("%(file)s is missing in the backup.")
            if path in expected
            else _("%(file)s does not belong to the backup.")
        )
        raise OperationError(sentence % {"file": path})
    for path, digest in expected.items():
        if _digest(bag / path) != digest:
            raise OperationError(
                _("%(file)s in the backup is damaged: its checksum differs.") % {"file": path}
            )


def _files_in(folder: Path, bag: Path) -> list[str]:
    return sorted(path.relative_to(bag).as_posix() for path in folder.rglob("*") if path.is_file())


def _lines(bag: Path, paths: list[str]) -> str:
    return "".join(f"{_digest(bag / path)}  {_escaped(path)}\n" for path in paths)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, ALGORITHM).hexdigest()


def _escaped(path: str) -> str:
    return "".join(_ESCAPES.get(character, character) for character in path)


def _read_manifest(path: Path) -> dict[str, str]:
    """Return the digest of each file by its path. Raises OSError and ValueError."""
    found = {}
    for line in path.read_text(encoding="utf-8").split("\n")[:-1]:
        # Not at any blanks: the name may begin with one.
        digest, name = line.split("  ", maxsplit=1)
        for character, escape in reversed(_ESCAPES.items()):
            name = name.replace(escape, character)
        found[name] = digest
    return found
