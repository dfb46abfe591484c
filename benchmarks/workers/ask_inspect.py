"""The same calls through inspect_ai, in its environment. Arguments are those of ``ask_litellm.py``."""

import json
import os
import sys
import tempfile
from pathlib import Path

from inspect_ai import Task, eval
from inspect_ai.dataset import Sample
from inspect_ai.model import ChatMessageAssistant, ChatMessageSystem, ChatMessageUser, get_model
from inspect_ai.scorer import includes

ROLES = {"system": ChatMessageSystem, "user": ChatMessageUser, "assistant": ChatMessageAssistant}


def main(conversations: list, model: str, url: str, concurrency: int, folder: str) -> None:
    samples = [
        Sample([ROLES[message["role"]](content=message["content"]) for message in messages], target="4")
        for messages in conversations
    ]
    asked = get_model(model, base_url=url, api_key=os.environ["OPENAI_API_KEY"], responses_api=False)
    (log,) = eval(
        Task(samples, scorer=includes()),
        asked,
        max_connections=concurrency,
        max_samples=concurrency,
        log_dir=folder,
        display="none",
    )
    assert log.status == "success", log.error.message
    assert all(sample.output.completion for sample in log.samples), "a call was not answered"
    assert len(log.samples) == len(conversations)


if __name__ == "__main__":
    conversations = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as folder:
        main(conversations, sys.argv[2], sys.argv[3], int(sys.argv[4]), folder)
