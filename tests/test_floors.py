"""The house stands: every file imports from lower floors only, and heavy or delicate things live in one place each."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import pytest_ood

HOUSE = Path(pytest_ood.__file__).parent
FLOORS: dict[str, int] = {
    **dict.fromkeys(("rng", "printable", "answers", "verify", "case", "stats", "options", "call", "__init__"), 0),
    **dict.fromkeys(("outcome", "trace", "schema", "certify", "curves", "burned"), 1),
    **dict.fromkeys(("strategies", "store", "dataset"), 2),
    **dict.fromkeys(("settings", "engine", "card", "export", "validate", "merge", "hub"), 3),
    **dict.fromkeys(("cells", "plan", "run", "terminal", "hooks", "load", "replay", "shard"), 4),
    **dict.fromkeys(("decorator", "plugin", "items", "cli", "live"), 5),
}
FOLDERS = {"families": 1, "models": 2}
FILES = sorted(
    str(path.relative_to(HOUSE).with_suffix(""))
    for path in HOUSE.rglob("*.py")
    # In an installation the probes lie here too; they are a user's.
    if path.relative_to(HOUSE).parts[0] not in ("probes", "schemas")
)


def floor(name: str) -> int:
    """The floor of a file, by its path without suffix."""
    folder, _, _ = name.partition("/")
    return FOLDERS[folder] if folder in FOLDERS else FLOORS[name]


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
def test_a_file_imports_from_its_floor_or_below(name: str) -> None:
    """Also lazily, inside functions."""
    above = {file: floor(file) for file in ours(name) if floor(file) > floor(name)}
    assert above == {}, f"{name} is on floor {floor(name)}"


@pytest.mark.parametrize("name", [name for name in FILES if name.startswith("families/")])
def test_a_family_knows_only_the_ground_floor(name: str) -> None:
    """A family is a generator and a verifier, and could live anywhere."""
    assert {file for file in ours(name) if floor(file) > 0 and not file.startswith("families/")} == set()


def test_there_are_no_cycles() -> None:
    """Files of one floor may import each other one way."""
    imports = {name: ours(name) for name in FILES}
    while free := [name for name, needed in imports.items() if not needed & imports.keys()]:
        for name in free:
            del imports[name]
    assert imports == {}


def test_only_the_glue_imports_pytest() -> None:
    """The engine runs without it."""
    assert outside("pytest", "_pytest") == {"plugin", "decorator", "hooks", "items"}


def test_nobody_imports_what_pytest_keeps_to_itself() -> None:
    """Its private modules change without notice."""
    assert outside("_pytest") == set()


def test_only_one_file_names_litellm() -> None:
    """Others don't even mention how it is spelled, but in words for people."""
    assert outside("litellm") == {"models/litellm_model"}


def test_datasets_have_their_rooms() -> None:
    """pyarrow is enough to write one and to read it; what users load it with is theirs."""
    assert outside("datasets", "huggingface_hub", "pyarrow", "pandas") == {"card", "dataset", "export", "hub"}


def test_concurrency_has_its_place() -> None:
    """The engine has the event loop, `run` its thread; a model awaits, and one that blocks has its own threads."""
    concurrent = outside("asyncio", "threading", "concurrent", "multiprocessing")
    assert {name for name in concurrent if not name.startswith("models/")} == {"engine", "run", "store"}
    assert {module for module in imported("store") if module.startswith(("asyncio", "threading"))} == {"threading"}


def test_every_file_is_on_a_floor() -> None:
    """A new file finds its place in the house first."""
    assert {name for name in FILES if "/" not in name} == set(FLOORS)
    assert {name.partition("/")[0] for name in FILES if "/" in name} == set(FOLDERS)
