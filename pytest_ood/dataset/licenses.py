"""The licence of a dataset, and which licence applies when datasets are combined."""

import difflib
from collections.abc import Iterable
from pathlib import Path

from pytest_ood.dataset.folder import DatasetError

#: Generated questions need nobody's permission.
DEFAULT = "cc0-1.0"

#: The licences that the Hub recognises (https://huggingface.co/docs/hub/repositories-licenses), by their ids.
LICENSES = {
    "apache-2.0": "Apache License 2.0",
    "mit": "MIT License",
    "openrail": "OpenRAIL license family",
    "bigscience-openrail-m": "BigScience OpenRAIL-M",
    "creativeml-openrail-m": "CreativeML OpenRAIL-M",
    "bigscience-bloom-rail-1.0": "BigScience BLOOM RAIL 1.0",
    "bigcode-openrail-m": "BigCode Open RAIL-M v1",
    "afl-3.0": "Academic Free License v3.0",
    "artistic-2.0": "Artistic License 2.0",
    "bsl-1.0": "Boost Software License 1.0",
    "bsd": "BSD license family",
    "bsd-2-clause": 'BSD 2-Clause "Simplified" License',
    "bsd-3-clause": 'BSD 3-Clause "New" or "Revised" License',
    "bsd-3-clause-clear": "BSD 3-Clause Clear License",
    "c-uda": "Computational Use of Data Agreement",
    "cc": "Creative Commons license family",
    "cc0-1.0": "Creative Commons Zero v1.0 Universal",
    "cc-by-2.0": "Creative Commons Attribution 2.0",
    "cc-by-2.5": "Creative Commons Attribution 2.5",
    "cc-by-3.0": "Creative Commons Attribution 3.0",
    "cc-by-4.0": "Creative Commons Attribution 4.0",
    "cc-by-sa-3.0": "Creative Commons Attribution Share Alike 3.0",
    "cc-by-sa-4.0": "Creative Commons Attribution Share Alike 4.0",
    "cc-by-nc-2.0": "Creative Commons Attribution Non Commercial 2.0",
    "cc-by-nc-3.0": "Creative Commons Attribution Non Commercial 3.0",
    "cc-by-nc-4.0": "Creative Commons Attribution Non Commercial 4.0",
    "cc-by-nd-4.0": "Creative Commons Attribution No Derivatives 4.0",
    "cc-by-nc-nd-3.0": "Creative Commons Attribution Non Commercial No Derivatives 3.0",
    "cc-by-nc-nd-4.0": "Creative Commons Attribution Non Commercial No Derivatives 4.0",
    "cc-by-nc-sa-2.0": "Creative Commons Attribution Non Commercial Share Alike 2.0",
    "cc-by-nc-sa-3.0": "Creative Commons Attribution Non Commercial Share Alike 3.0",
    "cc-by-nc-sa-4.0": "Creative Commons Attribution Non Commercial Share Alike 4.0",
    "cdla-sharing-1.0": "Community Data License Agreement, Sharing, Version 1.0",
    "cdla-permissive-1.0": "Community Data License Agreement, Permissive, Version 1.0",
    "cdla-permissive-2.0": "Community Data License Agreement, Permissive, Version 2.0",
    "wtfpl": "Do What The F*ck You Want To Public License",
    "ecl-2.0": "Educational Community License v2.0",
    "epl-1.0": "Eclipse Public License 1.0",
    "epl-2.0": "Eclipse Public License 2.0",
    "etalab-2.0": "Etalab Open License 2.0",
    "eupl-1.1": "European Union Public License 1.1",
    "eupl-1.2": "European Union Public License 1.2",
    "agpl-3.0": "GNU Affero General Public License v3.0",
    "gfdl": "GNU Free Documentation License family",
    "gpl": "GNU General Public License family",
    "gpl-2.0": "GNU General Public License v2.0",
    "gpl-3.0": "GNU General Public License v3.0",
    "lgpl": "GNU Lesser General Public License family",
    "lgpl-2.1": "GNU Lesser General Public License v2.1",
    "lgpl-3.0": "GNU Lesser General Public License v3.0",
    "isc": "ISC License",
    "h-research": "H Research License",
    "intel-research": "Intel Research Use License Agreement",
    "lppl-1.3c": "LaTeX Project Public License v1.3c",
    "ms-pl": "Microsoft Public License",
    "apple-ascl": "Apple Sample Code License",
    "apple-amlr": "Apple Model License for Research",
    "mpl-2.0": "Mozilla Public License 2.0",
    "odc-by": "Open Data Commons Attribution License",
    "odbl": "Open Database License",
    "openmdw-1.0": "Open Model, Data and Weights License Agreement v1.0",
    "openrail++": "Open RAIL++-M License",
    "osl-3.0": "Open Software License 3.0",
    "postgresql": "PostgreSQL License",
    "ofl-1.1": "SIL Open Font License 1.1",
    "ncsa": "University of Illinois/NCSA Open Source License",
    "unlicense": "The Unlicense",
    "zlib": "zLib License",
    "pddl": "Open Data Commons Public Domain Dedication and License",
    "lgpl-lr": "Lesser General Public License For Linguistic Resources",
    "deepfloyd-if-license": "DeepFloyd IF Research License Agreement",
    "fair-noncommercial-research-license": "FAIR Noncommercial Research License",
    "llama2": "Llama 2 Community License Agreement",
    "llama3": "Llama 3 Community License Agreement",
    "llama3.1": "Llama 3.1 Community License Agreement",
    "llama3.2": "Llama 3.2 Community License Agreement",
    "llama3.3": "Llama 3.3 Community License Agreement",
    "llama4": "Llama 4 Community License Agreement",
    "gemma": "Gemma Terms of Use",
    "unknown": "an unknown licence",
    "other": "a licence of its own",
}
_LONGEST = 100
_CHOOSE = "choose one with --license ID (in a run: --ood-license ID)"


class LicenseError(DatasetError):
    """A licence is unknown, or rows under one licence cannot be added to a dataset under another."""


def check_license(name: str) -> str:
    """Return the licence if the Hub recognises it.

    Raises:
        LicenseError: it does not; the message suggests the closest ones.
    """
    if name in LICENSES:
        return name
    near = difflib.get_close_matches(name.lower(), LICENSES, 3, 0.6)
    hint = f"did you mean {' or '.join(near)}?" if near else f"for example {DEFAULT}, cc-by-4.0, odc-by or other"
    raise LicenseError(f"unknown licence {name!r}", fix=f"choose an id that the Hugging Face Hub lists; {hint}")


def license_of(folder: Path) -> str | None:
    """Return the licence that the card of a dataset names; None if there is no card or it names none."""
    from huggingface_hub import metadata_load

    card = folder / "README.md"
    if not card.is_file():
        return None
    try:
        metadata = metadata_load(card)
    except Exception:  # whatever bad YAML may raise: the card is not trusted
        return None
    name = (metadata or {}).get("license")
    return name[:_LONGEST] if isinstance(name, str) and name else None


def joined(there: str | None, added: Iterable[str | None], chosen: str | None, path: object) -> str:
    """Return the licence of a dataset to which rows are added.

    Rows in the public domain (CC0) may go anywhere. Others keep their licence unless the user chooses another.

    Args:
        there: the licence of the dataset; None for a new one.
        added: the licences of the datasets that the rows come from.
        chosen: the licence that the user has chosen, if any.
        path: the dataset, for the message.

    Raises:
        LicenseError: the choice is unknown or differs from the dataset's licence, or the rows have another licence.
    """
    if chosen is not None:
        check_license(chosen)
        if there not in (None, chosen):
            raise LicenseError(
                f"the dataset is under {there}, so nothing can be added under {chosen}",
                path=str(path),
                fix=f"leave the licence out to keep {there}, or write to another dataset",
            )
        return chosen
    others = {license for license in added if license not in (None, DEFAULT, there)}
    if there is None:
        if len(others) > 1:
            raise LicenseError(
                f"the datasets are under different licences ({', '.join(sorted(map(str, others)))})",
                path=str(path),
                fix=_CHOOSE,
            )
        return next(iter(others), None) or DEFAULT
    if others:
        other = sorted(map(str, others))[0]
        raise LicenseError(
            f"the dataset is under {there}, the rows to add are under {other}",
            path=str(path),
            fix=f"write to another dataset or, if you may, pass --license {there} (in a run: --ood-license {there})",
        )
    return there
