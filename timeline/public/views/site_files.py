"""Files for machines at addresses that are fixed: robots.txt, favicon.ico, security.txt; the colours, the logo and the icons of the chronicle."""

import datetime

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views import View

from timeline.i18n.languages import language_tag, offered_languages
from timeline.models import Chronicle
from timeline.public.pictures.icons import favicon, mark_svg, touch_icon

# Not from the storage of static files, in which it is only after collectstatic.
FAVICON = settings.BASE_DIR / "static" / "img" / "favicon.ico"
PLAIN_TEXT = "text/plain; charset=utf-8"
# RFC 9116 recommends less than a year. What is served is never older than a day.
SECURITY_LIFETIME = datetime.timedelta(days=180)


class RobotsView(View):
    """What robots may read (RFC 9309): all pages, but no list by conditions, of which there is no end."""

    def get(self, request: HttpRequest) -> HttpResponse:
        home = reverse("timeline:timeline")
        lines = [
            "User-agent: *",
            f"Disallow: {reverse('admin:index')}",
            f"Disallow: {home}*?",
            # The longer rule holds: the further pages of a list.
            f"Allow: {home}*?page=",
            "",
            f"Sitemap: {request.build_absolute_uri(reverse('site:sitemap'))}",
        ]
        return HttpResponse("\n".join([*lines, ""]), content_type=PLAIN_TEXT)


class FaviconView(View):
    """The icon of the site for whoever asks without having read a page."""

    def get(self, request: HttpRequest) -> HttpResponse:
        chronicle = Chronicle.objects.current()
        icons = favicon(chronicle) if chronicle.icon_slug else FAVICON.read_bytes()
        return HttpResponse(icons, content_type="image/x-icon")


def lasting_response(content: bytes | str, media_type: str) -> HttpResponse:
    """The response of a file that has another address whenever it is another."""
    headers = {"Cache-Control": "public, max-age=31536000, immutable"}
    return HttpResponse(content, content_type=media_type, headers=headers)


class MarkView(View):
    """The mark of the site in the colour of the chronicle."""

    def get(self, request: HttpRequest, icon: str) -> HttpResponse:
        chronicle = Chronicle.objects.current()
        if icon != chronicle.icon_slug or chronicle.has_logo_as_icon:
            raise Http404
        return lasting_response(mark_svg(chronicle), "image/svg+xml")


class TouchIconView(View):
    """The icon for a home screen: the logo or the mark in the colour of the chronicle."""

    def get(self, request: HttpRequest, icon: str) -> HttpResponse:
        chronicle = Chronicle.objects.current()
        if icon != chronicle.icon_slug:
            raise Http404
        return lasting_response(touch_icon(chronicle), "image/png")


class ColoursView(View):
    """The colours of the chronicle, over those of the style sheet: no page may have styles of its own."""

    def get(self, request: HttpRequest, colours: str) -> HttpResponse:
        chronicle = Chronicle.objects.current()
        if chronicle.colours is None or colours != chronicle.colours_slug:
            raise Http404
        # Other colours have another address. Chromium refuses a style sheet that is answered by 304 with nosniff.
        return lasting_response(style_of(*chronicle.colours), "text/css; charset=utf-8")


def style_of(light: str, dark: str) -> str:
    """The style sheet with these colours."""
    return f"@layer tokens {{ :root {{ --accent: light-dark({light}, {dark}); }} }}\n"


class LogoView(View):
    """The logo of the chronicle."""

    def get(self, request: HttpRequest, file: str) -> HttpResponse:
        logo = Chronicle.objects.current().logo
        if logo is None or file != logo.file_name:
            raise Http404
        return lasting_response(logo.content, logo.media_type)


class SecurityView(View):
    """Whom to tell of a vulnerability (RFC 9116)."""

    def get(self, request: HttpRequest) -> HttpResponse:
        contacts = security_contacts()
        if not contacts:
            raise Http404
        midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
        expires = (midnight + SECURITY_LIFETIME).astimezone(datetime.UTC)
        languages = ", ".join(map(language_tag, offered_languages(Chronicle.objects.current())))
        lines = [
            *(f"Contact: {contact}" for contact in contacts),
            f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}",
            f"Preferred-Languages: {languages}",
            f"Canonical: {request.build_absolute_uri(reverse('site:security'))}",
        ]
        return HttpResponse("\n".join([*lines, ""]), content_type=PLAIN_TEXT)


def security_contacts() -> list[str]:
    """The addresses for reports of vulnerabilities, as URIs: those of the settings, or that of the chronicle for corrections."""
    given = settings.SECURITY_CONTACTS or [Chronicle.objects.current().corrections_email]
    return [address if ":" in address else f"mailto:{address}" for address in given if address]
