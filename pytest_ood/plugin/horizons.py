"""Where models break, from an earlier run: for the strategy `routed`."""

from collections.abc import Mapping
from pathlib import Path

from pytest_ood.dataset.folder import DatasetError
from pytest_ood.dataset.summaries import read_summary
from pytest_ood.plugin.option_values import SettingsError


def read_breaks(path: Path) -> Mapping[str, Mapping[str, float]]:
    """Return the smallest size at which each model breaks on each task, by model and task.

    Args:
        path: the file that `--ood-json` wrote in a run with the strategy `direct`.

    Raises:
        SettingsError: the file cannot be read, or has no curve of that strategy.
    """
    option = "--ood-horizons"
    try:
        summary = read_summary(path)
    except DatasetError as error:
        raise SettingsError(option, str(error), value=str(path)) from error
    curves = [curve for curve in summary["curves"] if curve["condition"]["strategy"] == "direct"]
    if not curves:
        fix = "name the --ood-json of a run with --ood-strategy direct and several sizes"
        raise SettingsError(option, "this run has no curve of the strategy direct", value=str(path), fix=fix)
    breaks: dict[str, dict[str, float]] = {curve["model"]: {} for curve in curves}
    for curve in curves:
        if curve["breaks_by"] is not None:
            known = breaks[curve["model"]].get(curve["task"], curve["breaks_by"])
            breaks[curve["model"]][curve["task"]] = min(known, curve["breaks_by"])
    return breaks
