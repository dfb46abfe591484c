"""Two tokenizers whose files lie in the wheel of litellm, so that nothing is downloaded."""

import functools
import hashlib
import importlib.util
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

# From a text to its number of tokens, by the name of the tokenizer.
Tokenizers = Mapping[str, Callable[[str], int]]

ENCODINGS = ("o200k_base", "cl100k_base")
ADDRESS = "https://openaipublic.blob.core.windows.net/encodings/{}.tiktoken"
FOLDER_NAME = "TIKTOKEN_CACHE_DIR"


@functools.cache
def tokenizers() -> Tokenizers:
    """Return those of `ENCODINGS` whose files are there."""
    litellm = importlib.util.find_spec("litellm")
    if litellm is None or litellm.origin is None:
        return {}
    folder = Path(litellm.origin).parent / "litellm_core_utils" / "tokenizers"
    # The name under which tiktoken looks for a file before it would download it.
    files = {name: folder / hashlib.sha1(ADDRESS.format(name).encode()).hexdigest() for name in ENCODINGS}
    return {name: _counter(name, folder) for name, file in files.items() if file.exists()}


def _counter(name: str, folder: Path) -> Callable[[str], int]:
    import tiktoken

    before = os.environ.get(FOLDER_NAME)
    os.environ[FOLDER_NAME] = str(folder)
    try:
        encoding = tiktoken.get_encoding(name)
    finally:
        if before is None:
            del os.environ[FOLDER_NAME]
        else:
            os.environ[FOLDER_NAME] = before
    return functools.partial(_count, encoding)


def _count(encoding: Any, text: str) -> int:
    return len(encoding.encode(text, disallowed_special=()))
