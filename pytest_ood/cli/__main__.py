"""Run the command as ``python -m pytest_ood.cli``."""

import sys

from pytest_ood.cli import main

if __name__ == "__main__":
    sys.exit(main())
