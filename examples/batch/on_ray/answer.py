"""Answer a file of questions on a Ray cluster: replicas of vLLM, fed by Ray Data.

    python answer.py batch/1-qwen.jsonl --model Qwen/Qwen3-8B --replicas 4

The answers go into batch/1-qwen.answers.jsonl. What Ray gives back is text and counts of tokens; they are put into the
form of OpenAI's batch API here.
"""

import argparse
import json
from pathlib import Path
from typing import Any

import ray
from ray.data.llm import build_processor, vLLMEngineProcessorConfig

# Arguments of a question that vLLM knows as parameters of sampling, under the same name. Any other ends the program:
# an answer must not be taken for one to a question that was never asked.
SAMPLING = {
    *("temperature", "top_p", "top_k", "min_p", "seed", "stop"),
    *("max_tokens", "presence_penalty", "frequency_penalty"),
}


def main() -> None:
    """Answer all questions of a file."""
    parser = argparse.ArgumentParser()
    parser.add_argument("file", type=Path, help="the file of questions")
    parser.add_argument("--model", required=True, help="a model of the Hugging Face Hub, or a folder")
    parser.add_argument("--replicas", type=int, default=1, help="copies of the model, each on a GPU")
    parser.add_argument("--max-tokens", type=int, default=4096, help="for questions that do not say it")
    options = parser.parse_args()

    calls = [json.loads(line) for line in options.file.open(encoding="utf-8")]
    rows = [{"custom_id": call["custom_id"], **question(call["body"], options.max_tokens)} for call in calls]
    config = vLLMEngineProcessorConfig(
        model_source=options.model, concurrency=options.replicas, batch_size=64, should_continue_on_error=True
    )
    processor = build_processor(config, preprocess=lambda row: row, postprocess=lambda row: row)
    with options.file.with_suffix(".answers.jsonl").open("w", encoding="utf-8") as file:
        for row in processor(ray.data.from_items(rows)).iter_rows():
            file.write(json.dumps(line(row)) + "\n")


def question(body: dict[str, Any], max_tokens: int) -> dict[str, Any]:
    """Return the messages and the parameters of sampling of a question."""
    sampling = {name: value for name, value in body.items() if name not in ("model", "messages")}
    if "max_completion_tokens" in sampling:
        sampling["max_tokens"] = sampling.pop("max_completion_tokens")
    if unknown := sampling.keys() - SAMPLING:
        raise SystemExit(f"these arguments would be lost: {', '.join(sorted(unknown))}")
    return {"messages": body["messages"], "sampling_params": {"max_tokens": max_tokens, **sampling}}


def line(row: dict[str, Any]) -> dict[str, Any]:
    """Return a line of the file of answers."""
    if failed := row.get("__inference_error__"):
        return {"custom_id": row["custom_id"], "response": None, "error": {"code": "failed", "message": str(failed)}}
    asked, written = int(row["num_input_tokens"]), int(row["num_generated_tokens"])
    # Ray does not say why vLLM stopped: at the limit the answer was cut off.
    finish_reason = "length" if written >= row["sampling_params"]["max_tokens"] else "stop"
    message = {"role": "assistant", "content": row["generated_text"]}
    body = {
        "object": "chat.completion",
        "choices": [{"index": 0, "finish_reason": finish_reason, "message": message}],
        "usage": {"prompt_tokens": asked, "completion_tokens": written, "total_tokens": asked + written},
    }
    return {"custom_id": row["custom_id"], "response": {"status_code": 200, "body": body}, "error": None}


if __name__ == "__main__":
    main()
