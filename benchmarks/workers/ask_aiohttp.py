"""Bare aiohttp: the least that a client in Python can do. Arguments and output are those of ``ask_litellm.py``."""

import asyncio
import json
import sys
import time
from pathlib import Path

import aiohttp


async def main(conversations: list, model: str, url: str, concurrency: int) -> float:
    waiting = iter(conversations)

    async def caller() -> None:
        for messages in waiting:
            body = {"model": model, "messages": messages}
            async with session.post(f"{url}/chat/completions", json=body) as response:
                assert (await response.json())["choices"][0]["message"]["content"]

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        began = time.perf_counter()
        await asyncio.gather(*(caller() for _ in range(concurrency)))
        return time.perf_counter() - began


if __name__ == "__main__":
    conversations = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    sys.stdout.write(f"{asyncio.run(main(conversations, sys.argv[2], sys.argv[3], int(sys.argv[4])))}\n")
