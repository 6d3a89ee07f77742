"""The recipes of docs/recipes: parsed, and followed in a copy of the repository."""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.factories import ROOT

FOLDER = ROOT / "docs" / "recipes"
BLOCK = re.compile(r"^(?P<indent> *)```(?P<language>\w+)\n(?P<text>.*?)^(?P=indent)```$", re.M | re.S)
PATH = re.compile(r"(?:# |<!-- )(?P<path>[\w./-]+)(?: -->)?")


@dataclass(frozen=True)
class Step:
    """A code block of a recipe: a new or changed file, or a command."""

    language: str
    path: str
    text: str

    def follow(self, folder: Path) -> None:
        if self.language == "sh":
            for command in self.text.splitlines():
                run([sys.executable, *command.split()[1:]], folder)
            return
        file = folder / self.path
        if self.language != "diff":
            assert not file.exists(), f"{self.path} exists"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(self.text, encoding="utf-8")
            return
        lines = self.text.splitlines()
        before = "".join(line[1:] + "\n" for line in lines if line[:1] in (" ", "-"))
        after = "".join(line[1:] + "\n" for line in lines if line[:1] in (" ", "+"))
        content = file.read_text(encoding="utf-8")
        if before:
            assert content.count(before) == 1, f"{self.path} has {content.count(before)} times:\n{before}"
            file.write_text(content.replace(before, after), encoding="utf-8")
        else:
            file.write_text(f"{content.rstrip()}\n\n{after.strip()}\n", encoding="utf-8")


def steps(recipe: str) -> list[Step]:
    found = []
    for block in BLOCK.finditer((FOLDER / f"{recipe}.md").read_text(encoding="utf-8")):
        indent = len(block["indent"])
        text = "".join(line[indent:] + "\n" for line in block["text"].splitlines())
        first, _newline, rest = text.partition("\n")
        path = PATH.fullmatch(first)
        if block["language"] == "sh":
            found.append(Step("sh", "", text))
        elif path:
            found.append(Step(block["language"], path["path"], rest))
    return found


def copy_repository(folder: Path) -> None:
    """Copy the tracked and untracked files of the repository, without those that Git ignores."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    for name in listed.stdout.splitlines():
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)


def run(command: list[str], folder: Path, **environment: str) -> str:
    """Return the output of a command in the copy. Raises AssertionError with the output if it fails."""
    done = subprocess.run(
        command,
        cwd=folder,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings"} | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert done.returncode == 0, done.stdout[-4000:]
    return done.stdout
