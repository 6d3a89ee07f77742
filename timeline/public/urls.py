"""URLs of the public site."""

from collections.abc import Iterator

from django.urls import URLPattern, path

from timeline.models import REFERENCES, Kind, Source
from timeline.models.reference import Reference
from timeline.public.feeds import EntriesFeed, EntriesJSONFeed
from timeline.public.spreadsheets.formats import SPREADSHEET_FORMATS
from timeline.public.views import (
    cited_works,
    downloads,
    entries,
    front,
    goals,
    link_pictures,
    reference,
    relations,
    search,
    site_files,
    sitemaps,
    sources,
)
from timeline.public.views.base import view_for
from timeline.public.views.parts import parts_of
from timeline.values.bibliography.registry import FILES

app_name = "timeline"


def reference_pages(model: type[Reference]) -> Iterator[URLPattern]:
    """The page that lists all records, where the model introduces one, and the page of each record."""
    name = model._meta.model_name
    if model.INTRODUCTION:
        yield path(f"{model.PLURAL}/", view_for(reference.ReferenceList, model), name=f"{name}-list")
    yield path(
        f"{model.PLURAL}/<slug:slug>/", view_for(reference.ReferenceDetail, model), name=f"{name}-detail"
    )


pages = [
    path("", front.Timeline.as_view(), name="timeline"),
    *(
        path(
            f"{kind.folder}/<slug:slug>/",
            view_for(entries.EntryDetail, kind.model),
            name=kind.url_name,
        )
        for kind in Kind
    ),
    path("goals/", goals.GoalList.as_view(), name="goal-list"),
    path("relations/", relations.RelationList.as_view(), name="relation-list"),
    *(pattern for model in REFERENCES if model is not Source for pattern in reference_pages(model)),
    path("sources/", sources.SourceList.as_view(), name="source-list"),
    path("sources/<slug:slug>/", sources.SourceDetail.as_view(), name="source-detail"),
    path("about/", front.About.as_view(), name="about"),
]
# Each model with pages of its records, the folder of their addresses, and what the names of their patterns begin with.
records = [
    *((kind.model, kind.folder, kind.url_prefix) for kind in Kind),
    *((model, model.PLURAL, model._meta.model_name) for model in REFERENCES),
]
# What the page of a record shows only the beginning of.
parts = [
    path(f"{plural}/<slug:slug>/{part.route}", part.as_view(model=model), name=f"{prefix}-{part.name}")
    for model, plural, prefix in records
    for part in parts_of(model)
]
# References to each record and to the chronicle, for citation programs.
references = [
    *(
        path(
            f"{plural}/<slug:slug>/cite.{extension}",
            cited_works.RecordReferenceFile.as_view(model=model, extension=extension),
            name=f"{prefix}-{extension}",
        )
        for model, plural, prefix in records
        for extension in FILES
    ),
    *(
        path(
            f"{Kind.POLICY.folder}/<slug:slug>/document.{extension}",
            cited_works.DocumentReferenceFile.as_view(extension=extension),
            name=f"{Kind.POLICY.url_prefix}-document-{extension}",
        )
        for extension in FILES
    ),
    *(
        path(
            f"about/{work}.{extension}",
            cited_works.ChronicleReferenceFile.as_view(work=work, extension=extension),
            name=f"{work}-{extension}",
        )
        for work in ("chronicle", "chronicle-data")
        for extension in FILES
    ),
]
# Pages to which only a search leads.
results = [path("records/", search.NamedRecordList.as_view(), name="named-record-list")]
# Files, with the filters of the list.
files = [
    path("feed/", EntriesFeed(), name="feed"),
    path("feed.json", EntriesJSONFeed(), name="feed-json"),
    *(
        path(
            f"table.{extension}",
            downloads.SpreadsheetDownload.as_view(extension=extension),
            name=f"table-{extension}",
        )
        for extension in SPREADSHEET_FORMATS
    ),
    *(
        path(
            f"entries.{extension}",
            downloads.Download.as_view(extension=extension),
            name=f"download-{extension}",
        )
        for extension in downloads.DOWNLOADS
    ),
]
# What previews of links to pages show.
pictures = [
    path("preview.png", link_pictures.SitePicture.as_view(), name="preview"),
    *(
        path(
            f"{kind.folder}/<slug:slug>/preview.png",
            link_pictures.EntryPicture.as_view(model=kind.model),
            name=f"{kind.url_prefix}-preview",
        )
        for kind in Kind
    ),
]
urlpatterns = pages + parts + references + results + files + pictures

# Files for machines: once on the site, whatever the language.
site_name = "site"
site_urlpatterns = [
    path("robots.txt", site_files.RobotsView.as_view(), name="robots"),
    path("favicon.ico", site_files.FaviconView.as_view(), name="favicon"),
    path(".well-known/security.txt", site_files.SecurityView.as_view(), name="security"),
    path("sitemap.xml", sitemaps.SitemapIndexView.as_view(), name="sitemap"),
    path(
        "sitemap-<slug:section>-<int:number>.xml",
        sitemaps.SitemapPartView.as_view(
            url_names=[str(pattern.name) for pattern in pages if not pattern.pattern.converters]
        ),
        name="sitemap-part",
    ),
]
# What pages load, at addresses that differ with the content: browsers keep it, and ask for no validation.
asset_name = "asset"
asset_urlpatterns = [
    path("colours-<slug:colours>.css", site_files.ColoursView.as_view(), name="colours"),
    path("icon-<slug:icon>.svg", site_files.MarkView.as_view(), name="icon"),
    path("touch-icon-<slug:icon>.png", site_files.TouchIconView.as_view(), name="touch-icon"),
    path("logo-<str:file>", site_files.LogoView.as_view(), name="logo"),
]
# The namespaces of all public addresses that are validated, and those of a snapshot.
PUBLIC = frozenset({app_name, site_name})
IN_SNAPSHOT = PUBLIC | {asset_name}
