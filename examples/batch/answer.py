"""Answer a file of questions with any server that speaks OpenAI's protocol. Standard library only.

    python answer.py batch/1-some-model.jsonl --base http://localhost:8000/v1

The answers go into batch/1-some-model.answers.jsonl, each as soon as it is there. Started again, it asks only what has
no answer yet. If the server wants a key, put it into the environment variable OPENAI_API_KEY.
"""

import argparse
import json
import os
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import Any


def main() -> None:
    """Answer what has no answer yet."""
    parser = argparse.ArgumentParser()
    parser.add_argument("file", type=Path, help="the file of questions")
    parser.add_argument("--base", default="http://localhost:8000/v1", help="the server's address, with /v1")
    parser.add_argument("--concurrency", type=int, default=32, help="calls in flight")
    parser.add_argument("--timeout", type=float, default=600, help="seconds for a call")
    options = parser.parse_args()

    answers = options.file.with_suffix(".answers.jsonl")
    done = set(answered(answers))
    asked = [call for call in map(json.loads, options.file.open(encoding="utf-8")) if call["custom_id"] not in done]
    with answers.open("a", encoding="utf-8") as file, ThreadPoolExecutor(options.concurrency) as callers:
        for called in as_completed(callers.submit(answer, call, options.base, options.timeout) for call in asked):
            file.write(json.dumps(called.result()) + "\n")
            file.flush()


def answered(answers: Path) -> Iterator[str]:
    """Yield what has an answer that is not an error; the last line may have been cut off."""
    if answers.exists():
        text = answers.read_text(encoding="utf-8")
        if text and not text.endswith("\n"):
            answers.write_text(text[: text.rfind("\n") + 1], encoding="utf-8")
        for line in map(json.loads, answers.open(encoding="utf-8")):
            if line["error"] is None:
                yield line["custom_id"]


def answer(call: dict[str, Any], base: str, timeout: float) -> dict[str, Any]:
    """Put one question, and return a line of the file of answers."""
    headers = {"Content-Type": "application/json"}
    if "OPENAI_API_KEY" in os.environ:
        headers["Authorization"] = f"Bearer {os.environ['OPENAI_API_KEY']}"
    url = base.rstrip("/") + call["url"].removeprefix("/v1")
    request = urllib.request.Request(url, json.dumps(call["body"]).encode(), headers)
    status, body, error = 500, None, None
    try:
        with urllib.request.urlopen(request, timeout=timeout) as response:
            status, body = response.status, json.load(response)
    except urllib.error.HTTPError as refused:
        status, error = refused.code, {"message": refused.read().decode("utf-8", "replace")}
    except (OSError, ValueError) as failed:
        error = {"message": str(failed)}
    return {"custom_id": call["custom_id"], "response": {"status_code": status, "body": body}, "error": error}


if __name__ == "__main__":
    main()
