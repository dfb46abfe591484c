"""The laboratory's tests of what learns in other ways than by the next token; they need JAX as well."""

from dataclasses import replace

import numpy as np
import pytest

jax = pytest.importorskip("jax")

import asked  # noqa: E402 -- needs JAX, as the next ones do
import decoder  # noqa: E402
import kin  # noqa: E402
import life  # noqa: E402
import planning  # noqa: E402
import siblings  # noqa: E402
from training import Training  # noqa: E402

from pytest_ood import measure  # noqa: E402
from pytest_ood.families import grids, shortcuts  # noqa: E402
from pytest_ood.families.shortcuts.sibling_discovery import written  # noqa: E402
from pytest_ood.models.toy.decoder import Decoder  # noqa: E402

PATH = {"arms": 2, "length": 2, "direction": "forward"}
SMALL = {"width": 16, "layers": 1, "positions": 60}


def on_numpy(weights):
    """The weights as a network gets them that answers."""
    return {name: np.asarray(value) for name, value in weights.items()}


def surprise(logits, right):
    """The cross-entropy of tokens: [rows, tokens of the vocabulary] and [rows] -> [rows]."""
    shares = np.exp(logits - logits.max(axis=1, keepdims=True))
    shares /= shares.sum(axis=1, keepdims=True)
    return -np.log(shares[np.arange(len(right)), right])


def test_a_path_turned_round_is_written_from_the_goal_and_answered_from_the_start():
    """The same case in both orders."""
    case = shortcuts.path_star.draw(PATH, 1, 0)
    plain, turned = planning.READERS["path_star"], planning.ReversedReader()
    assert turned.read(case.prompt) == plain.read(case.prompt)
    assert turned.tokens(case.answer, case.prompt) == plain.tokens(case.answer, case.prompt)[::-1]
    assert turned.write(turned.tokens(case.answer, case.prompt), case.prompt) == case.answer


def test_without_a_teacher_the_loss_is_that_of_the_question_and_blanks():
    """Token by token on NumPy, which is shown no node of the answer."""
    experiment = replace(planning.planning(planning.Teacherless), sizes=SMALL)
    weights = experiment.init(jax.random.key(0))
    questions, answers = (rows[:8] for rows in experiment.batch_at(1))
    shown, losses, likeliest = questions, [], []
    for right in answers.T:
        logits = Decoder(on_numpy(weights), decoder.HEADS).logits(shown)[:, -1]
        losses.append(surprise(logits, right))
        likeliest.append(logits.argmax(axis=1))
        shown = np.concatenate([shown, np.full((8, 1), experiment.blank)], axis=1)
    assert experiment.loss(weights, questions, answers) == pytest.approx(np.mean(losses), abs=1e-5)
    given = experiment.answering(on_numpy(weights)).continued(questions, end=-1, most=answers.shape[1])
    np.testing.assert_array_equal(given, np.stack(likeliest, axis=1))


@pytest.mark.parametrize("wording", range(3))
def test_boards_are_read_in_every_wording(wording):
    """The cells in one row, and back into lines."""
    case, reader = grids.life.draw({"size": 5, "wording": wording}, 1, 0), life.LifeReader()
    assert "".join(reader.read(case.prompt)) == case.input.replace("\n", "") + "="
    assert reader.write(reader.tokens(case.answer, case.prompt), case.prompt) == case.answer


@pytest.mark.parametrize("params", [{"size": 9}, {"steps": 2}, {"boundary": "dead"}])
def test_other_boards_were_not_trained(params):
    """Boards that are too large, more steps, and edges."""
    with pytest.raises(life.NotTrained):
        life.LifeReader().read(grids.life.draw(params, 1, 0).prompt)


def test_the_next_board_has_the_positions_of_the_board():
    """What predicts a cell stands where the cell is, one place before that at which it is written."""
    weights = life.EXPERIMENTS["life"].init(jax.random.key(0))
    places = life.placed(on_numpy(weights), 26)["position"]
    part = np.asarray(weights["part"])
    np.testing.assert_allclose(places[25:50] - part[1], places[:25] - part[0], atol=1e-6)
    np.testing.assert_allclose(places[7] - part[0], weights["row"][1] + weights["column"][2], atol=1e-6)


def test_boards_are_answered_as_they_were_learned():
    """The loss of the likeliest next board is the least: NumPy's positions are those of the training."""
    experiment = replace(life.EXPERIMENTS["life"], sizes={"width": 16, "layers": 1})
    weights = experiment.init(jax.random.key(1))
    questions, answers = (rows[:2] for rows in experiment.batch_at(0))
    network = Decoder(life.placed(on_numpy(weights), questions.shape[1]), decoder.HEADS)
    shown = np.concatenate([questions, answers[:, :-1]], axis=1)
    logits = network.logits(shown)[:, questions.shape[1] - 1 :]
    losses = [surprise(logits[:, place], answers[:, place]) for place in range(answers.shape[1])]
    assert experiment.loss(weights, questions, answers) == pytest.approx(np.mean(losses), abs=1e-5)


@pytest.mark.parametrize("size", [4, 5])
def test_a_convolution_moves_with_the_board(size):
    """A board that is pushed down and to the right has the same successor, pushed as far."""
    weights = life.EXPERIMENTS["life_convolution"].init(jax.random.key(0))
    cells = np.random.default_rng(0).integers(2, 4, (3, size, size))
    pushed = np.roll(cells, (1, 2), axis=(1, 2))
    one, other = (
        life.cell_logits(weights, board.reshape(3, -1)).reshape(3, size, size, -1) for board in (cells, pushed)
    )
    np.testing.assert_allclose(np.roll(one, (1, 2), axis=(1, 2)), other, atol=1e-4)


@pytest.mark.parametrize("way", siblings.WAYS)
def test_training_tells_the_pairs_that_are_told(way):
    """All of them, siblings in either order, the parent last."""
    experiment = siblings.Siblings(way)
    seen = set()
    for step in range(100):
        _, names, _ = experiment.batch_at(step)
        seen |= {tuple(siblings.vocabulary()[token] for token in row) for row in names}
    told = {(two, one, parent) for parent, *both in kin.graph().taken for one, two in (both, both[::-1])}
    assert seen == told


def test_masks_hide_what_counts():
    """A hidden name is a blank and counts, one that is shown does not, and every name counts once on average."""
    shown, names, counts = siblings.Siblings("masked", seeded=True, batch=20_000).batch_at(0)
    hidden = shown[:, -siblings.NAMES :] == 0
    np.testing.assert_array_equal(counts > 0, hidden)
    np.testing.assert_array_equal(shown[:, -siblings.NAMES :][~hidden], names[~hidden])
    assert counts.mean() == pytest.approx(1, abs=0.03)


def test_half_of_the_rows_of_several_show_no_name():
    """Otherwise they are those of "next"."""
    (several, names, _), (plain, same, _) = (siblings.Siblings(way).batch_at(3) for way in ("several", "next"))
    np.testing.assert_array_equal(names, same)
    np.testing.assert_array_equal(several[1::2], plain[1::2])
    assert not several[::2, 1:].any()


@pytest.mark.parametrize("way", siblings.WAYS)
def test_only_masks_let_the_first_name_see_the_last(way):
    """A decoder looks back, one of masked names in both directions."""
    experiment = siblings.Siblings(way)
    weights = experiment.init(jax.random.key(0))
    places = 1 + siblings.NAMES - (way != "masked")
    one, other = np.full((1, places), 20), np.array([[20] * (places - 1) + [30]])
    first = [experiment.logits(weights, row)[0, 0] for row in (one, other)]
    assert np.allclose(*first) is (way != "masked")


def test_a_seed_decides_the_pair():
    """The same digits give the same names, and other digits others."""
    experiment = siblings.Siblings("next", seeded=True)
    weights = experiment.init(jax.random.key(0))
    one, other, again = (experiment.drawn(weights, np.random.default_rng(seed), 20) for seed in (1, 2, 1))
    assert one == again != other


def test_creative_pairs_are_those_that_a_verifier_takes():
    """Of pairs that are new, told, said twice in either order, and not siblings."""
    told, left = kin.graph().taken, kin.graph().left
    parent, one, two = left[0]
    pairs = [left[0], (parent, two, one), told[0], left[1], left[0], (told[0][0], one, one)]
    case = kin.told_siblings.draw({"order": "parent_first"}, 1, 0)
    given = [written(pair, "parent_first") for pair in pairs]
    verdicts = [case.check(answer, given[:place]).correct for place, answer in enumerate(given)]
    assert verdicts == [True, False, False, True, False, False]
    assert siblings.judged(pairs) == {"coherent": 5 / 6, "told": 1 / 6, "creative": 2 / 6}


def test_what_a_uniform_sampler_gets():
    """The mean of twenty simulations."""
    graph, rng = kin.graph(), np.random.default_rng(0)
    pairs = [*graph.taken, *graph.left]
    draws = [[pairs[place] for place in rng.integers(0, len(pairs), siblings.DRAWS)] for _ in range(20)]
    found = [siblings.judged(drawn) for drawn in draws]
    shares = [np.mean([one[share] for one in found]) for share in ("told", "creative")]
    assert shares == pytest.approx(siblings.uniform(), abs=0.01)


@pytest.mark.parametrize(
    ("experiment", "steps"),
    [
        (
            replace(planning.planning(planning.Teacherless), trained=[{**PATH, "length": 2}], watched={}, sizes=SMALL),
            60,
        ),
        (replace(life.boards(life.Convolved, (4,)), watched={}), 20),
        (replace(life.boards(life.OnBoards, (4,)), watched={}, sizes={"width": 16, "layers": 1}), 40),
        *((siblings.Siblings(way), 60) for way in siblings.WAYS),
    ],
)
def test_every_way_learns(experiment, steps, tmp_path):
    """The loss falls within a few steps."""
    training = Training(experiment, tmp_path, steps=steps)
    before = [float(experiment.loss(training.weights, *experiment.batch_at(step))) for step in range(2)]
    training.run()
    after = [float(experiment.loss(training.weights, *experiment.batch_at(step))) for step in range(2)]
    assert sum(after) < 0.9 * sum(before)


def test_what_has_been_trained_is_asked_like_any_model(tmp_path):
    """A convolution of boards: from its training to the verdict."""
    model = asked.reading("life_convolution", tmp_path)
    with pytest.raises(SystemExit, match="train it first"):
        model([{"role": "user", "content": grids.life.draw({"size": 4}, 0, 0).prompt}])
    Training(life.EXPERIMENTS["life_convolution"], tmp_path / "life_convolution").run()
    outcome = measure(grids.life, model, size=8, store=tmp_path / "store.db")
    assert outcome.robust
    assert model([{"role": "user", "content": "What is 2 + 2?"}]) == (
        "I cannot read this: trained only on boards of Life after one step."
    )
