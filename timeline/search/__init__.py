"""Search: the query, the index that makes it fast, and the snippets that show hits."""
