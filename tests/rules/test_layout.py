"""The layout of the code: tests mirror the modules, and the length of files and template lines is limited."""

import ast
import re
from pathlib import Path

import pytest

from tests.factories import ROOT
from tests.opened_folders import OPENED_FOLDERS
from timeline.exchange.formats.registry import FORMATS

TESTS = ROOT / "tests"
# Folders of tests that belong to no single module: rules of the project, the browser, content.
BESIDE = {"rules", "browser", "content"}
# Modules without logic, which only combine the definitions of others.
DECLARATIONS = {
    "ningbo_site/log_settings.py",
    "ningbo_site/urls.py",
    "timeline/apps.py",
    "timeline/public/urls.py",
}
MAX_LINES = 400
# Applies to templates.
MAX_LINE_LENGTH = 200
# A format is tested by the tests of the registry and of exports, which go through all of them.
DECLARATIONS |= {f"timeline/exchange/formats/{name}.py" for name in FORMATS}


def every_module() -> list[Path]:
    """Return the modules of the project, without migrations, which `rules/test_migrations.py` tests."""
    found = [path for room in ("ningbo_site", "timeline") for path in (ROOT / room).rglob("*.py")]
    return sorted(path.relative_to(ROOT) for path in found if "migrations" not in path.parts)


def modules() -> list[Path]:
    """Return the modules that need tests of their own.

    A module without functions only declares, and tests over all declarations cover it."""
    return [name for name in every_module() if str(name) not in DECLARATIONS and _has_code(ROOT / name)]


def _has_code(path: Path) -> bool:
    return re.search(r"^ *(async def|def) ", path.read_text(encoding="utf-8"), re.M) is not None


def place(module: Path) -> Path:
    """Return the path of the tests of a module. Those of a package are in its folder, under its name."""
    room = module.parent if module.parts[0] == "ningbo_site" else module.parent.relative_to("timeline")
    name = module.parent.name if module.stem == "__init__" else module.stem
    return room / f"test_{name}.py"


MODULES = modules()
STEMS = {str(place(module).with_suffix("")) for module in every_module()}


def files_of_tests() -> list[Path]:
    return sorted(path.relative_to(TESTS) for path in TESTS.rglob("test_*.py"))


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_every_module_has_its_file_of_tests(module):
    assert (TESTS / place(module)).exists(), f"{module} has no tests/{place(module)}"


@pytest.mark.parametrize("file", [file for file in files_of_tests() if file.parts[0] not in BESIDE], ids=str)
def test_every_file_of_tests_is_one_of_a_module(file):
    stem = str(file.with_suffix(""))
    # The tests of a module may be split into several files, each with a suffix.
    assert any(stem == one or stem.startswith(f"{one}_") for one in STEMS), f"tests/{file} mirrors no module"


@pytest.mark.parametrize("file", files_of_tests(), ids=str)
def test_no_module_of_tests_imports_another(file):
    names = []
    for node in ast.walk(ast.parse((TESTS / file).read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            names.append(node.module or "")
        elif isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
    assert [name for name in names if name.rpartition(".")[2].startswith("test_")] == []


def test_no_python_file_is_longer_than_400_lines():
    rooms = ("bench", "ningbo_site", "tests", "timeline")
    files = [path for room in rooms for path in (ROOT / room).rglob("*.py") if "migrations" not in path.parts]
    lengths = {
        str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines()) for path in files
    }
    assert {name: length for name, length in lengths.items() if length > MAX_LINES} == {}


def test_no_line_of_a_template_is_longer_than_200_characters():
    long_lines = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in sorted((ROOT / "templates").rglob("*.*"))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if len(line) > MAX_LINE_LENGTH
    ]
    assert long_lines == []


def test_pictures_and_measurements_name_no_folder_of_content_and_take_those_that_make_run_opens():
    files = [path for room in ("bench", "tests/browser") for path in (ROOT / room).rglob("*.py")]
    naming = [str(path.relative_to(ROOT)) for path in files if "fixtures" in path.read_text(encoding="utf-8")]
    assert naming == []
    assert all(folder.is_dir() for folder in OPENED_FOLDERS)
