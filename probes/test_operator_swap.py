"""Does the model read what a sign means, or does it know?"""

import pytest

from pytest_ood import probe
from pytest_ood.families import operators


@probe(operators.arithmetic, control={"swap": ""})
@pytest.mark.parametrize("swap", ["+-", "+*", "-*"])
@pytest.mark.parametrize("operands", [3, 5, 8])
def test_swapped_operators(ood, swap, operands):
    """Two operators trade their meanings; everything else stays."""
    assert ood.robust
