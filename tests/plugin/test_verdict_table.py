"""The table of verdicts, from the rows of a summary."""

from typing import Any

import pytest

from pytest_ood.plugin.sparks import BLOCKS, PLAIN, spark
from pytest_ood.plugin.verdict_table import COLORS, verdict_table
from tests.plugin.rows import arm, brittle, gap, row


def texts(rows: list[dict[str, Any]], width: int = 80, **values: Any) -> list[str]:
    """The table's lines, without the legend and the empty line below it."""
    return [line.text for line in verdict_table(rows, width, **values)][2:]


def curve(sentence: str, *rows: dict[str, Any]) -> dict[str, Any]:
    """A curve over these cells."""
    return {"sentence": sentence, "points": [{"id": one["id"]} for one in rows]}


LADDER = [
    row(1, shift=None, control=arm(17, 21)),
    row(4),
    row(
        16,
        shift=arm(80, 100, truncated=4),
        gap=gap(0.174, -0.02, 0.35),
        verdict="undecided",
        reason="too few draws to tell (100 pairs)",
    ),
    brittle(64),
]
SENTENCE = 'holds to 4, breaks by 64; horizon 31 [24, 40]; the wrong answers are mostly "copied" (71 %)'
BLOCK = """\
spelling - t.py::test_it             gaps shown: 1 of 3 (any false: at most 3 %)
  size           1       4               16               64
  control  ▇███  17/21   21/21           21/21            21/21
  shift     █▇▁  -       21/21           80/100           0/7
  gap            -       .00 [-.12,.12]  +.17 [-.02,.35]  +.85 [.51,.97]
                 robust  robust          undecided        brittle
  holds to 4, breaks by 64; horizon 31 [24, 40]; the wrong answers are mostly
  "copied" (71 %)
  undecided at 16: too few draws to tell (100 pairs)
  at 16: 4 truncated
""".splitlines()


def test_a_ladder_of_sizes() -> None:
    """Word for word, at 80 columns, whatever the order of the cells."""
    assert texts(LADDER[::-1], curves=[curve(SENTENCE, *LADDER)]) == BLOCK


def test_the_legend_says_the_level_once() -> None:
    """That of the bounds as they stand in the rows."""
    legend = next(verdict_table(LADDER, 80)).text
    assert legend == "right/asked; gap: control less shift, each [bound] holds in 99 % of runs"
    assert next(verdict_table([row(shift=None)], 80)).text == "right/asked"


def test_a_single_cell_is_summed_up_in_a_sentence() -> None:
    """With the gap, which then has no line of its own."""
    assert texts([brittle()], 100)[1:] == [
        "  size        2",
        "  control  █  21/21",
        "  shift    ▁  0/7",
        '  brittle: the gap is +.85 [.51, .97]; the wrong answers are mostly "copied" (71 %)',
    ]


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({}, "robust: the gap is .00 [-.12, .12]"),
        ({"gap": gap(0.07, 0.01, 0.2)}, "robust, gap: the gap is +.07 [.01, .20]"),
        ({"shift": None}, "robust"),
        ({"verdict": "degraded", "gap": gap(0.2, 0.001, 0.4)}, "degraded: the gap is +.20 [>0, .40]"),
        (
            {"verdict": "incapable", "control": arm(0, 3), "shift": arm(0, 0), "gap": None, "lures": {"copied": 3}},
            'below the bar: all 3 wrong answers are "copied"',
        ),
        (
            {"verdict": "undecided", "reason": "shift: budget", "reason_arm": "shift"},
            "undecided: shift arm, budget; the gap is .00 [-.12, .12]",
        ),
        ({"control": arm(20, 21), "lures": {"copied": 1}, "gap": None}, 'robust: the wrong answer is "copied"'),
        ({"shift": arm(0, 9), "lures": {"copied": 3}, "gap": None}, 'robust: 33 % of the wrong answers are "copied"'),
    ],
)
def test_the_sentence_about_a_cell(values: dict[str, Any], sentence: str) -> None:
    """Verdict, reason, gap, and the commonest shortcut."""
    assert " ".join(line.strip() for line in texts([row(**values)])[4:]) == sentence


def test_a_gap_that_is_shown_never_reads_as_none() -> None:
    """A bound just above 0 is not .00; neither is one just below."""
    lines = texts([row(gap=gap(0.004, 1e-9, 0.996)), row(3, gap=gap(-1, -1, -1e-9))])
    (line,) = (line for line in lines if line.startswith("  gap "))
    assert line.split() == ["gap", ".00", "[>0,1]", "-1", "[-1,<0]"]


def test_every_verdict_has_its_colour() -> None:
    """On its word and nothing else."""
    names = ["robust", "brittle", "degraded", "incapable", "undecided"]
    lines = list(verdict_table([row(size, verdict=name) for size, name in enumerate(names, 1)], 100))
    marked = {line.text[start:end]: color for line in lines for start, end, color in line.marks}
    assert marked == {"below the bar" if name == "incapable" else name: color for name, color in COLORS.items()}
    assert not any(line.color for line in lines)
    (*_, alone) = verdict_table([brittle()], 120)
    assert [alone.text[start:end] for start, end, _ in alone.marks] == ["brittle"]


@pytest.mark.parametrize("width", [40, 60, 80, 100, 120])
def test_no_size_is_cut_off(width: int) -> None:
    """Sizes that do not fit go on below, about as many in each band; all numbers stay whole."""
    rows = [row(2**power, control=arm(100 + power, 200), gap=gap(-0.5, -0.55, -0.45)) for power in range(12)]
    lines = texts(rows, width)
    assert max(map(len, lines)) <= width
    sizes = [line.split()[1:] for line in lines if line.startswith("  size")]
    assert [int(size) for band in sizes for size in band] == [2**power for power in range(12)]
    assert max(map(len, sizes)) - min(map(len, sizes)) <= 1
    assert [score for line in lines if line.startswith("  control") for score in line.split()[2:]] == [
        f"{100 + power}/200" for power in range(12)
    ]
    assert sum(line.count("-.50 [-.55,-.45]") for line in lines) == 12


def test_spark_lines() -> None:
    """From the lowest to the highest; nothing where nothing is known; plain characters where others cannot be shown."""
    accuracies = [0, 0.124, 0.125, 0.5, 0.99, 1, None]
    assert spark(accuracies) == "▁▁▂▅██ "
    assert spark(accuracies, PLAIN) == "__.=## "
    assert len(BLOCKS) == len(PLAIN) == 8
    assert all(line.isascii() for line in texts(LADDER, signs=PLAIN))


def test_spark_lines_show_the_unbiased_estimate() -> None:
    """Not the raw fraction of an arm that stopped early, unless there is nothing else."""
    early = arm(21, 21, estimate=0.3)
    assert "  control  ▃  21/21" in texts([row(control=early)])
    assert "  control  █  21/21" in texts([row(control={**early, "estimate": None})])


def test_a_block_for_each_model_and_condition() -> None:
    """Named by what differs and nothing else."""
    assert texts([row(), row(3)])[1].split() == ["size", "2", "3"]
    cot = {"model": "m", "strategy": "cot", "shots": 4, "args": {"temperature": 0.5}}
    plain = {"model": "m", "strategy": "direct", "shots": 0, "args": {"temperature": 0}}
    rows = [
        row(condition=plain),
        row(strategy="cot", condition=cot),
        row(model="n", condition={**plain, "model": "n"}),
        row(sampling={"bar": 0.9}, condition=plain),
    ]
    lines = texts(rows, 100)
    assert lines.count("spelling - t.py::test_it") == 1
    assert [lines[place - 1] for place, line in enumerate(lines) if line.startswith("  size")] == [
        "  m, direct, temperature=0, shots=0, bar=0.8",
        "  m, cot, temperature=0.5, shots=4, bar=0.8",
        "  n, direct, temperature=0, shots=0, bar=0.8",
        "  m, direct, temperature=0, shots=0, bar=0.9",
    ]


def test_conditions_that_look_alike_are_not_mixed() -> None:
    """Of a long system message only the beginning is shown; an argument cannot pass for an axis."""
    told = [{"system": "x" * 40 + end, "args": {"shots": 5}, "shots": 0} for end in "ab"]
    lines = texts([row(condition=one) for one in told], 100)
    assert lines.count("  system=" + "x" * 32) == 2


def labels(*params: dict[str, Any], size: str | None = None) -> list[list[str]]:
    """The words of the lines above the control's, for cells with these parameters."""
    lines = texts([row(params=one, size=size, control_params={"mode": "plain"}) for one in params])[1:]
    return [
        line.split() for line in lines if line and not line.startswith(("  control", "  shift", "  gap", "  robust"))
    ]


def test_another_parameter_has_a_block_for_each_value() -> None:
    """The size across, by its value, the other one above; without a size the numbers across."""
    grid = [{"rule": rule, "width": width} for width in (16, 8) for rule in ("a", "b")]
    expected = [["rule=a"], ["width", "8", "16"], ["rule=b"], ["width", "8", "16"]]
    assert labels(*grid, size="width") == labels(*grid) == expected


def test_parameters_that_vary_together_label_their_columns() -> None:
    """They would make blocks of a single column."""
    lines = texts([row(params={"list": "months", "far": 2}), row(params={"list": "letters", "far": 3})])
    assert lines[1].split() == ["list=months", "far=2", "list=letters", "far=3"]


def test_a_lone_cell_is_labelled_by_what_moved() -> None:
    """Not by what is the same in the control."""
    lines = texts([row(params={"rule": 110, "mode": "new"}, control_params={"rule": 110, "mode": "old"}, size=None)])
    assert lines[1].split() == ["mode", "new"]


def test_an_empty_value_can_be_seen() -> None:
    """As can one of blanks."""
    assert texts([row(""), row(" "), row("x")])[1].split() == ["size", '""', '"', '"', "x"]


def test_probes_are_under_their_family() -> None:
    """One heading for each probe, an empty line before it."""
    lines = texts([row(), row(3), row(family="grids", probe="g.py::test_grid")])
    headings = [place for place, line in enumerate(lines) if line and not line.startswith(" ")]
    assert [lines[place] for place in headings] == ["spelling - t.py::test_it", "grids - g.py::test_grid"]
    assert lines[headings[1] - 1] == ""


def test_what_comes_from_outside_is_printable() -> None:
    """Parameters, models, lures, reasons and sentences can hold anything."""
    nasty = "a\x1b[2J\nb\u202e"
    hostile = {"params": {nasty: nasty}, "model": nasty, "probe": nasty, "family": nasty, "lures": {nasty: 1}}
    rows = [
        row(**hostile, verdict="undecided", reason=nasty, id="1"),
        row(**{**hostile, "params": {nasty: "c"}}, verdict="undecided", reason=nasty, id="2"),
        row(**{**hostile, "probe": "p"}, verdict="undecided", reason=nasty, id="3"),
        row(model="other", id="4"),
    ]
    for curves in ([], [curve(nasty, *rows[:2])]):
        lines = texts(rows, 300, curves=curves)
        assert all(sign.isprintable() for line in lines for sign in line)
        assert sum("a\\x1b[2J\\nb\\u202e" in line for line in lines) > 6


def test_arms_that_may_have_guessed_are_named() -> None:
    """With the columns that it is about: whatever else they show."""
    guessed = arm(10, 20, beats_chance=False)
    lines = texts([row(2, shift=guessed), row(3, shift=guessed), row(4, control=guessed, shift=guessed)])
    assert lines[-2:] == ["  at 2 and 3: shift not above chance", "  at 4: control and shift not above chance"]
    assert texts([row(shift=guessed)])[-1] == "  shift not above chance"


def test_a_long_value_is_shortened_to_the_width_and_no_further() -> None:
    """Its numbers stay whole."""
    lines = texts([row("x" * 200), row("y")], 60)
    assert max(map(len, lines)) <= 60
    assert any(line.endswith("xxx...") and len(line) == 60 for line in lines)
    assert sum(line.count("21/21") for line in lines) == 4


def unasked(size: int, **values: Any) -> dict[str, Any]:
    """A cell of a model that could not be asked."""
    nothing = arm(0, 0)
    dead = {"verdict": "undecided", "reason_code": "provider", "reason": "gpt-4o: no API key"}
    return row(size, **{"control": nothing, "shift": nothing, "gap": None, **dead, **values})


def test_a_model_that_could_not_be_asked_has_one_line() -> None:
    """Not a block for each probe; the end of the run says why."""
    dead = [unasked(size, probe=f"t.py::test_{size}") for size in range(30)]
    assert [line.text for line in verdict_table(dead, 80)] == ["30 cells of m not asked"]
    lines = texts([row(4), *dead])
    assert lines[0] == "spelling - t.py::test_it"
    assert lines[-2:] == ["", "30 cells of m not asked"]
    assert len(lines) < 10


def test_a_cell_that_was_begun_keeps_its_block() -> None:
    """What was answered is shown; so is a single cell."""
    assert "20/20" in "\n".join(texts([unasked(2, control=arm(20, 20)), unasked(3)]))
    assert "undecided: gpt-4o: no API key" in "\n".join(texts([unasked(2)]))


def test_a_probe_without_parameters_has_no_empty_line() -> None:
    """Such as one of paired rows."""
    alone = row(params={}, control_params={"question": "control"})
    assert texts([alone])[:2] == ["spelling - t.py::test_it", "  control  █  21/21"]
