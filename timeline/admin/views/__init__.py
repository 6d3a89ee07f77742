"""The admin's own pages: class-based views over the services of `timeline.editing`."""
