"""Every case of ../rules-cases.json: python3 -m unittest"""

import base64
import json
import unittest
from pathlib import Path

from pagewire_rules import CallError, Message, apply_rules, read_rules

CASES = json.loads(Path(__file__).parent.with_name("rules-cases.json").read_text("utf-8"))
DEFAULTS = {"hosts": "*", "on": "request", "client": "shop", "function": "encrypt"}


def message_of(data: dict) -> Message:
    body = base64.b64decode(data["bodyBase64"]) if "bodyBase64" in data else data.get("body", "").encode()
    headers = tuple((name, value) for name, value in data.get("headers", []))
    return Message(data.get("method", "POST"), data.get("path", "/api/save"), data.get("query", ""), headers, body)


class Calls:
    """Answers the calls of a case in order; any other call is a mistake."""

    def __init__(self, calls: list, test: unittest.TestCase) -> None:
        self.calls, self.test = list(calls), test

    def __call__(self, client: str, function: str, args: list):
        expected = self.calls.pop(0)
        self.test.assertEqual((client, function, args), ("shop", expected.get("function", "encrypt"), expected["args"]))
        if "error" in expected:
            raise CallError(expected["error"], "it failed")
        return expected["answer"]


class Rules(unittest.TestCase):
    maxDiff = None

    def test_cases(self) -> None:
        for case in CASES["cases"]:
            with self.subTest(case["name"]):
                self.run_case(case)

    def run_case(self, case: dict) -> None:
        rules = read_rules(json.dumps({"rules": [{**DEFAULTS, **rule} for rule in case["rules"]]}))
        message, calls = message_of(case["message"]), Calls(case["calls"], self)
        host = case["message"].get("host", "shop.example")
        on = case["rules"][0].get("on", "request")
        matching = rules.matching(on, host, message.method, message.path)
        if "error" in case:
            with self.assertRaises(CallError) as caught:
                apply_rules(matching, message, calls)
            self.assertEqual(caught.exception.code, case["error"])
        else:
            merged = {key: value for key, value in case["message"].items() if not key.startswith("body")}
            self.assertEqual(apply_rules(matching, message, calls), message_of({**merged, **body_of(case), **case["result"]}))
        self.assertEqual(calls.calls, [], "every call was made")

    def test_a_misspelt_field_is_refused_and_the_right_one_named(self) -> None:
        for case in CASES["misspeltRules"]:
            with self.subTest(case["text"]), self.assertRaises(ValueError) as caught:
                read_rules(case["text"])
            self.assertIn(case["words"], str(caught.exception))

    def test_a_byte_order_mark_before_the_rules_is_passed_over(self) -> None:
        self.assertEqual(read_rules('\ufeff{"rules":[]}').rules, ())

    def test_bad_rules_are_refused_in_one_line(self) -> None:
        for text in CASES["badRules"]:
            with self.subTest(text), self.assertRaises(ValueError) as caught:
                read_rules(text)
            self.assertNotIn("\n", str(caught.exception))


def body_of(case: dict) -> dict:
    if any(key.startswith("body") for key in case["result"]):
        return {}
    return {key: value for key, value in case["message"].items() if key.startswith("body")}


if __name__ == "__main__":
    unittest.main()
