"""The project: settings, middleware, the entry point for servers."""
