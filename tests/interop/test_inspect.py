"""Inspect opens the logs, and runs the bundled tasks."""

import itertools
import math
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from inspect_ai import eval, score
from inspect_ai.log import EvalLog, EvalSample, list_eval_logs, read_eval_log
from inspect_ai.model import ModelOutput, get_model

from pytest_ood import answers, families
from pytest_ood.dataset.formats.peers.inspect_tasks import verifier
from pytest_ood.evidence.trace import Trace
from tests.interop.conftest import Convert

SAMPLES = 3
OFFERED = [task for task in families.tasks() if task.name != "shortcuts.sibling_discovery"]


@pytest.fixture(scope="module")
def logs(converted: Convert) -> list[EvalLog]:
    """The logs of the dataset."""
    return [read_eval_log(info) for info in list_eval_logs(str(converted("inspect")))]


def test_the_logs_have_every_trace(logs: list[EvalLog], traces: list[Trace]) -> None:
    """With its whole conversation, and under the task, the arm and the condition it was asked under."""
    samples = {sample.id: (log, sample) for log in logs for sample in log.samples or []}
    assert len(samples) == len(traces)
    for trace in traces:
        log, sample = samples[trace.id]
        assert (log.eval.task, log.eval.model, log.eval.solver) == (trace.task, trace.model, trace.strategy)
        assert [message.text for message in sample.messages] == [
            *(turn["content"] for turn in trace.messages),
            trace.response,
        ]
        assert sample.target == trace.answer_expected
        assert sample.metadata["pair_id"] == trace.pair_id


def test_only_right_and_wrong_answers_have_a_score(logs: list[EvalLog], traces: list[Trace]) -> None:
    """The others are not wrong: Inspect leaves them out of its accuracy, and says how many they are."""
    values = {sample.id: sample.scores["verifier"].value for log in logs for sample in log.samples or []}
    for trace in traces:
        value = values[trace.id]
        if trace.outcome in ("correct", "wrong"):
            assert value == {"correct": "C", "wrong": "I"}[trace.outcome]
        else:
            assert math.isnan(value)
    counts = [score for log in logs for score in log.results.scores]
    assert (
        sum(score.unscored_samples for score in counts) == sum(map(math.isnan, filter(is_float, values.values()))) > 0
    )
    assert sum(score.scored_samples * score.metrics["accuracy"].value for score in counts if score.scored_samples) == (
        pytest.approx(sum(trace.outcome == "correct" for trace in traces))
    )


def is_float(value: object) -> bool:
    """Return whether it is one."""
    return isinstance(value, float)


def test_the_viewer_opens_them(converted: Convert, tmp_path: Path) -> None:
    """As a site that shows all of them."""
    command = [Path(sys.executable).with_name("inspect"), "view", "bundle", "--log-dir", converted("inspect")]
    subprocess.run([*command, "--output-dir", tmp_path / "site"], check=True, capture_output=True)
    assert (tmp_path / "site" / "index.html").is_file()


# The bundled tasks under Inspect.


class Answering:
    """Answers every question of the tasks, and knows from the last ones what is asked in a dialogue."""

    def __init__(self, samples: int) -> None:
        self.answers: dict[str, Sequence[str]] = {}
        self.calls = itertools.count()
        for task in families.tasks():
            for params, draw in itertools.product((task.control, {}), range(samples)):
                case = task.draw(params, 0, draw)
                self.answers[case.prompt] = [case.answer] if case.reply is None else answers.split(case.answer)

    def right(self, messages: Sequence[Any]) -> str:
        """Return the right answer to the last question."""
        asked = [message.text.rpartition("\n\n")[0] for message in messages if message.role == "user"]
        (begun,) = [place for place, text in enumerate(asked) if text in self.answers]
        return answers.wrap(self.answers[asked[begun]][len(asked) - begun - 1])

    def always(self, messages: Any, *_: Any) -> ModelOutput:
        """Answer rightly."""
        return ModelOutput.from_content("mockllm/model", self.right(messages))

    def in_turn(self, messages: Any, *_: Any) -> ModelOutput:
        """Answer rightly, wrongly, without tags, cut off, or refuse."""
        right = self.right(messages)
        kind = next(self.calls) % 5
        text = [right, answers.wrap("99999999"), "Well.", right, "No."][kind]
        stop: Any = ["stop", "stop", "stop", "max_tokens", "content_filter"][kind]
        return ModelOutput.from_content("mockllm/model", text, stop_reason=stop)


def run(tasks: list[str], answer: Any, folder: Path, **args: Any) -> list[EvalLog]:
    """Run tasks under Inspect."""
    model = get_model("mockllm/model", custom_outputs=answer, memoize=False)
    return eval(tasks, model=model, task_args=args, log_dir=str(folder), display="none", max_tasks=4)


def outcomes(log: EvalLog) -> Counter[tuple[str, str]]:
    """How often which outcome came with which value."""
    given = [sample.scores["verifier"] for sample in samples(log)]
    return Counter((one.metadata["outcome"], str(one.value)) for one in given)


def samples(log: EvalLog) -> list[EvalSample]:
    """The samples of a finished log."""
    assert log.status == "success", log.error
    assert log.samples is not None
    return log.samples


def test_every_task_runs(tmp_path: Path) -> None:
    """Control and shift of each draw, dialogues turn by turn; right answers are right."""
    names = [f"pytest_ood/{task.name.rpartition('.')[2]}" for task in OFFERED]
    found = run(names, Answering(SAMPLES).always, tmp_path, samples=SAMPLES)
    assert [log.eval.task_registry_name for log in found] == names
    assert len(names) == 34
    for log in found:
        assert outcomes(log) == {("correct", "C"): 2 * SAMPLES}
        arms = [(sample.metadata["arm"], sample.metadata["pair_id"]) for sample in samples(log)]
        assert Counter(arm for arm, _ in arms) == {"control": SAMPLES, "shift": SAMPLES}
        assert set(Counter(pair for _, pair in arms).values()) == {2}
        metrics = {name: metric.value for one in log.results.scores for name, metric in one.metrics.items()}
        assert metrics["control_accuracy"] == metrics["shift_accuracy"] == 1.0


def test_answers_have_our_outcomes(tmp_path: Path) -> None:
    """One that is cut off is not wrong, even if its answer can be read."""
    (log,) = run(["pytest_ood/arithmetic"], Answering(10).in_turn, tmp_path, samples=10)
    assert outcomes(log) == {
        ("correct", "C"): 4,
        ("wrong", "I"): 4,
        ("unparsed", "nan"): 4,
        ("truncated", "nan"): 4,
        ("refused", "nan"): 4,
    }
    (counted,) = {(one.scored_samples, one.unscored_samples) for one in log.results.scores}
    assert counted == (8, 12)


def test_a_log_is_scored_again(tmp_path: Path) -> None:
    """With the same result; parameters in the log of a stranger are checked before a task is run on them."""
    (log,) = run(["pytest_ood/copy_string"], Answering(5).in_turn, tmp_path, samples=5)
    again = score(log, verifier(), display="none")
    assert outcomes(again) == outcomes(log)
    log.samples[0].metadata["params"]["length"] = 10**12
    with pytest.raises(Exception, match="length=1000000000000"):
        score(log, verifier(), display="none")


def test_arguments_reach_the_task(tmp_path: Path) -> None:
    """Its own, and how it is asked; another is an error, not ignored."""
    answer = ModelOutput.from_content("mockllm/model", "<answer>1</answer>")
    (log,) = run(["pytest_ood/arithmetic"], [answer] * 4, tmp_path, samples=2, operands=5, seed=3, exchanges=0)
    for sample in samples(log):
        assert sample.metadata["params"]["operands"] == 5
        assert sample.metadata["seed"] == 3
        assert len(sample.input) == 1
        expected = families.find("operators.arithmetic").draw(sample.metadata["params"], 3, sample.metadata["draw"])
        assert sample.target == expected.answer
    with pytest.raises(Exception, match="does not take"):
        run(["pytest_ood/arithmetic"], [answer], tmp_path, operand=5)
    with pytest.raises(Exception, match="strategy=vote"):
        run(["pytest_ood/arithmetic"], [answer], tmp_path, strategy="vote")


def test_what_is_judged_together_is_refused(tmp_path: Path) -> None:
    """Inspect judges each sample alone."""
    with pytest.raises(Exception, match="judges its draws together"):
        run(["pytest_ood/sibling_discovery"], [], tmp_path)


def test_the_command_finds_them(tmp_path: Path) -> None:
    """By the entry point, which only an installation has."""
    inspect = Path(sys.executable).with_name("inspect")
    command = [
        inspect,
        "eval",
        "pytest_ood/copy_string",
        "--model",
        "mockllm/model",
        "-T",
        "length=5",
        "-T",
        "samples=1",
    ]
    subprocess.run([*command, "--log-dir", tmp_path, "--display", "none"], check=True, capture_output=True)
    (log,) = [read_eval_log(info) for info in list_eval_logs(str(tmp_path))]
    assert outcomes(log) == {("unparsed", "nan"): 2}
