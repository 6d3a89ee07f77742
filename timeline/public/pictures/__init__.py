"""The SVG pictures of the public pages."""
