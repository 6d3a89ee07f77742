"""The documents for operators fit the software: commands, options, settings and links exist, and configurations are valid."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml
from django.core.management import get_commands, load_command_class

from tests.factories import ROOT
from timeline.operation.health import PROCESS, READINESS
from timeline.operation.metrics import PATH
from timeline.operation.settings_file import names

FOLDER = ROOT / "docs" / "operate"
DOCUMENTS = sorted(FOLDER.glob("*.md"))
BLOCK = re.compile(r"^(?P<indent> *)```(?P<language>\w+)\n(?P<text>.*?)^(?P=indent)```$", re.M | re.S)
# A file in a block begins with its path.
FILE = re.compile(r"# (/\S+)\n")
COMMAND = re.compile(r"""manage\.py (\w+)((?: (?!\||;|&&|#|"\$)[^\s`]+)*)""")
# Names in capitals that are no settings of the site: shell variables, labels of other programs.
OTHERS = {"REPOSITORY", "TMPDIR", "SIGHUP", "PYTHON", "PERSISTENT", "HTTP", "DNS", "PGOPTIONS"}

pytestmark = pytest.mark.any_database


def text_of(path):
    return path.read_text(encoding="utf-8")


def files(language):
    """Return the files of all documents in blocks of a language, by the path that they get."""
    found = {}
    for path in DOCUMENTS:
        for block in BLOCK.finditer(text_of(path)):
            if block["language"] == language and (named := FILE.match(block["text"])):
                found[named[1]] = block["text"]
    return found


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_every_command_and_its_options_exist(path):
    commands = get_commands()
    for name, arguments in COMMAND.findall(text_of(path)):
        assert name in commands, name
        command = commands[name]
        command = load_command_class(command, name) if isinstance(command, str) else command
        options = command.create_parser("manage.py", name)._option_string_actions
        for argument in arguments.split():
            if argument.startswith("--"):
                assert argument.partition("=")[0] in options, f"{name} {argument}"


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_every_setting_exists(path):
    settings = {*names()}
    text = text_of(path)
    named = set(re.findall(r"`([A-Z][A-Z_]{3,})(?:=[^`]*)?`", text)) | set(
        re.findall(r"^ *(?:echo ')?([A-Z][A-Z_]{3,})=", text, re.M)
    )
    assert named - OTHERS - settings == set()


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_leads_to_a_file_and_a_heading(path):
    for target in re.findall(r"\]\(([^)\s]+)\)", re.sub(r"\s*\n\s*", " ", text_of(path))):
        if target.startswith("https://"):
            continue
        file, _mark, anchor = target.partition("#")
        linked = (FOLDER / file).resolve() if file else path
        assert linked.is_file(), target
        if anchor:
            headings = re.findall(r"^#+ (.*)$", text_of(linked), re.M)
            slugs = {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
            assert anchor in slugs, target


def test_every_document_is_in_the_list():
    linked = set(re.findall(r"\(([\w-]+\.md)\)", text_of(FOLDER / "README.md")))
    assert linked == {path.name for path in DOCUMENTS} - {"README.md"}


def test_the_pages_for_monitors_are_named_as_they_are():
    text = "".join(map(text_of, DOCUMENTS))
    for path in (PROCESS, READINESS, PATH):
        assert f"http://127.0.0.1:8000{path}" in text


def test_figures_of_alerts_and_of_the_list_exist():
    text = text_of(FOLDER / "monitoring.md")
    code = "".join(
        text_of(ROOT / "timeline" / name) for name in ("operation/metrics.py", "delivery/request_metrics.py")
    )
    for name in set(re.findall(r"\bchronicle_(\w+)", text)):
        stem = re.sub(r"_(?:total|bucket)$", "", name)
        assert f'"{stem}"' in code or f'"chronicle_{stem}"' in code, name
    for block in BLOCK.finditer(text):
        if block["language"] == "yaml":
            assert yaml.safe_load(block["text"])


def test_shell_commands_can_be_parsed():
    for path in DOCUMENTS:
        for block in BLOCK.finditer(text_of(path)):
            if block["language"] == "sh":
                done = subprocess.run(["bash", "-n"], input=block["text"], capture_output=True, text=True)
                assert done.returncode == 0, (path.name, done.stderr)


@pytest.mark.parametrize("name", list(files("nginx")))
def test_configurations_of_nginx_are_valid(name, tmp_path):
    nginx = shutil.which("nginx", path="/usr/sbin:/usr/bin")
    if nginx is None:
        pytest.skip("There is no nginx. Debian: apt install nginx-light.")
    text = files("nginx")[name]
    make = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=test"]
    subprocess.run(
        [*make, "-keyout", tmp_path / "chronicle.key", "-out", tmp_path / "chronicle.crt"],
        check=True,
        capture_output=True,
    )
    # Folders of this machine in place of those of the site; the ports are only bound when nginx starts, or tested as root.
    text = (
        text.replace("/etc/nginx/tls", str(tmp_path))
        .replace("/var/cache/nginx", str(tmp_path))
        .replace("/var/log/nginx", str(tmp_path))
    )
    (tmp_path / "nginx.conf").write_text(
        f"pid {tmp_path}/pid;\nevents {{}}\nhttp {{\naccess_log off;\n{text}}}\n", encoding="utf-8"
    )
    done = subprocess.run(
        [nginx, "-t", "-q", "-c", tmp_path / "nginx.conf", "-e", tmp_path / "errors"],
        capture_output=True,
        text=True,
    )
    # Who is not root may test the syntax, but not bind the ports.
    assert done.returncode == 0 or "Permission denied" in done.stderr, done.stderr


def test_units_are_valid(tmp_path):
    if shutil.which("systemd-analyze") is None:
        pytest.skip("There is no systemd-analyze. Debian: apt install systemd.")
    units = {
        Path(name): text for name, text in files("ini").items() if Path(name).suffix in (".service", ".timer")
    }
    assert len(units) == 9
    for name, text in units.items():
        # The programs of this machine, and an account that it has.
        text = text.replace("/srv/chronicle/.venv/bin/python", shutil.which("python3") or "").replace(
            "=chronicle\n", "=root\n"
        )
        (tmp_path / name.name).write_text(text, encoding="utf-8")
    done = subprocess.run(
        ["systemd-analyze", "verify", *sorted(tmp_path.iterdir())],
        capture_output=True,
        text=True,
        env={"SYSTEMD_UNIT_PATH": f"{tmp_path}:", "PATH": "/usr/bin:/bin"},
    )
    own = [line for line in done.stderr.splitlines() if "chronicle" in line]
    assert (done.returncode, own) == (0, [])


def test_units_call_commands_as_the_timers_name_them():
    units = files("ini")
    called = [re.search(r"Unit=chronicle@(\w+)\.service", text) for text in units.values()]
    assert (
        {unit[1] for unit in called if unit}
        == {"send_mail", "send_digest", "clearsessions"}
        <= {*get_commands()}
    )
