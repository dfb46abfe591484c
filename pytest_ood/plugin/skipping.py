"""How an item whose body ran becomes a skipped one."""

import pytest


def skip(item: pytest.Item, report: pytest.TestReport, call: pytest.CallInfo[None], reason: str) -> None:
    """Turn the report of an item's call into that of a skipped item."""
    file, line, _ = item.reportinfo()
    report.outcome, report.longrepr = "skipped", (str(file), (line or 0) + 1, reason)
    if call.excinfo is not None:
        # pytest looks here, not at the report, to see whether --pdb should stop.
        skipped = pytest.skip.Exception(reason)
        call.excinfo = pytest.ExceptionInfo.from_exc_info((type(skipped), skipped, call.excinfo.tb))
