"""A tiny distribution as pip would install it, without pip: a module and the metadata that names its tasks."""

from pathlib import Path

MODULE = '''
from pytest_ood import Case, task

@task(control={"size": 1}, family="spelling")
def spell(rng, size=4, *, mark="."):
    """Spell a word backward.

    Source: our grandmothers, who
        liked it.
    """
    word = "".join(rng.choice(list("abcdefgh"), 8))
    return Case(f"Spell {word} backward, size {size}{mark}", word[::-1], lures={"copied": word}, input=word)
'''


def install(folder: Path, name: str, entry_points: dict[str, str], **modules: str) -> Path:
    """Write a distribution of one version with these entry points and modules into a folder for `sys.path`."""
    info = folder / f"{name.replace('-', '_')}-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    lines = [f"{entry} = {value}\n" for entry, value in entry_points.items()]
    (info / "entry_points.txt").write_text("[pytest_ood]\n" + "".join(lines))
    for module, text in modules.items():
        (folder / f"{module}.py").write_text(text)
    return folder
