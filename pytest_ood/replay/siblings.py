"""Fresh siblings of published cases: the same task and parameters, and a prompt that the dataset does not have."""

from collections.abc import Collection, Container
from pathlib import Path

from pytest_ood.asking.cell import Draws
from pytest_ood.dataset.folder import TRACE_CONFIGS, parquet_files, scan, used_seeds
from pytest_ood.replay.names import short
from pytest_ood.tasks import Params, Task
from pytest_ood.text.canonical import digest

#: How many siblings a group is asked. The number is fixed, which Fisher's exact test needs.
SIBLINGS = 21
#: After this many draws the search for siblings ends.
TRIES = 200
#: Why there are no siblings if fewer than `SIBLINGS` are left.
USED_UP = "the case space is used up"


def fresh_seed(folder: Path, least: int) -> int:
    """Return the smallest seed from `least` on that is not in the dataset."""
    used = used_seeds(folder)
    return next(seed for seed in range(least, least + len(used) + 1) if seed not in used)


def published_prompts(folder: Path, tasks: Collection[str]) -> dict[str, set[str]]:
    """Return the digests of the prompts of all traces of these tasks in a dataset, right answers included, by task.

    Raises:
        DatasetError: a file cannot be read.
    """
    prompts: dict[str, set[str]] = {name: set() for name in tasks}
    for path in (path for config in TRACE_CONFIGS for path in parquet_files(folder, config)):
        for batch in scan(path, ["task", "prompt_sha256"]):
            for name, prompt in zip(batch["task"], batch["prompt_sha256"], strict=True):
                if name in prompts:
                    prompts[name].add(prompt)
    return prompts


def find_siblings(task: Task, params: Params, seed: int, published: Container[str]) -> Draws | str:
    """Return `SIBLINGS` draws of a seed that are neither published nor alike, or why there are none.

    Where answers are judged together with those to other draws, all draws may have the same prompt: there every draw
    is a sibling.

    Args:
        task: the task that drew the published cases.
        params: their parameters.
        seed: a seed that is not in the dataset.
        published: the digests of published prompts.
    """
    places: list[tuple[int, int]] = []
    chosen: set[str] = set()
    for draw in range(TRIES):
        try:
            case = task.draw(params, seed, draw)
        except Exception as error:
            return f"the task {short(task.name)} fails on seed {seed}, draw {draw}: {short(repr(error))}"
        prompt = digest(case.prompt)
        if case.among is None and (prompt in published or prompt in chosen):
            continue
        chosen.add(prompt)
        places.append((seed, draw))
        if len(places) == SIBLINGS:
            return Draws(places=tuple(places))
    return USED_UP
