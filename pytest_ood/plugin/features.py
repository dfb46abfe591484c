"""The optional features of a session: a plugin object each, imported and made only if an option asks for it."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pytest_ood.plugin.session import ProbeSession


def features(session: "ProbeSession") -> Iterator[object]:
    """Make the plugin objects that the options ask for.

    Among hooks of the same rank, pytest calls the one registered last first: a replay selects its items, then
    ``--ood-quick`` and ``--ood-shard`` select among them. Of hooks that wrap others, the one registered last is the
    outermost: what failed is explained after undecided and compared items have been told from failed ones.
    """
    settings = session.settings
    if session.asks and not settings.dry_run:
        from pytest_ood.plugin.ci import ItemProperties
        from pytest_ood.plugin.failures import Failures, ShortSummary
        from pytest_ood.plugin.undecided import UndecidedItems

        yield ItemProperties()
        yield UndecidedItems(settings.undecided)
        if settings.baseline is not None:
            from pytest_ood.plugin.baseline import ComparedItems

            yield ComparedItems()
        failures = Failures()
        yield from (failures, ShortSummary(failures))
        if not session.config.getoption("usepdb"):
            from pytest_ood.plugin.signals import Signals

            yield Signals(session)
        if settings.batch is not None:
            from pytest_ood.plugin.batches import NextFiles

            yield NextFiles(session)
    if settings.shard is not None:
        from pytest_ood.plugin.sharding import Sharding

        yield Sharding(*settings.shard, session.replaying, settings.compare)
    if settings.quick:
        from pytest_ood.plugin.selecting import QuickOnly

        yield QuickOnly()
    if settings.certify:
        from pytest_ood.plugin.certifying import Certifying

        yield Certifying(session.config, settings)
    elif session.asks and settings.dry_run:
        from pytest_ood.plugin.dry_run import DryRun

        yield DryRun(session)
    elif session.asks and session.worker is None:
        from pytest_ood.plugin.ci import GitHubActions, JUnitSuite
        from pytest_ood.plugin.model_states import ModelStates
        from pytest_ood.plugin.next_steps import NextSteps
        from pytest_ood.plugin.publishing import Publishing
        from pytest_ood.plugin.reporting import Reporting
        from pytest_ood.plugin.unread import Unread

        yield Unread()
        states = ModelStates()
        reporting = Reporting(session, states)
        # It is called after `reporting`, which is registered later.
        yield JUnitSuite(session.config, reporting)
        yield reporting
        if GitHubActions.is_there():
            yield GitHubActions(reporting, session.config.rootpath)
        if session.baseline is not None:
            from pytest_ood.plugin.baseline import BaselineCheck

            yield BaselineCheck(session.baseline, reporting)
        if settings.report is not None:
            from pytest_ood.plugin.html_report import HtmlReport

            yield HtmlReport(session, reporting, settings.report)
        if settings.push is not None:
            yield Publishing(session, reporting, settings.push)
        # Among hooks that ask to be the last, the one registered last is.
        yield from (NextSteps(session, reporting), states)
    if session.replaying is not None:
        yield session.replaying
