"""The suite: one file for each module of the project, and metatests that walk all models, addresses and commands."""
