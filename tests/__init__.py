"""The suite. It mirrors `timeline/`: `timeline/public/paging.py` is tested in `tests/public/test_paging.py`.

`rules/` walks all models, addresses and commands, `browser/` the pages in a browser, `content/` holds the content to its sources.
"""
