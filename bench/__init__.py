"""Measurements quoted in the documentation. Each runs with `make bench`."""
