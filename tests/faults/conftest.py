"""The fixtures of the plugin's own tests."""

from tests.plugin.conftest import suite

__all__ = ["suite"]
