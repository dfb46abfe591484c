"""The environment that `verifiers` writes; only that package imports it."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, ClassVar

import verifiers.v1 as vf
from verifiers.v1.types import content_text

from pytest_ood.dataset.formats.lines import read_lines
from pytest_ood.dataset.formats.questions import begun, judged
from pytest_ood.dataset.redraw import CaseKey
from pytest_ood.evidence.judging import Judgement
from pytest_ood.models.request import Answer

_IN_DATA = (*CaseKey._fields, "arm", "family", "pair_id", "strategy")


class OodData(vf.TaskData):
    """A question.

    Attributes:
        case: the fields of `CaseKey`, the arm and what else is known about the question.
    """

    case: Mapping[str, Any]


class OodTask(vf.Task[OodData]):
    """A question whose reward is its verifier's."""

    @vf.reward
    async def verified(self, trace: vf.Trace) -> float:
        """Return 1 for a right answer, and otherwise 0."""
        return float(self._judged(trace).outcome == "correct")

    @vf.metric
    async def unscored(self, trace: vf.Trace) -> float:
        """Return 1 for an answer that is neither right nor wrong: not in the form asked, or cut off."""
        return float(self._judged(trace).outcome not in ("correct", "wrong"))

    def _judged(self, trace: vf.Trace) -> Judgement:
        texts = [content_text(node.message.content) for node in trace.nodes if node.sampled] or [""]
        last = Answer(texts[-1], finish_reason="length" if trace.is_truncated else "stop")
        return judged(self.data.case, *map(Answer, texts[:-1]), last)


class OodEnv(vf.SingleAgentEnv):
    """Asks a question, and in a dialogue all that depends on the answers."""

    async def run(self, task: OodTask, agents: vf.Agents) -> None:
        """Ask one question, or hold one dialogue."""
        conversation = begun(task.data.case)
        if conversation.case.reply is None:
            await super().run(task, agents)
            return
        async with agents.agent.interaction(task) as talk:
            segment = await talk.turn()
            while not segment.terminated:
                conversation.add(Answer(segment.last_reply))
                if not conversation.open:
                    break
                segment = await talk.turn(conversation.messages[-1]["content"])


class OodTaskset(vf.Taskset[OodTask, vf.TasksetConfig]):
    """The questions of a file."""

    file: ClassVar[Path]

    def load(self) -> Iterator[OodTask]:
        """Yield a task for each question."""
        for row in read_lines(self.file):
            turns = row["prompt"]
            system = "\n\n".join(turn["content"] for turn in turns if turn["role"] == "system")
            data = OodData(
                id=row["id"],
                name=row["task"],
                prompt=[turn for turn in turns if turn["role"] != "system"],
                system_prompt=system or None,
                case={name: row[name] for name in _IN_DATA},
            )
            yield OodTask(data, self.config.task)
