"""The mail server as a URL, in the setting EMAIL_URL."""

from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

_SMTP = "django.core.mail.backends.smtp.EmailBackend"
# By scheme: the default port, and how the connection is encrypted.
_SERVERS: dict[str, tuple[int, dict[str, bool]]] = {
    "smtp": (25, {}),
    "smtp+tls": (587, {"EMAIL_USE_TLS": True}),
    "smtps": (465, {"EMAIL_USE_SSL": True}),
    "smtp+ssl": (465, {"EMAIL_USE_SSL": True}),
}
_BACKENDS = {
    "console": "django.core.mail.backends.console.EmailBackend",
    "file": "django.core.mail.backends.filebased.EmailBackend",
    "dummy": "django.core.mail.backends.dummy.EmailBackend",
}


def email_settings(url: str) -> dict[str, object]:
    """Return Django's settings for this URL.

    smtp://user:password@host:25 (unencrypted), smtp+tls://…:587 (STARTTLS), smtps://…:465 (TLS from the beginning, also
    smtp+ssl://), console: (standard output), file:/folder (a file for each mail), dummy: (no mail).
    Raises ImproperlyConfigured, without the URL, which may have a password.
    """
    parts = urlsplit(url)
    if parts.scheme in _BACKENDS:
        if parts.scheme == "file" and not parts.path:
            raise ImproperlyConfigured("EMAIL_URL: file: needs a folder, as in file:/var/spool/chronicle.")
        folder = {"EMAIL_FILE_PATH": unquote(parts.path)} if parts.scheme == "file" else {}
        return {"EMAIL_BACKEND": _BACKENDS[parts.scheme], **folder}
    if parts.scheme not in _SERVERS:
        known = ", ".join((*_SERVERS, *_BACKENDS))
        raise ImproperlyConfigured(f"EMAIL_URL: “{parts.scheme}:” is unknown. Known are: {known}.")
    default_port, encryption = _SERVERS[parts.scheme]
    try:
        port = parts.port or default_port
    except ValueError:
        raise ImproperlyConfigured("EMAIL_URL: the port is not a number from 1 to 65535.") from None
    if not parts.hostname:
        raise ImproperlyConfigured(f"EMAIL_URL: {parts.scheme}:// needs a host, as in smtp://localhost:25.")
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise ImproperlyConfigured(
            "EMAIL_URL: nothing may follow the port. Write /, ? and # of a password as %2F, %3F and %23."
        )
    return {
        "EMAIL_BACKEND": _SMTP,
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": port,
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        **encryption,
    }
