"""The probes that come with pytest-ood: copy them, or run them with ``pytest --pyargs pytest_ood.probes``."""
