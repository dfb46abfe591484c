"""The pytest plugin: the hooks that must exist in every session, and nothing else.

pytest imports this file even in suites without probes, so it imports only pytest and the table of options. Everything
else is imported with the first probe or the first option: start reading in `session`.
"""

from collections.abc import Generator
from typing import TYPE_CHECKING, Any

import pytest

from pytest_ood.plugin.options import MARKER, OPTIONS, QUICK_MARKER, add_options

if TYPE_CHECKING:
    from pytest_ood.asking.outcome import Outcome


def pytest_addoption(parser: pytest.Parser) -> None:
    add_options(parser)


def pytest_addhooks(pluginmanager: pytest.PytestPluginManager) -> None:
    from pytest_ood.plugin import hooks

    pluginmanager.add_hookspecs(hooks)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", f"{MARKER}(...): an out-of-distribution probe; applied by @pytest_ood.probe")
    config.addinivalue_line("markers", f"{QUICK_MARKER}: a probe item that --ood-quick runs")
    has_options = any(config.getoption(option.ini) is not None for option in OPTIONS)
    if has_options or config.getini("ood_model") or config.getini("ood_certify"):
        from pytest_ood.plugin.session import start_session

        start_session(config)


@pytest.hookimpl(tryfirst=True)
def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "ood" in metafunc.fixturenames and metafunc.definition.get_closest_marker(MARKER) is not None:
        from pytest_ood.plugin.session import add_variants

        add_variants(metafunc)


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Generator[None, Any, Any]:
    report = yield
    probes = [item for item in report.result if _is_probe(item)] if report.passed else []
    if probes:
        from pytest_ood.plugin.session import session_of

        session_of(collector.config).make_cells(probes, report)
    return report


@pytest.fixture
def ood(request: pytest.FixtureRequest) -> "Outcome":
    """The outcome of the probe's cell: verdict, arms, gap, lures, failures, explain()."""
    __tracebackhide__ = True
    from pytest_ood.plugin.session import session_of

    return session_of(request.config).outcome(request.node)


def _is_probe(item: object) -> bool:
    """Return whether the item is a probe, or looks as if it was meant to be one."""
    return isinstance(item, pytest.Function) and (
        "ood" in item.fixturenames or item.get_closest_marker(MARKER) is not None
    )
