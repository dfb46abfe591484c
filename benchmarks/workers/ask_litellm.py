"""Bare litellm, as written by somebody who knows its settings: those that pytest-ood uses, garbage collection included.

    python ask_litellm.py CONVERSATIONS.json MODEL URL CONCURRENCY

The last line of the output is the time from the first call to the last answer, in seconds.
"""

import asyncio
import gc
import json
import os
import sys
import time
from pathlib import Path

os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"
os.environ["LITELLM_MODE"] = "PRODUCTION"

# As pytest-ood does: what the import makes stays until the end, and no collection has to look at it.
gc.disable()
import litellm  # noqa: E402

gc.freeze()
gc.enable()

litellm.suppress_debug_info = True
litellm.telemetry = False


async def main(conversations: list, model: str, url: str, concurrency: int) -> float:
    waiting = iter(conversations)

    async def caller() -> None:
        for messages in waiting:
            response = await litellm.acompletion(
                model,
                messages,
                api_base=url,
                timeout=600.0,
                num_retries=0,
                max_retries=0,
                drop_params=True,
                **{"no-log": True},
            )
            assert response.choices[0].message.content

    began = time.perf_counter()
    await asyncio.gather(*(caller() for _ in range(concurrency)))
    stage = time.perf_counter() - began
    await litellm.close_litellm_async_clients()
    return stage


if __name__ == "__main__":
    conversations = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    sys.stdout.write(f"{asyncio.run(main(conversations, sys.argv[2], sys.argv[3], int(sys.argv[4])))}\n")
