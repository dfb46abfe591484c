"""The fixtures of the plugin's own tests."""

import pytest

pytest.register_assert_rewrite("tests.faults.running")

from tests.plugin.conftest import suite  # noqa: E402

__all__ = ["suite"]
