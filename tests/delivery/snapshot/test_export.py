"""The public site as files: complete, and the same as served."""

import re

import pytest
from django.test import override_settings

from tests.snapshots import PREFIXES, SITE, broken_links, export_site, files_below, page_file, public
from tests.world import add_entries, addresses, files, make_world, site_files

pytestmark = pytest.mark.django_db

LINK = re.compile(r'(?<= href=")[^"]*')
SEARCH = re.compile(r"<search.*?</search>", re.S)
NOTICE = re.compile(rf'<p class="search search--live"><a href="{SITE}[^<]*</a></p>')


@pytest.fixture(scope="module")
def written(module_records, collected, tmp_path_factory):
    """A world with a draft and a withdrawn entry, the folder of its snapshot, and what the export returned."""
    folder, world = tmp_path_factory.mktemp("snapshot") / "site", make_world()
    add_entries(world, "未公开", status="draft")
    add_entries(world, "已撤下", status="withdrawn")
    world.topic.slug = "new-slug"
    world.topic.save()
    with override_settings(**collected):
        return folder, world, export_site(folder)


def public_addresses(world):
    entries = [entry for entry in world.entries if entry.status == "published"]
    world.entries = entries
    return [prefix + address for prefix in PREFIXES for address in addresses(world)]


def test_every_public_page_is_a_file(written):
    folder, world, _snapshot = written
    assert [address for address in public_addresses(world) if not page_file(folder, address).is_file()] == []


def test_every_link_leads_to_a_file(written):
    folder, _world, snapshot = written
    assert broken_links(public(folder)) == set()
    assert snapshot.broken == {}
    assert snapshot.files == snapshot.changed == len(files_below(public(folder)))


def test_pages_are_as_served_but_for_the_search_and_links(written, visitor):
    folder, world, _snapshot = written
    for address in public_addresses(world):
        served = visitor.get(address).content.decode()
        copied = page_file(folder, address).read_text(encoding="utf-8")
        served, copied = SEARCH.sub("", served), NOTICE.sub("", copied)
        assert LINK.sub("", copied) == LINK.sub("", served), address
        for link, copy in zip(LINK.findall(served), LINK.findall(copied), strict=True):
            assert copy in (link, f"{SITE}{link}" if "?" in link else f"{link}index.xml"), address


def test_search_and_filters_are_a_link_to_the_site(written):
    folder, _world, _snapshot = written
    for prefix in PREFIXES:
        for address in (f"{prefix}/", f"{prefix}/goals/"):
            header = page_file(folder, address).read_text(encoding="utf-8").partition("</header>")[0]
            assert f'<p class="search search--live"><a href="{SITE}{address}">' in header


def test_no_page_has_a_form(written):
    folder, _world, _snapshot = written
    pages = {name: page for name, page in files_below(folder / "current").items() if name.endswith(".html")}
    assert [name for name, page in pages.items() if b"<form" in page] == []


def test_feeds_and_downloads_are_files(written):
    folder, _world, _snapshot = written
    for prefix in PREFIXES:
        for address in files():
            name = f"{address}index.xml" if address.endswith("/") else address
            assert (public(folder) / (prefix + name)[1:]).stat().st_size


def test_files_for_machines_are_as_served(written, visitor):
    folder, _world, _snapshot = written
    for address in [*site_files(), "/favicon.ico"]:
        assert (public(folder) / address[1:]).read_bytes() == visitor.get(address).content, address


def test_every_address_of_the_sitemap_is_a_file(written):
    folder, _world, _snapshot = written
    parts = [*public(folder).glob("sitemap-*.xml")]
    found = {address for part in parts for address in re.findall(rf"<loc>{SITE}([^<]+)", part.read_text())}
    assert len(parts) == len(site_files()) - 3
    assert [address for address in found if not page_file(folder, address).is_file()] == []
    assert "/en/topics/new-slug/" in found


def test_what_is_not_public_is_in_no_file(written):
    folder, world, _snapshot = written
    for name, content in files_below(public(folder)).items():
        if not name.endswith((".zip", ".xlsx")):
            assert "未公开".encode() not in content, name
            assert "已撤下".encode() not in content, name


def test_a_withdrawn_entry_is_gone_with_its_reason(written):
    folder, _world, snapshot = written
    gone = (folder / "current" / "gone.txt").read_text().splitlines()
    assert len(gone) == snapshot.gone > 0
    for address in gone:
        assert not page_file(folder, address).exists()
        page = (folder / "current" / "gone" / address[1:] / "index.html").read_text()
        assert "已撤下reason" in page


def test_former_addresses_are_a_list(written):
    folder, world, snapshot = written
    lines = (folder / "current" / "redirects.tsv").read_text().splitlines()
    former = [line.split("\t") for line in lines]
    assert len(former) == snapshot.redirects == len(PREFIXES)
    assert {target for _address, target in former} == {f"{prefix}/topics/new-slug/" for prefix in PREFIXES}
