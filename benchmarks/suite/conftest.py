"""Report at the end of a run whether litellm was imported."""

import sys


def pytest_terminal_summary(terminalreporter):
    terminalreporter.write_line(f"litellm imported: {'litellm' in sys.modules}")
