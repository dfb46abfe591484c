"""Report at the end of a run whether litellm was imported, and what this process has used."""

import sys
import time


def pytest_terminal_summary(terminalreporter):
    terminalreporter.write_line(f"litellm imported: {'litellm' in sys.modules}")
    terminalreporter.write_line(f"CPU of this process: {time.process_time():.2f} s")
