"""What is logged: warnings and errors go to standard error, where systemd, Docker and Granian expect them."""

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {
        "request": {"()": "ningbo_site.request_logging.RequestFilter"},
        "server_errors": {"()": "ningbo_site.request_logging.ServerErrorFilter"},
        "require_debug_false": {"()": "django.utils.log.RequireDebugFalse"},
    },
    "formatters": {"request": {"()": "ningbo_site.request_logging.RequestFormatter"}},
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "filters": ["request"], "formatter": "request"},
        "mail": {
            "class": "ningbo_site.request_logging.ErrorMailHandler",
            "level": "ERROR",
            "filters": ["require_debug_false", "server_errors", "request"],
            "formatter": "request",
        },
    },
    "root": {"handlers": ["stderr", "mail"], "level": "WARNING"},
    "loggers": {
        # Without Django's default handlers, so that a record is written once.
        "django": {"handlers": [], "level": "WARNING", "propagate": True},
        # Reports of the server itself, such as an exception outside Django.
        "_granian": {"handlers": [], "level": "WARNING", "propagate": True},
    },
}
