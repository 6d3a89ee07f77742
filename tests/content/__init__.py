"""The content of `fixtures/`: what any folder of it must be, and the facts of Ningbo's. Gone with the folder."""
