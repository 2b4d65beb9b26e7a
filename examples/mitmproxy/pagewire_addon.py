"""Sends parts of the requests and responses that pass mitmproxy through functions of a web page.

    mitmdump -s pagewire_addon.py --set pagewire_rules=rules.json

The relay is PAGEWIRE_URL (http://127.0.0.1:9999 where unset), its token PAGEWIRE_CALLER_TOKEN.
"""

from __future__ import annotations

import asyncio
import json
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from mitmproxy import ctx, exceptions, http
from pagewire_relay import Relay
from pagewire_rules import CallError, Message, Rules, apply_rules, read_rules

FAILED = "pagewire_failed"
ERROR_HEADER = "X-Pagewire-Error"


class Pagewire:
    def __init__(self) -> None:
        self.rules = Rules()
        self.relay = Relay(os.environ.get("PAGEWIRE_URL") or "http://127.0.0.1:9999", os.environ.get("PAGEWIRE_CALLER_TOKEN"))
        # Each call runs in a thread of its own, so that flows do not wait for each other.
        self.threads = ThreadPoolExecutor(max_workers=64, thread_name_prefix="pagewire")

    def load(self, loader) -> None:
        beside = str(Path(__file__).with_name("rules.json"))
        loader.add_option("pagewire_rules", str, beside, "The rules file.")

    def configure(self, updated) -> None:
        if "pagewire_rules" not in updated:
            return
        path = Path(ctx.options.pagewire_rules).expanduser()
        try:
            self.rules = read_rules(path.read_text("utf-8"))
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else error
            raise exceptions.OptionsError(f"{path}: {reason}") from None

    async def request(self, flow: http.HTTPFlow) -> None:
        try:
            await self.apply("request", flow, flow.request)
        except Exception as error:  # whatever it is, what should have been encrypted must not leave as it came
            self.fail_request(flow, error)

    async def response(self, flow: http.HTTPFlow) -> None:
        if flow.metadata.get(FAILED) or flow.response is None:
            return
        try:
            await self.apply("response", flow, flow.response)
        except Exception as error:
            code, message = describe(error, flow)
            flow.response.headers[ERROR_HEADER] = f"{code}: {message}".encode("ascii", "backslashreplace").decode()

    async def apply(self, on: str, flow: http.HTTPFlow, target: http.Message) -> None:
        request = flow.request
        path, _, query = request.path.partition("?")
        rules = self.rules.matching(on, request.pretty_host, request.method, path)
        if not rules:
            return
        if on == "response":
            target.headers.pop(ERROR_HEADER, None)  # only this addon says so
        before = Message(request.method, path, query, tuple(target.headers.items(multi=True)), decoded_body(target))
        loop = asyncio.get_running_loop()
        after = await loop.run_in_executor(self.threads, apply_rules, rules, before, self.call)
        write_back(target, before, after)

    def call(self, client: str, function: str, args: list):
        return self.relay.call(client, function, args, self.rules.timeout_ms)

    def fail_request(self, flow: http.HTTPFlow, error: Exception) -> None:
        code, message = describe(error, flow)
        problem = {"type": "about:blank", "title": "Bad Gateway", "status": 502, "detail": message, "code": code}
        headers = {"Content-Type": "application/problem+json", ERROR_HEADER: code}
        flow.metadata[FAILED] = True
        flow.response = http.Response.make(502, json.dumps(problem), headers)


def describe(error: Exception, flow: http.HTTPFlow) -> tuple[str, str]:
    code, message = (error.code, str(error)) if isinstance(error, CallError) else ("internal", repr(error))
    message = " ".join(message.split())
    ctx.log.warn(f"pagewire: {flow.request.method} {flow.request.pretty_host}: {code}: {message}")
    return code, message


def decoded_body(target: http.Message) -> bytes:
    if target.raw_content is None:
        raise CallError("bad_request", "the body was streamed and is gone (see stream_large_bodies)")
    try:
        return target.get_content()
    except ValueError as error:
        raise CallError("bad_request", f"the body can't be decoded: {error}") from None


def write_back(target: http.Message, before: Message, after: Message) -> None:
    if after.headers != before.headers:
        target.headers = http.Headers([(encode(name), encode(value)) for name, value in after.headers])
    if after.body != before.body:
        target.content = after.body
    if isinstance(target, http.Request) and after.query != before.query:
        target.path = f"{after.path}?{after.query}"


def encode(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")  # as mitmproxy decoded it


addons = [Pagewire()]
