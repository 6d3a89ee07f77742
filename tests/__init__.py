"""The test suite, which mirrors `timeline/`: `tests/public/test_paging.py` tests `timeline/public/paging.py`.

`rules/` checks all models, URLs and commands, `browser/` the pages in a browser, and `content/` the content
against its sources.
"""
