"""Pagewire's rules for proxies: which part of which HTTP message goes through which function of a web page.

The rules file is described in ../README.md. Standard library only, so that it runs inside any mitmproxy.
"""

from __future__ import annotations

import base64
import difflib
import json
import re
from dataclasses import dataclass, field, replace
from typing import Any, Callable, Optional
from urllib.parse import quote, unquote_to_bytes

CallFunction = Callable[[str, str, list], Any]


class CallError(Exception):
    """A failed call. `code` is one of Pagewire's error codes."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class Message:
    """A request, or a response with method and path of its request. The body is decompressed."""

    method: str
    path: str
    query: str
    headers: tuple[tuple[str, str], ...]
    body: bytes


@dataclass(frozen=True)
class Part:
    """A part of a message, as written in a rules file: `body`, `json:user.name`, `header:X-Sign`."""

    kind: str
    name: str = ""
    keys: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.kind}:{self.name}" if self.name else self.kind


IN_BODY = ("body", "bytes", "json", "json-text", "wrap", "form")
WRITABLE = {"request": (*IN_BODY, "query", "header"), "response": (*IN_BODY, "header")}
READABLE = {"request": (*WRITABLE["request"], "method", "path", "text"), "response": (*WRITABLE["response"], "text")}
NAMELESS = ("body", "bytes", "method", "path")

# Charsets of forms and queries: names in rules and Python's names of the same charsets.
CHARSETS = {
    "utf-8": "utf-8",
    "gbk": "gbk",
    "gb18030": "gb18030",
    "big5": "big5",
    "shift_jis": "cp932",
    "euc-jp": "euc_jp",
    "euc-kr": "cp949",
    "latin1": "latin-1",
    "windows-1251": "cp1251",
    "windows-1252": "cp1252",
}


@dataclass(frozen=True)
class Rule:
    hosts: tuple[str, ...]
    paths: tuple[str, ...]
    methods: tuple[str, ...]
    on: str
    take: tuple[Part, ...]
    put: Part
    client: str
    function: str
    optional: bool
    charset: str = "utf-8"

    def matches(self, on: str, host: str, method: str, path: str) -> bool:
        return (
            self.on == on
            and any(matches_glob(glob.lower(), host.lower()) for glob in self.hosts)
            and any(matches_glob(glob, path) for glob in self.paths)
            and (not self.methods or method.upper() in self.methods)
        )


@dataclass(frozen=True)
class Rules:
    timeout_ms: float = 30_000
    rules: tuple[Rule, ...] = field(default=())

    def matching(self, on: str, host: str, method: str, path: str) -> list[Rule]:
        return [rule for rule in self.rules if rule.matches(on, host, method, path)]


def matches_glob(glob: str, text: str) -> bool:
    """`*` matches any characters, including `/`."""
    return re.fullmatch(".*".join(map(re.escape, glob.split("*"))), text, re.DOTALL) is not None


# ——— reading a rules file ———


def read_rules(text: str) -> Rules:
    """Raises ValueError with one line naming the wrong rule."""
    try:
        data = json.loads(text.removeprefix("\ufeff"))
    except ValueError as error:
        raise ValueError(f"the rules are not JSON: {error}") from None
    if isinstance(data, dict):
        refuse_unknown(data, ("rules", "timeoutMs"), "the rules file")
    if not isinstance(data, dict) or not isinstance(data.get("rules"), list):
        raise ValueError('the rules file must hold {"rules": […]}')
    timeout_ms = data.get("timeoutMs", 30_000)
    if type(timeout_ms) not in (int, float) or not 1 <= timeout_ms <= 600_000:
        raise ValueError(f"timeoutMs must be between 1 and 600000, not {json.dumps(timeout_ms)}")
    return Rules(timeout_ms, tuple(read_rule(rule, f"rules[{at}]") for at, rule in enumerate(data["rules"])))


def read_rule(data: Any, where: str) -> Rule:
    if not isinstance(data, dict):
        raise ValueError(f"{where} must be an object")
    known = ("hosts", "paths", "methods", "on", "take", "put", "client", "function", "undo", "optional", "charset")
    refuse_unknown(data, known, where)
    on = data.get("on")
    if on not in ("request", "response"):
        raise ValueError(f'{where}.on must be "request" or "response"')
    names = {key: read_text(data, key, where) for key in ("client", "function")}
    take = tuple(read_part(text, READABLE[on], f"{where}.take") for text in read_texts(data, "take", where))
    put = read_put(data, take, on, where)
    read_undo(data, take, on, where)
    if not isinstance(data.get("optional", False), bool):
        raise ValueError(f"{where}.optional must be true or false")
    charset = read_text({"charset": "utf-8", **data}, "charset", where).lower()
    if charset not in CHARSETS:
        raise ValueError(f"{where}.charset must be one of {', '.join(CHARSETS)}")
    if "charset" in data and not any(part.kind in ("form", "query") for part in (*take, put)):
        raise ValueError(f"{where}.charset is for form and query fields, and this rule has none")
    return Rule(
        hosts=read_texts(data, "hosts", where),
        paths=read_texts(data, "paths", where) if "paths" in data else ("*",),
        methods=tuple(map(str.upper, read_texts(data, "methods", where))) if "methods" in data else (),
        on=on,
        take=take,
        put=put,
        optional=data.get("optional", False),
        charset=charset,
        **names,
    )


def read_put(data: dict, take: tuple[Part, ...], on: str, where: str) -> Part:
    if "put" in data:
        return read_part(read_text(data, "put", where), WRITABLE[on], f"{where}.put")
    if len(take) > 1 or take[0].kind not in WRITABLE[on]:
        raise ValueError(f"{where}.put is missing: name the part for the answer")
    return take[0]


def read_undo(data: dict, take: tuple[Part, ...], on: str, where: str) -> None:
    """mitmproxy does not use `undo`, but checks it, because Burp uses the same file."""
    if "undo" in data:
        read_text(data, "undo", where)
        if len(take) > 1 or take[0].kind not in WRITABLE[on]:
            raise ValueError(f"{where}.undo needs a take of one part that can be written")


def read_part(text: str, kinds: tuple[str, ...], where: str) -> Part:
    kind, colon, name = text.partition(":")
    if kind not in kinds:
        raise ValueError(f"{where}: {json.dumps(text)} must start with one of {', '.join(kinds)}")
    if bool(colon) is (kind in NAMELESS) or (colon and not name):
        raise ValueError(f"{where}: {json.dumps(text)} must read {kind}{'' if kind in NAMELESS else ':…'}")
    if kind == "header" and not HEADER_NAME.fullmatch(name):
        raise ValueError(f"{where}: {json.dumps(name)} is not a valid header name")
    return Part(kind, name, read_json_path(name, where) if kind in ("json", "json-text") else ())


HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # RFC 9110, token
JSON_PATH_KEY = re.compile(r'\.?([^.\[\]"]+)|\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]', re.ASCII)


def read_json_path(text: str, where: str) -> tuple[str, ...]:
    keys: list[str] = []
    at = 0
    while at < len(text):
        match = JSON_PATH_KEY.match(text, at)
        has_dot = text[at] == "."
        if not match or (match[1] is not None and has_dot is (at == 0)):
            raise ValueError(f"{where}: the path {json.dumps(text)} has unexpected text at character {at + 1}")
        try:
            keys.append(match[1] or match[2] or json.loads(match[3]))
        except ValueError:
            raise ValueError(f"{where}: the path {json.dumps(text)} has unexpected text at character {at + 1}") from None
        at = match.end()
    return tuple(keys)


def read_text(data: dict, key: str, where: str) -> str:
    value = data.get(key)
    if not isinstance(value, str) or not value:
        raise ValueError(f"{where}.{key} must be a text")
    return value


def read_texts(data: dict, key: str, where: str) -> tuple[str, ...]:
    """One text, or a list of them."""
    value = data.get(key)
    values = value if isinstance(value, list) else [value]
    if not values or not all(isinstance(item, str) and item for item in values):
        raise ValueError(f"{where}.{key} must be a text or a list of texts")
    return tuple(values)


def refuse_unknown(data: dict, known: tuple[str, ...], where: str) -> None:
    for key in data:
        if key not in known:
            meant = difflib.get_close_matches(key, known, n=1)
            advice = f'did you mean "{meant[0]}"?' if meant else f"known fields: {', '.join(known)}"
            raise ValueError(f"{where}: unknown field {json.dumps(key)}; {advice}")


# ——— applying rules ———


def apply_rules(rules: list[Rule], message: Message, call: CallFunction) -> Message:
    """Applies the rules in order, each to the result of the previous one. Raises CallError, without changes."""
    for rule in rules:
        if rule.put.kind in IN_BODY and not message.body:
            continue  # there is nothing to encrypt or decrypt in a GET, a 204, a 304
        args = [take_part(message, part, rule.charset) for part in rule.take]
        if MISSING not in args:
            answer = plain(call(rule.client, rule.function, list(map(tagged, args))))
            message = put_part(message, rule.put, answer, rule.charset)
        elif not rule.optional:
            raise CallError("bad_request", f"the {rule.on} has no {rule.take[args.index(MISSING)]}")
    return message


class _Missing:
    pass


MISSING: Any = _Missing()


def take_part(message: Message, part: Part, charset: str) -> Any:
    if part.kind == "body":
        return body_text(message)
    if part.kind == "bytes":
        return message.body
    if part.kind in ("json", "json-text", "wrap"):
        return take_json(message, part)
    if part.kind == "form":
        return take_field(body_text(message), part, charset) if is_form(message) else MISSING
    if part.kind == "query":
        return take_field(message.query, part, charset)
    if part.kind == "header":
        return next((value for name, value in message.headers if name.lower() == part.name.lower()), MISSING)
    return {"method": message.method, "path": message.path, "text": part.name}[part.kind]


def put_part(message: Message, part: Part, answer: Any, charset: str) -> Message:
    if part.kind in ("body", "bytes"):
        return replace(message, body=answer if isinstance(answer, bytes) else to_utf8(to_text(answer, part)))
    if part.kind == "json":
        return put_json(message, part, to_json(answer, part))
    if part.kind == "json-text":
        return put_json(message, part, json_text(answer, part))
    if part.kind == "wrap":
        return replace(message, body=to_utf8(f"{{{to_json(part.name, part)}:{to_json(answer, part)}}}"))
    if part.kind == "form":
        if not is_form(message):
            raise CallError("bad_request", f"the body is not a form, so {part} can't be put into it")
        return replace(message, body=to_utf8(put_field(body_text(message), part, to_text(answer, part), charset)))
    if part.kind == "query":
        return replace(message, query=put_field(message.query, part, to_text(answer, part), charset))
    value = to_text(answer, part)
    if not re.fullmatch(r"[\x20-\x7e]*", value):
        raise CallError("result_not_serializable", f"the answer for {part} has characters that are invalid in a header")
    others = tuple(item for item in message.headers if item[0].lower() != part.name.lower())
    return replace(message, headers=(*others, (part.name, value)))


def body_text(message: Message) -> str:
    try:
        return message.body.decode("utf-8")
    except UnicodeDecodeError:
        raise CallError("bad_request", "the body is not UTF-8 text; use bytes for it") from None


def is_form(message: Message) -> bool:
    types = [value for name, value in message.headers if name.lower() == "content-type"]
    return any(value.lower().startswith("application/x-www-form-urlencoded") for value in types)


# Queries and forms are edited as text, which keeps the bytes of other fields.


def take_field(text: str, part: Part, charset: str) -> Any:
    for pair in text.split("&"):
        key, _, value = pair.partition("=")
        if pair and is_named(key, part, charset):
            return field_value(value, part, charset)
    return MISSING


def put_field(text: str, part: Part, value: str, charset: str) -> str:
    pair = f"{percent_encoded(part.name, part, charset)}={percent_encoded(value, part, charset)}"
    pairs = [each for each in text.split("&") if each]
    for at, each in enumerate(pairs):
        if is_named(each.partition("=")[0], part, charset):
            return "&".join((*pairs[:at], pair, *pairs[at + 1 :]))
    return "&".join((*pairs, pair))


def field_bytes(text: str) -> bytes:
    # Surrogates stand for bytes that mitmproxy could not decode as UTF-8.
    return unquote_to_bytes(text.replace("+", " ").encode("utf-8", "surrogateescape"))


def is_named(key: str, part: Part, charset: str) -> bool:
    return field_bytes(key).decode(CHARSETS[charset], "replace") == part.name


def field_value(text: str, part: Part, charset: str) -> str:
    """Rejects invalid bytes instead of replacing them, because the site would get wrong characters."""
    try:
        return field_bytes(text).decode(CHARSETS[charset])
    except UnicodeDecodeError:
        advice = 'set the charset in its rule, such as "charset": "gbk"' if charset == "utf-8" else "correct the charset in its rule"
        raise CallError("bad_request", f"{part} is not {charset} text; {advice}") from None


def percent_encoded(text: str, part: Part, charset: str) -> str:
    to_utf8(text)  # half a surrogate pair has an error of its own
    try:
        return quote(text.encode(CHARSETS[charset]), safe="")
    except UnicodeEncodeError:
        raise CallError("result_not_serializable", f"the text for {part} has characters that {charset} can't encode") from None


# JSON is edited as text too, which keeps numbers past 2^53, the order of keys and all spaces.

_DECODER = json.JSONDecoder(strict=False)


def take_json(message: Message, part: Part) -> Any:
    text = json_body(message)
    span = text is not None and find_json(text, (part.name,) if part.kind == "wrap" else part.keys)
    if not span:
        return MISSING
    found = text[span[0] : span[1]]
    return found if part.kind == "json-text" else json.loads(found)


def put_json(message: Message, part: Part, written: str) -> Message:
    text = json_body(message)
    if text is None:
        raise CallError("bad_request", f"the body is not JSON, so {part} can't be put into it")
    span = find_json(text, part.keys)
    if span:
        return replace(message, body=to_utf8(text[: span[0]] + written + text[span[1] :]))
    parent = find_json(text, part.keys[:-1])
    if not parent or text[parent[0]] != "{":
        raise CallError("bad_request", f"the body has no object to put {part} in")
    comma = "," if members(text, parent[0]) else ""
    end = parent[1] - 1
    return replace(message, body=to_utf8(f"{text[:end]}{comma}{to_json(part.keys[-1], part)}:{written}{text[end:]}"))


def json_body(message: Message) -> Optional[str]:
    text = body_text(message)
    try:
        json.loads(text, parse_constant=refuse_constant)
        return text
    except (ValueError, RecursionError):
        return None


def refuse_constant(name: str) -> None:
    """Python accepts NaN and Infinity, which are not JSON."""
    raise ValueError(name)


def find_json(text: str, keys: tuple[str, ...]) -> Optional[tuple[int, int]]:
    """The span of the value at `keys` in a valid JSON text."""
    at = skip_space(text, 0)
    end = _DECODER.raw_decode(text, at)[1]
    for key in keys:
        found = members(text, at).get(key)
        if not found:
            return None
        at, end = found
    return at, end


def members(text: str, at: int) -> dict[str, tuple[int, int]]:
    """The spans of the values of the object or array at `at`. Of equal keys the last one counts, as in JSON.parse."""
    found: dict[str, tuple[int, int]] = {}
    is_object = text[at] == "{"
    if text[at] not in "{[" or text[skip_space(text, at + 1)] in "}]":
        return found
    index = 0
    while text[at] not in "}]":
        at = skip_space(text, at + 1)
        key = str(index)
        if is_object:
            key, at = _DECODER.raw_decode(text, at)
            at = skip_space(text, skip_space(text, at) + 1)
        start = at
        at = _DECODER.raw_decode(text, at)[1]
        found[key] = (start, at)
        at = skip_space(text, at)
        index += 1
    return found


def skip_space(text: str, at: int) -> int:
    while text[at] in " \t\r\n":
        at += 1
    return at


# ——— values in Pagewire's wire encoding ———


def tagged(value: Any) -> Any:
    """Encodes an argument: bytes get a tag, and so does an object with a key `$type`."""
    if isinstance(value, bytes):
        return {"$type": "bytes", "kind": "Uint8Array", "value": base64.b64encode(value).decode()}
    if isinstance(value, list):
        return [tagged(item) for item in value]
    if isinstance(value, dict):
        items = {key: tagged(item) for key, item in value.items()}
        return {"$type": "object", "value": items} if "$type" in value else items
    return value


def plain(answer: Any, is_inner: bool = False) -> Any:
    """Decodes an answer that is JSON or bytes. Rejects other values, which have no standard form in HTTP messages."""
    if isinstance(answer, list):
        return [plain(item, True) for item in answer]
    if not isinstance(answer, dict):
        return answer
    tag = answer.get("$type")
    if tag is None:
        return {key: plain(item, True) for key, item in answer.items()}
    if tag == "object":
        return {key: plain(item, True) for key, item in answer["value"].items()}
    if tag == "bytes" and not is_inner:
        return base64.b64decode(answer["value"])
    raise CallError("result_not_serializable", f"the answer is or has a value of type {tag}, which no message can carry")


def to_text(answer: Any, part: Part) -> str:
    if answer is None:
        raise CallError("result_not_serializable", f"the answer for {part} is null")
    return answer if isinstance(answer, str) else to_json(answer, part)


def json_text(answer: Any, part: Part) -> str:
    text = to_text(answer, part)
    try:
        json.loads(text, parse_constant=refuse_constant)
        return text
    except ValueError:
        raise CallError("result_not_serializable", f"the answer for {part} is not JSON text") from None


def to_json(value: Any, part: Part) -> str:
    if isinstance(value, bytes):
        raise CallError("result_not_serializable", f"the answer is bytes, which {part} can't take; body can")
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    # Like JSON.stringify: a lone surrogate has no UTF-8 encoding, so it is escaped.
    return re.sub("[\ud800-\udfff]", lambda half: f"\\u{ord(half[0]):04x}", text)


def to_utf8(text: str) -> bytes:
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:
        raise CallError("result_not_serializable", "the answer has a lone surrogate, which UTF-8 can't encode") from None
