"""Tests in a real browser, and the pictures of the documents, which the same browser takes."""
