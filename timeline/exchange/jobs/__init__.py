"""Jobs: previews and imports of large files, one after the other, beside the requests."""
