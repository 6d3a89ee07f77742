"""Jobs: previews, imports and undoings of large files, one after the other, beside the requests."""
