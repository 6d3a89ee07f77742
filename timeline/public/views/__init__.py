"""The public pages: a queryset and a template each."""
