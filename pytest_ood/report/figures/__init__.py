"""The curves of a run as vector graphics, for the report, for the card of a dataset, and as files of their own."""
