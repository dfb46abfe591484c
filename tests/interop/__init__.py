"""What `pytest-ood convert` writes, opened by the tools themselves: `make interop`."""
