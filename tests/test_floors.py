"""The house stands: folders import from lower floors only, and heavy or delicate things live in one place each."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import pytest_ood

HOUSE = Path(pytest_ood.__file__).parent
# A folder or a module of the package, by its rank: it imports from lower ranks and from itself.
FLOORS: dict[str, int] = {
    **dict.fromkeys(("text", "errors", "__init__"), 0),
    **dict.fromkeys(
        ("rng", "answers", "verify", "addresses", "case", "tasks", "dialogue", "drawing", "parameters", "rows"), 1
    ),
    **dict.fromkeys(("families", "models", "certify"), 2),
    **dict.fromkeys(("evidence", "registry"), 3),
    **dict.fromkeys(("asking", "report"), 4),
    **dict.fromkeys(("dataset",), 5),
    **dict.fromkeys(("replay",), 6),
    **dict.fromkeys(("plugin", "api"), 7),
    **dict.fromkeys(("cli",), 8),
}
FILES = sorted(
    str(path.relative_to(HOUSE).with_suffix(""))
    for path in HOUSE.rglob("*.py")
    # In an installation the probes lie here too; they are a user's.
    if path.relative_to(HOUSE).parts[0] not in ("probes", "schemas")
)


def room(name: str) -> str:
    """The folder or top-level module of a file."""
    return name.partition("/")[0]


def floor(name: str) -> int:
    """The floor of a file, by its path without suffix."""
    return FLOORS[room(name)]


def nodes(name: str) -> Iterator[ast.AST]:
    """What a file says when it runs: also inside functions, but not under TYPE_CHECKING."""
    waiting: list[ast.AST] = [ast.parse((HOUSE / f"{name}.py").read_text(encoding="utf-8"))]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            waiting += node.orelse
            continue
        yield node
        waiting += ast.iter_child_nodes(node)


def imported(name: str) -> set[str]:
    """The modules that a file imports, by their dotted names; names from a package count as its modules."""
    found = set()
    for node in nodes(name):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name}: a relative import"
            assert node.module is not None
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
        elif isinstance(node, ast.Call) and ast.unparse(node.func) in ("importlib.import_module", "__import__"):
            found |= {arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)}
    return found


def ours(name: str) -> set[str]:
    """The files of the house that a file imports."""
    files = {module.replace(".", "/").removeprefix("pytest_ood/") for module in imported(name)}
    found = {file if file in FILES else f"{file}/__init__" for file in files} & set(FILES)
    return found - {name}


def outside(*packages: str) -> set[str]:
    """The files that import any of these packages."""
    return {name for name in FILES if {module.partition(".")[0] for module in imported(name)} & set(packages)}


@pytest.mark.parametrize("name", FILES)
def test_a_file_imports_from_its_own_room_or_from_lower_floors(name: str) -> None:
    """Also lazily, inside functions."""
    above = {
        file: floor(file)
        for file in ours(name)
        if room(file) != room(name) and (floor(file) > floor(name) or (floor(file) == floor(name) and floor(name) > 1))
    }
    assert above == {}, f"{name} is on floor {floor(name)}"


def test_the_house_has_at_most_nine_floors() -> None:
    """More could not be kept in mind."""
    assert sorted(set(FLOORS.values())) == list(range(max(FLOORS.values()) + 1))
    assert max(FLOORS.values()) < 9


def test_there_are_no_cycles() -> None:
    """Files of one floor may import each other one way."""
    imports = {name: ours(name) for name in FILES}
    while free := [name for name, needed in imports.items() if not needed & imports.keys()]:
        for name in free:
            del imports[name]
    assert imports == {}


def test_only_the_plugin_imports_pytest() -> None:
    """Asking, evidence and datasets work without it."""
    assert {room(name) for name in outside("pytest", "_pytest")} == {"plugin"}


def test_nobody_imports_what_pytest_keeps_to_itself() -> None:
    """Its private modules change without notice."""
    assert outside("_pytest") == set()


def test_only_one_file_names_litellm() -> None:
    """Others don't even mention how it is spelled, but in words for people."""
    assert outside("litellm") == {"models/litellm_model"}


def test_only_one_file_names_ray() -> None:
    """It is needed where there is a cluster, and nowhere else."""
    assert outside("ray") == {"models/pool/ray_actors"}


def test_datasets_have_their_room() -> None:
    """pyarrow is enough to write one and to read it; `datasets` loads the rows of others."""
    others = outside("datasets", "huggingface_hub", "pyarrow", "pandas")
    assert {name for name in others if room(name) != "dataset"} == {"rows/reading"}
    assert outside("datasets") == {"rows/reading"}


def test_concurrency_has_its_place() -> None:
    """The engine has the event loop, `run` its thread, the sandbox of programs a lock; models may block threads."""
    concurrent = outside("asyncio", "threading", "concurrent", "multiprocessing")
    there = {name for name in concurrent if not name.startswith("models/")}
    stores = {"asking/store/store", "asking/store/workers"}
    assert there == {
        "asking/callers",
        "asking/engine",
        "asking/batches/gathering",
        "asking/run",
        "asking/saving",
        "asking/strategies/program",
        *stores,
    }
    for name in stores:
        assert {one for one in imported(name) if one.startswith(("asyncio", "threading"))} == {"threading"}


def test_every_room_is_on_a_floor() -> None:
    """A new one finds its place in the house first."""
    assert {room(name) for name in FILES} == set(FLOORS)
