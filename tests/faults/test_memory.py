"""Responses that do not fit into memory, asked for by a process of its own, whose memory is measured."""

import os
import subprocess
import sys
import zlib
from collections.abc import Awaitable
from pathlib import Path

import pytest
from aiohttp import web

from tests.faults.provider import Call, Provider

MB = 10**6
ASKS = """
import resource, sys
from pytest_ood import measure
from tests.faults.running import MODEL, spell
args = {"api_key": "sk-test", "timeout": 60.0}
outcome = measure(spell, MODEL, mark="!", api_base=sys.argv[1], store=sys.argv[2], model_args=args, samples=3)
print(sum(arm.counts["error"] for _, arm in outcome.arms), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


async def _endless(call: Call) -> web.StreamResponse:
    """A body of a gigabyte."""
    response = web.StreamResponse(headers={"content-type": "application/json"})
    await response.prepare(call.request)
    block = b" " * MB
    try:
        for _ in range(1000):
            await response.write(block)
    except ConnectionError:
        pass
    return response


def _packed(size: int) -> bytes:
    """So many bytes of blanks, packed without having them all in memory."""
    packer = zlib.compressobj(wbits=zlib.MAX_WBITS | 16)
    return b"".join([*(packer.compress(b" " * MB) for _ in range(size // MB)), packer.flush()])


def _bomb(_: Call) -> web.Response:
    """Less than a megabyte, which unpacks to much more."""
    return web.Response(body=BOMB, content_type="application/json", headers={"content-encoding": "gzip"})


BOMB = _packed(300 * MB)


def _spoil(call: Call) -> web.Response | Awaitable[web.StreamResponse]:
    return _bomb(call) if call.number % 2 else _endless(call)


@pytest.mark.slow
def test_memory_stays_under_a_gigabyte(tmp_path: Path) -> None:
    """Every draw is an error, and the run goes on; several responses come at once."""
    with Provider(_spoil) as provider:
        command = [sys.executable, "-c", ASKS, provider.url, str(tmp_path / "store.db")]
        environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    errors, kilobytes = map(int, done.stdout.split())
    assert errors == 6
    assert kilobytes < MB
