"""The message catalogues are up to date, complete and compiled."""

import ast
import io
import re
from pathlib import Path

import pytest
from babel.messages.extract import extract
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from django.contrib import admin as contrib_admin
from django.contrib import auth as contrib_auth
from django.utils.translation.template import templatize
from django.utils.translation.trans_real import DjangoTranslation

from tests.factories import ROOT
from timeline.management.commands.derive_messages import in_traditional

LOCALE = ROOT / "timeline" / "locale"
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
CALL = re.compile(
    r"""(?:n?p?gettext|_)\((?:\s*u?(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")\s*,?)+\s*(?:count)?\)"""
)


def path_of(locale: str, name: str) -> Path:
    return LOCALE / locale / "LC_MESSAGES" / name


def catalogue(locale="zh_Hans"):
    with path_of(locale, "django.po").open("rb") as file:
        return [message for message in read_po(file) if message.id]


def first(message_id) -> str:
    return message_id if isinstance(message_id, str) else message_id[0]


def messages_of(path: Path) -> set[str]:
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".html":
        # Keep only the calls: the rest is not Python, which the tokenizer of `extract` rejects.
        text = "\n".join(CALL.findall(templatize(text)))
    found = set()
    for _line, message, _comments, _context in extract(
        "python", io.BytesIO(text.encode()), keywords=KEYWORDS
    ):
        parts = [part for part in (message if isinstance(message, tuple) else (message,)) if part]
        # A message with a context is extracted as (context, message).
        found.add(parts[-1] if len(parts) == 2 and parts[0] == "document type" else parts[0])
    return found


def sources() -> list[Path]:
    python = [path for folder in ("timeline", "ningbo_site") for path in (ROOT / folder).rglob("*.py")]
    return [path for path in python if "migrations" not in path.parts] + list(
        (ROOT / "templates").rglob("*.html")
    )


def messages_in_f_strings(source):
    """The calls of gettext with a message inside of f-strings: nothing extracts those."""
    inside = (
        node for string in ast.walk(source) if isinstance(string, ast.JoinedStr) for node in ast.walk(string)
    )
    return [
        node
        for node in inside
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in KEYWORDS
        and any(isinstance(given, ast.Constant) for given in node.args)
    ]


def test_no_message_is_hidden_in_an_f_string():
    assert messages_in_f_strings(ast.parse("f\"{_('Recovered.')} {lost}\""))
    for folder in ("timeline", "ningbo_site"):
        for path in (ROOT / folder).rglob("*.py"):
            assert messages_in_f_strings(ast.parse(path.read_text(encoding="utf-8"))) == [], path


def test_every_message_in_the_source_is_in_the_catalogue_and_no_other():
    known = {first(message.id) for message in catalogue()}
    used = {message for path in sources() for message in messages_of(path)}
    assert used - known == set()
    assert known - used == set()


# Pages and mails of Django that this project has of its own.
NOT_DISPLAYED = (
    "We’ve emailed you instructions for setting your password",
    "If you don’t receive an email, please make sure",
    "You're receiving this email because you requested a password reset",
    "Your username, in case you’ve forgotten:",
    "Forgotten your password? Enter your email address below",
)


@pytest.mark.parametrize("application", [contrib_admin, contrib_auth])
def test_no_sentence_of_django_addresses_users_otherwise_than_ours(application):
    path = Path(application.__file__).parent / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
    with path.open("rb") as file:
        stock = {first(message.id) for message in read_po(file) if "你" in "".join(message.string)}
    used = {message for path in sources() for message in messages_of(path)}
    assert {message for message in stock - used if not message.startswith(NOT_DISPLAYED)} == set()


def test_every_message_has_a_chinese_translation_with_the_same_placeholders():
    placeholders = re.compile(r"%\([a-z_]+\)[sd]")
    for message in catalogue():
        translation = first(message.string)
        assert translation, message.id
        assert not message.fuzzy, message.id
        assert set(placeholders.findall(translation)) == set(placeholders.findall(first(message.id))), (
            message.id
        )


@pytest.mark.parametrize("language", ["zh-hans", "zh-hant"])
def test_what_the_scripts_of_the_admin_say_is_translated(language):
    """Those of Django too, whose own catalogue lacks some."""
    folder = Path(contrib_admin.__file__).parent
    scripts = [path.read_text(encoding="utf-8") for path in (folder / "static/admin/js").glob("**/*.js")]
    said = {
        text.replace("\\'", "'")
        for script in scripts
        for _quote, text in re.findall(r"(?<![np])gettext\((['\"])(.+?)\1\)", script)
    }
    assert "Choose all %s" in said
    catalogue = DjangoTranslation(language, domain="djangojs", localedirs=[str(folder / "locale")])
    assert {text for text in said if catalogue.gettext(text) == text} == set()


@pytest.mark.parametrize("name", ["django.po", "djangojs.po"])
def test_the_traditional_catalogue_is_the_simplified_one_in_other_characters(name):
    simplified, traditional = (
        path_of(locale, name).read_text(encoding="utf-8") for locale in ("zh_Hans", "zh_Hant")
    )
    assert traditional == in_traditional(simplified), "run make messages"


@pytest.mark.parametrize("locale", ["zh_Hans", "zh_Hant"])
def test_the_compiled_catalogue_is_that_of_the_readable_one(locale):
    with path_of(locale, "django.mo").open("rb") as file:
        compiled = {
            (message.context and message.context.decode(), first(message.id)): first(message.string)
            for message in read_mo(file)
            if message.id
        }
    assert compiled == {
        (message.context, first(message.id)): first(message.string) for message in catalogue(locale)
    }
