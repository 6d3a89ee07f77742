"""How the site reaches its readers."""
