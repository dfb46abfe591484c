"""The same calls through lm-evaluation-harness, in its environment. Arguments are those of ``ask_litellm.py``.

A question of lm-eval is one message: the messages of a conversation are joined.
"""

import json
import sys
from pathlib import Path

import datasets
import lm_eval
from lm_eval.api.task import ConfigurableTask

datasets.disable_progress_bars()


def main(conversations: list, model: str, url: str, concurrency: int) -> None:
    questions = ["\n".join(message["content"] for message in messages) for messages in conversations]
    rows = datasets.Dataset.from_dict({"question": questions, "answer": ["4"] * len(questions)})
    task = ConfigurableTask(
        config={
            "task": "bench",
            "custom_dataset": lambda **_: {"test": rows},
            "test_split": "test",
            "output_type": "generate_until",
            "doc_to_text": "{{question}}",
            "doc_to_target": "{{answer}}",
            "generation_kwargs": {"until": [], "do_sample": False},
            "metric_list": [{"metric": "exact_match", "aggregation": "mean", "higher_is_better": True}],
        }
    )
    result = lm_eval.simple_evaluate(
        "local-chat-completions",
        {"model": model, "base_url": f"{url}/chat/completions", "num_concurrent": concurrency, "max_retries": 1},
        tasks=[task],
        apply_chat_template=True,
        bootstrap_iters=0,
    )
    answered = [sample["resps"][0][0] for sample in result["samples"]["bench"]]
    assert len(answered) == len(questions)
    assert all(answered), "a call was not answered"


if __name__ == "__main__":
    conversations = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    main(conversations, sys.argv[2], sys.argv[3], int(sys.argv[4]))
