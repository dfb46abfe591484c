"""Providers that limit, fail and hang, as real ones do: an aiohttp server and the real litellm."""
