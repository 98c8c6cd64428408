"""The identity provider's public keys: found by OIDC discovery, fetched in the background, kept through an outage."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import structlog
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

log = structlog.get_logger("maillage.gateway")

#: Seconds: between two refreshes, before trying again after a failure, and between two refreshes for unknown keys.
REFRESH_EVERY, RETRY_AFTER, FORCED_AT_MOST_EVERY = 600.0, 2.0, 30.0
LARGEST_DOCUMENT = 256 * 1024


class NoKeys(Exception):
    """No key was ever fetched: nobody can be believed."""


class IssuerKeys:
    """The keys of one issuer, from its own address: never from where a token points (``jku``, ``x5u``, ``jwk``)."""

    def __init__(self, issuer_url: str, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._issuer_url = issuer_url
        self._client = httpx.AsyncClient(timeout=5.0, follow_redirects=False, transport=transport)
        self._keys: KeySet | None = None
        self._forced = -FORCED_AT_MOST_EVERY
        self.fetched = asyncio.Event()

    @property
    def ready(self) -> bool:
        return self._keys is not None

    def current(self) -> KeySet:
        """The keys fetched last; NoKeys when none ever was."""
        if self._keys is None:
            raise NoKeys("The identity provider's keys have not been fetched yet.")
        return self._keys

    async def refresh_for_unknown(self) -> bool:
        """Fetch the keys now because a token names one that is unknown: at most once in 30 s, whoever asks."""
        if time.monotonic() - self._forced < FORCED_AT_MOST_EVERY:
            return False
        self._forced = time.monotonic()
        return await self._refresh()

    @asynccontextmanager
    async def kept_fresh(self) -> AsyncIterator[IssuerKeys]:
        """Fetch the keys in the background within the block."""
        work = asyncio.create_task(self._keep_fresh(), name="issuer keys")
        try:
            yield self
        finally:
            work.cancel()
            await asyncio.gather(work, return_exceptions=True)
            await self._client.aclose()

    async def _keep_fresh(self) -> None:
        while True:
            pause = REFRESH_EVERY if await self._refresh() else RETRY_AFTER
            await asyncio.sleep(pause * random.uniform(0.8, 1.0))

    async def _refresh(self) -> bool:
        try:
            configuration = await self._document(f"{self._issuer_url}/.well-known/openid-configuration")
            if configuration.get("issuer") != self._issuer_url:
                raise ValueError("the configuration names another issuer")
            self._keys = KeySet.import_key_set(await self._document(str(configuration["jwks_uri"])))
        except (httpx.HTTPError, ValueError, KeyError, TypeError, JoseError) as error:
            log.warning("issuer_keys_not_fetched", reason=f"{type(error).__name__}: {error}", kept=self.ready)
            return False
        self.fetched.set()
        return True

    async def _document(self, url: str) -> Any:
        response = await self._client.get(url)
        response.raise_for_status()
        if len(response.content) > LARGEST_DOCUMENT:
            raise ValueError("the document is too large")
        document = response.json()
        if not isinstance(document, dict):
            raise ValueError("the document is not an object")
        return document
