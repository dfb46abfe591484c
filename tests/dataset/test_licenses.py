"""The licence of a dataset is chosen by who exports or publishes it, and nothing is relicensed by accident."""

from pathlib import Path

import pytest
import yaml

from pytest_ood.cli import main
from pytest_ood.dataset.folder import DatasetError
from pytest_ood.dataset.licenses import LICENSES, LicenseError, check_license, joined, license_of
from pytest_ood.dataset.write import check_target
from tests.client import NAME, Client
from tests.dataset.making import contents, export, merge, some, summary
from tests.hub import Hub

OURS, OTHER = "cc-by-4.0", "odc-by"


def of_card(card: str) -> tuple[str, str]:
    """The licence in the front matter of a card, and the text on it."""
    front = yaml.safe_load(card.split("---\n", 2)[1])
    return front["license"], card.split("\n## Licence\n")[1].split("\n## ")[0]


def published(hub: Hub) -> str:
    """The licence of the dataset on the hub."""
    return of_card(hub.repos[NAME].head.files["README.md"].content.decode())[0]


def test_the_table_is_that_of_the_hub() -> None:
    """Ids in lower case, each with a name; those that people publish data under are there."""
    assert {"cc0-1.0", "cc-by-4.0", "cc-by-sa-4.0", "cc-by-nc-4.0", "odc-by", "odbl", "pddl", "mit", "other"} <= set(
        LICENSES
    )
    assert all(name == name.lower() and " " not in name and title for name, title in LICENSES.items())


@pytest.mark.parametrize(
    ("given", "near"),
    [("CC-BY-4.0", "cc-by-4.0"), ("cc-by-4", "cc-by-4.0"), ("Apache 2.0", "apache-2.0"), ("proprietary", "other")],
)
def test_an_unknown_licence_is_refused(given: str, near: str) -> None:
    """With what may have been meant."""
    with pytest.raises(LicenseError, match=near):
        check_license(given)
    assert check_license(near) == near


# Exports.


def test_a_dataset_is_in_the_public_domain_unless_somebody_chooses(tmp_path: Path) -> None:
    """The text of the card follows the choice."""
    export(tmp_path / "default", some(), summary())
    license, text = of_card((tmp_path / "default" / "README.md").read_text())
    assert (license, "CC0 1.0" in text) == ("cc0-1.0", True)
    export(tmp_path / "chosen", some(), summary(), license=OURS)
    license, text = of_card((tmp_path / "chosen" / "README.md").read_text())
    assert (license, "Attribution 4.0" in text, "public domain" in text) == (OURS, True, False)


def test_a_dataset_keeps_its_licence(tmp_path: Path) -> None:
    """Chosen once, or written into the card by hand; the same choice again is fine."""
    export(tmp_path, some(), summary(), license=OURS)
    export(tmp_path, some(12, "run-2"), summary())
    assert license_of(tmp_path) == OURS
    card = (tmp_path / "README.md").read_text()
    (tmp_path / "README.md").write_text(card.replace(f"license: {OURS}", "license: our-own"))
    export(tmp_path, some(14, "run-3"), summary())
    license, text = of_card((tmp_path / "README.md").read_text())
    assert (license, "`our-own`" in text) == ("our-own", True)


@pytest.mark.parametrize(("chosen", "why"), [(OTHER, f"is under {OURS}"), ("cc-by-5", "unknown licence 'cc-by-5'")])
def test_another_licence_is_refused_before_anything_is_asked(tmp_path: Path, chosen: str, why: str) -> None:
    """Nothing is written."""
    export(tmp_path, some(), summary(), license=OURS)
    before = contents(tmp_path)
    with pytest.raises(DatasetError, match=why):
        check_target(tmp_path, license=chosen)
    with pytest.raises(DatasetError, match=why):
        export(tmp_path, some(12, "run-2"), summary(), license=chosen)
    assert before == contents(tmp_path)


@pytest.mark.parametrize("front", ["license: [a, b]", "license: 3", "license: ''", "no: license", "a: [", "- x", "\tx"])
def test_a_card_without_a_licence_that_can_be_read(tmp_path: Path, front: str) -> None:
    """Has none, whatever is in it."""
    (tmp_path / "README.md").write_text(f"---\n{front}\n---\n")
    assert license_of(tmp_path) is None
    assert license_of(tmp_path / "none") is None


# Datasets that come together.


@pytest.mark.parametrize(
    ("there", "added", "chosen", "expected"),
    [
        (None, [], None, "cc0-1.0"),
        (None, [None], None, "cc0-1.0"),
        (None, ["cc0-1.0", OURS], None, OURS),
        (None, [OURS, OURS], None, OURS),
        (None, [OURS, OTHER], None, None),
        (None, [OURS, OTHER], "cc0-1.0", "cc0-1.0"),
        (OURS, [], None, OURS),
        (OURS, ["cc0-1.0", None, OURS], None, OURS),
        (OURS, [OTHER], None, None),
        (OURS, [OTHER], OURS, OURS),
        (OURS, [], OTHER, None),
        ("cc0-1.0", [OURS], None, None),
        ("cc0-1.0", [OURS], "cc0-1.0", "cc0-1.0"),
        (None, [], "nonsense", None),
    ],
)
def test_licences_that_come_together(
    there: str | None, added: list[str | None], chosen: str | None, expected: str | None
) -> None:
    """The public domain goes with all; the others only with themselves, unless somebody says so."""
    if expected is None:
        with pytest.raises(LicenseError) as raised:
            joined(there, added, chosen, "out")
        assert raised.value.fix
        assert raised.value.path == (None if chosen == "nonsense" else "out")
    else:
        assert joined(there, added, chosen, "out") == expected


def test_merging(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Folders of different licences need a choice; nothing is merged without."""
    export(tmp_path / "a", some(), summary(), license=OURS)
    export(tmp_path / "b", some(10, "run-2", model="other"), summary(), license=OTHER)
    export(tmp_path / "c", some(10, "run-3", model="third"), summary())
    merge([tmp_path / "a", tmp_path / "c"], tmp_path / "ac")
    assert license_of(tmp_path / "ac") == OURS
    folders = [str(tmp_path / name) for name in ("a", "b", "out")]
    assert main(["merge", *folders]) == 1
    assert "different licences (cc-by-4.0, odc-by)" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
    assert main(["merge", *folders, "--license", OURS]) == 0
    assert license_of(tmp_path / "out") == OURS


# Publishing.


def test_a_licence_is_chosen_when_it_is_published(client: Client, hub: Hub) -> None:
    """For a new dataset; later runs keep it, also from a folder that says nothing else."""
    client.published("--license", OURS)
    assert published(hub) == OURS
    assert license_of(client.folder) == "cc0-1.0"
    export(client.folder, some(12, "run-2"), summary(probe="test_other"))
    client.published()
    assert published(hub) == OURS


def test_a_folder_with_a_licence_takes_it_along(client: Client, hub: Hub, tmp_path: Path) -> None:
    """And is not added to a dataset under another, unless that is said."""
    client.published()
    other = Client(tmp_path / "other", hub)
    export(other.folder, some(12, "run-2"), summary(probe="test_other"), license=OTHER)
    assert f"{NAME}: the dataset is under cc0-1.0, the rows to add are under {OTHER}" in other.refused()
    other.published("--license", "cc0-1.0")
    assert published(hub) == "cc0-1.0"
    del hub.repos[NAME]
    other.published()
    assert published(hub) == OTHER


@pytest.mark.parametrize(
    ("chosen", "why"),
    [(OURS, "is under cc0-1.0, so nothing can be added"), ("cc", "is under"), ("x", "unknown licence")],
)
def test_what_is_published_is_not_relicensed(client: Client, hub: Hub, chosen: str, why: str) -> None:
    """Nor is anything sent to find out that an id is unknown."""
    client.put()
    assert why in client.refused("--license", chosen)
    assert (hub.requests == []) == (chosen == "x")
