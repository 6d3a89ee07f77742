"""The app of the Wagtail site: a page that lists its child pages."""
