"""Tests in a real browser, and the script that takes the screenshots of the documents."""
