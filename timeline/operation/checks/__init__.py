"""What `manage.py doctor` checks."""
