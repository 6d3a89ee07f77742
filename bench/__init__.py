"""Measurements that the documents quote; each runs with `make bench`."""
