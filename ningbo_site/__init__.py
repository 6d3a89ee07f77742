"""The project: settings, URLs, middleware and the WSGI entry point."""
