"""The toys."""
