"""Date formats by language, where Django's own differ from those of partial dates."""
