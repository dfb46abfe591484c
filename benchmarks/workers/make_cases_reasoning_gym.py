"""As `make_cases.py`, for reasoning-gym's datasets in its environment: ``make_cases_reasoning_gym.py REPEATS``."""

import json
import sys
from typing import Any

import reasoning_gym
from timing import per_second

# By reasoning-gym's names, with arguments that make items like ours, and how many to make.
DATASETS: dict[str, tuple[dict[str, Any], int]] = {
    # `filled_cells` is what counts; `filled_cells_weights` changes nothing. Cells are filled at places drawn with
    # replacement: 30 make 24 of 64 cells alive on average, as many as ours.
    "game_of_life": ({"grid_size_x": 8, "grid_size_y": 8, "filled_cells": 30}, 100),
    # As many blank cells as leave one solution: no puzzle has so many.
    "sudoku": ({"min_empty": 64, "max_empty": 64}, 10),
    "mini_sudoku": ({"min_empty": 12, "max_empty": 12}, 300),
    "ab": ({"length": 12}, 2000),
    "basic_arithmetic": ({"min_terms": 3, "max_terms": 3}, 2000),
    "caesar_cipher": ({"min_words": 8, "max_words": 8}, 2000),
    "products": ({"min_digits": 3, "max_digits": 3}, 2000),
    "path_star": ({"degree": 5, "min_path_length": 6, "max_path_length": 6}, 2000),
}


def measure(name: str, arguments: dict[str, Any], count: int, repeats: int) -> float:
    dataset = reasoning_gym.create_dataset(name, size=count * repeats, seed=0, **arguments)
    return per_second(dataset.__getitem__, count, repeats)


if __name__ == "__main__":
    repeats = int(sys.argv[1])
    found = {name: measure(name, arguments, count, repeats) for name, (arguments, count) in DATASETS.items()}
    sys.stdout.write(json.dumps(found))
