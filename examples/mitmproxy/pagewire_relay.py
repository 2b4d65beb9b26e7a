"""Calls over Pagewire's HTTP API with keep-alive connections. Standard library only."""

from __future__ import annotations

import http.client
import json
import threading
import time
from typing import Any, Optional
from urllib.parse import quote, urlsplit

from pagewire_rules import CallError

# The relay may close a connection that has been idle for long. A call that was written to one that just closed might
# have been executed, so it can't be sent again; a connection this fresh does not get there.
FRESH_SECONDS = 3.0
# The relay answers `timeout` itself. Without an answer this much later it counts as gone.
GRACE_SECONDS = 5.0


class Relay:
    """Each thread has its own connection."""

    def __init__(self, url: str, token: Optional[str]) -> None:
        self.url = urlsplit(url if "://" in url else f"http://{url}")
        self.headers = {"Content-Type": "application/json"}
        if token:
            self.headers["Authorization"] = f"Bearer {token}"
        self.mine = threading.local()

    def call(self, client: str, function: str, args: list, timeout_ms: float) -> Any:
        """The function's answer in the wire encoding. Raises CallError with the relay's code."""
        path = f"{self.url.path.rstrip('/')}/api/clients/{quote(client, safe='')}/functions/{quote(function, safe='')}"
        body = json.dumps({"args": args, "timeoutMs": timeout_ms}).encode()
        try:
            status, text = self.post(path, body, timeout_ms / 1000 + GRACE_SECONDS)
            answer = json.loads(text)
        except (OSError, http.client.HTTPException, ValueError) as error:
            self.mine.connection = None
            where = f"{self.url.scheme}://{self.url.netloc}"
            raise CallError("relay_disconnected", f"no answer from the relay at {where}: {error!r}; is it running there?") from None
        if status == 200:
            return answer.get("value")
        raise CallError(answer.get("code", "internal"), answer.get("detail") or f"the relay answered {status}")

    def post(self, path: str, body: bytes, timeout: float) -> tuple[int, bytes]:
        connection = self.connection(timeout)
        connection.request("POST", path, body, self.headers)
        response = connection.getresponse()
        text = response.read()
        self.mine.connection, self.mine.used_at = connection, time.monotonic()
        return response.status, text

    def connection(self, timeout: float) -> http.client.HTTPConnection:
        kept = getattr(self.mine, "connection", None)
        self.mine.connection = None  # until its answer has been read whole
        if kept and kept.sock and time.monotonic() - self.mine.used_at < FRESH_SECONDS:
            kept.sock.settimeout(timeout)
            return kept
        if kept:
            kept.close()
        secure = self.url.scheme == "https"
        kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
        return kind(self.url.hostname or "127.0.0.1", self.url.port, timeout=timeout)
