"""A small chronicle with all that visitors filter by, and what a filtered page displays."""

import re

from django.http import QueryDict

from tests import factories as make
from timeline.filters.entries import EntryFilter
from timeline.models import Entry


def make_small_chronicle():
    """Create entries of each kind with values for all facets."""
    early, late = (
        make.make_phase(slug="early", period="2010/2012"),
        make.make_phase(slug="late", period="2013/"),
    )
    cloud, data = make.make_topic(slug="cloud", title="云"), make.make_topic(slug="data", title="数据")
    city, ministry = make.make_organization(slug="city"), make.make_organization(slug="ministry")
    harbour, hills = make.make_area(slug="harbour"), make.make_area(slug="hills")
    make.make_policy(
        title="规划", date="2010", topics=[cloud, data], issuers=[city], phase=early, published=True
    )
    make.make_policy(title="意见", date="2014-05", document_type="opinions", topics=[data], published=True)
    make.make_milestone(title="上线", date="2013/2015", organizations=[city], published=True)
    make.make_designation(
        title="试点", designee=harbour, areas=[harbour, hills], authorities=[ministry], published=True
    )
    declared = Entry.objects.get(title="规划")
    make.make_goal(title="建成", declared_by=declared, target="2015", topics=[cloud], published=True)
    make.make_goal(title="远景", date="2014", target="2999", phase=late, published=True)
    make.make_policy(title="草稿", date="2010", topics=[cloud], issuers=[city])


def found(query):
    """Return the titles of the entries that match a query string."""
    chosen = EntryFilter(QueryDict(query), Entry.objects.published())
    return {entry.title for entry in chosen.qs}


def chips(text):
    """Return the URLs of the chips on a page, by their text."""
    links = re.findall(r'<a class="chip" href="([^"]+)">(.*?)</a>', text)
    return {
        " ".join(re.sub(r"<[^>]+>", " ", inner).split()): address.replace("&amp;", "&")
        for address, inner in links
    }
