"""The content in `fixtures/`: rules for every folder, and the facts of Ningbo. Remove them together."""
