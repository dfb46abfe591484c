"""Texts as values: canonical JSON, what may be printed, what must not be written down."""
