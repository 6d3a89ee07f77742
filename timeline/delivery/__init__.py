"""Delivery of the site to its readers."""
