"""The software knows no city: of another chronicle, nothing that the public reads has a word of Ningbo."""

import re

import pytest
from django.core.management import call_command
from django.urls import reverse

from bench.site import LANGUAGES
from tests.factories import CONTENT, ROOT
from tests.world import addresses_of_all, texts_of
from timeline.public import urls

NINGBO = re.compile("宁波|寧波|甬|Ningbo", re.IGNORECASE)
# The package of the settings, a given name.
GIVEN_NAME = re.compile(r"ningbo_site")


@pytest.mark.django_db
@pytest.mark.any_database
def test_no_public_page_or_file_of_another_chronicle_has_a_word_of_ningbo(client):
    call_command("import_content", CONTENT, publish=True, verbosity=0)
    files = [reverse(f"timeline:{one.name}") for one in urls.files if not one.pattern.converters]
    for_machines = ["/robots.txt", "/sitemap.xml", "/.well-known/security.txt"]
    pages = [prefix + address for prefix in LANGUAGES.values() for address in addresses_of_all()]
    for address in [*pages, *files, *for_machines, "/nowhere/", "/?q=没有这样的词", "/admin/login/"]:
        response = client.get(address)
        assert response.status_code in (200, 404), address
        if response["Content-Type"].startswith(("text/", "application/")):
            assert [found for text in texts_of(response) for found in NINGBO.findall(text)] == [], address


def test_no_template_style_script_or_module_has_a_word_of_ningbo():
    files = [
        path
        for room, suffixes in (("templates", "html xml svg"), ("static", "css js svg"), ("timeline", "py"))
        for suffix in suffixes.split()
        for path in (ROOT / room).rglob(f"*.{suffix}")
        # Migrations keep the texts of their time; catalogues follow the texts of the modules.
        if "migrations" not in path.parts
    ]
    assert len(files) > 500
    found = {
        str(path.relative_to(ROOT)): NINGBO.findall(GIVEN_NAME.sub("", path.read_text(encoding="utf-8")))
        for path in files
    }
    assert {name: words for name, words in found.items() if words} == {}
