"""The public site as files, for any web server."""
