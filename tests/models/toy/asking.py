"""Ask a toy as a run asks it."""

import asyncio

from pytest_ood.models import open_model
from pytest_ood.models.request import Answer, Request


def ask(name: str, *questions: str) -> list[Answer]:
    """Return the answers to questions that are asked at the same time."""

    async def all_of_them() -> list[Answer]:
        model = open_model(name, {})
        await model.start()
        try:
            requests = [Request(name, [{"role": "user", "content": question}]) for question in questions]
            return await asyncio.gather(*map(model.ask, requests))
        finally:
            await model.close()

    return asyncio.run(all_of_them())
