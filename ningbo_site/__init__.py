"""The project: settings, addresses, the door for servers."""
