"""The page of a source whose usages are kept from before a citation was deleted, or an entry withdrawn."""

import pytest

from tests import factories as make
from tests.pages import page
from timeline.models import Citation, content_version

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_citation_deleted_since_is_left_out(client):
    source = make.make_source()
    policy = make.make_policy(title="仍引用", published=True)
    make.make_citation(policy, source=source, locator="¶1")
    make.make_citation(policy, source=source, locator="第9页")
    with content_version.pinned(content_version.read()):
        assert "第9页" in page(client, source)
        Citation.objects.get(locator="第9页").delete()
        text = page(client, source)
    assert "第9页" not in text
    assert "仍引用" in text


def test_an_entry_withdrawn_since_is_left_out(client):
    source = make.make_source()
    policy = make.make_policy(title="有误的文件", published=True)
    make.make_citation(policy, source=source, locator="¶1")
    with content_version.pinned(content_version.read()):
        assert "有误的文件" in page(client, source)
        policy.withdraw(by=make.make_user(), comment="有误")
        assert "有误的文件" not in page(client, source)
