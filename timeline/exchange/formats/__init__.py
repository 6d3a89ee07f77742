"""The formats of content files, one module each; `registry.py` lists them."""
