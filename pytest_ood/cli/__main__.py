"""Run the command as ``python -m pytest_ood.cli``."""

import sys

from pytest_ood.cli import main

sys.exit(main())
