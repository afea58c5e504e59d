#!/usr/bin/env python3
"""KTAP and SARIF as others read them: the golden reports are parsed again and counted.

The parsers are written from the documents of the formats (ktap.rst of Linux, SARIF 2.1.0 of OASIS)
and not from the code that writes them. Each one is shown to refuse reports that were damaged.
"""

import copy
import json
import re
import unittest
from dataclasses import dataclass, field
from pathlib import Path

GOLDEN = Path(__file__).resolve().parent / "golden"
NAMES = sorted(path.stem for path in GOLDEN.glob("*.jsonl"))
RESULT = re.compile(r"(ok|not ok) (\d+)(?: ([^#]*?))?(?: # ([A-Z]+)(?: (.*))?)?")


def records(name: str) -> list:
    """The records of golden results; what follows the last line end was cut off."""
    text = (GOLDEN / f"{name}.jsonl").read_text()
    return [json.loads(line) for line in text[:text.rfind("\n")].split("\n")]


def kind_of(record: dict) -> str:
    """What a case counts as: its status, or `known`."""
    return "known" if record.get("expected") else record["status"]


# --- KTAP -----------------------------------------------------------------------------------------


class KtapError(Exception):
    """What breaks the rules of the format."""


@dataclass
class Test:
    ok: bool
    name: str
    directive: str
    tests: list = field(default_factory=list)
    diagnostics: list = field(default_factory=list)


class Ktap:
    """A parser of one document; nested documents are indented by two columns each."""

    def __init__(self, text: str):
        if not text.endswith("\n"):
            raise KtapError("the last line has no end")
        self.lines = text.splitlines()
        self.place = 0
        self.tests = self.document(0)
        if self.place != len(self.lines):
            raise KtapError(f"line {self.place + 1} belongs to nothing")

    def peek(self) -> tuple:
        """(depth, text) of the next line; depth -1 at the end."""
        if self.place == len(self.lines):
            return -1, ""
        line = self.lines[self.place]
        text = line.lstrip(" ")
        return (len(line) - len(text)) // 2, text

    def document(self, depth: int) -> list:
        if self.peek() != (depth, "KTAP version 1"):
            raise KtapError(f"line {self.place + 1} is no version line")
        self.place += 1
        plan, tests, inner, notes = None, [], [], []
        while self.peek()[0] >= depth:
            level, text = self.peek()
            if level > depth:
                inner = self.document(depth + 1)
                continue
            self.place += 1
            if text.startswith("#"):
                notes.append(text)
            elif match := re.fullmatch(r"1\.\.(\d+)", text):
                if plan is not None or tests:
                    raise KtapError(f"line {self.place}: a plan in the middle")
                plan = int(match[1])
            elif match := RESULT.fullmatch(text):
                if int(match[2]) != len(tests) + 1:
                    raise KtapError(f"line {self.place}: number {match[2]} is out of order")
                tests.append(Test(match[1] == "ok", match[3], match[4] or "", inner, notes))
                inner, notes = [], []
            else:
                raise KtapError(f"line {self.place} is nothing: {text}")
        if plan != len(tests) or inner:
            raise KtapError(f"planned {plan}, got {len(tests)}")
        return tests


def leaves(tests: list) -> list:
    return [leaf for test in tests for leaf in (leaves(test.tests) if test.tests else [test])]


def count_ktap(tests: list) -> dict:
    counts: dict = {}
    for test in leaves(tests):
        kind = (test.ok, test.directive)
        counts[kind] = counts.get(kind, 0) + 1
    return counts


class KtapReports(unittest.TestCase):
    def expected_counts(self, name: str) -> dict:
        counts: dict = {}
        cut_short = {}
        for record in records(name):
            if record["record"] == "run":
                run = id(record)
                cut_short[run] = True
            elif record["record"] == "summary":
                cut_short[run] = False
            else:
                kind = {"passed": (True, ""), "failed": (False, ""), "crashed": (False, ""),
                        "skipped": (True, "SKIP"), "inconclusive": (True, "SKIP"),
                        "error": (False, "ERROR"), "known": (True, "XFAIL"),
                        "stale": (False, "")}[
                            "stale" if record["record"] == "stale" else kind_of(record)]
                counts[kind] = counts.get(kind, 0) + 1
        if sum(cut_short.values()):
            counts[(False, "ERROR")] = counts.get((False, "ERROR"), 0) + sum(cut_short.values())
        return counts

    def assert_parents_follow(self, tests: list):
        for test in tests:
            if test.tests:
                self.assertEqual(test.ok, all(inner.ok for inner in test.tests), test.name)
                self.assert_parents_follow(test.tests)

    def test_counts_are_those_of_the_records(self):
        for name in NAMES:
            with self.subTest(name):
                tests = Ktap((GOLDEN / f"{name}.ktap").read_text()).tests
                self.assertEqual(count_ktap(tests), self.expected_counts(name))
                self.assert_parents_follow(tests)

    def test_topics_are_tests_and_targets_are_above_them(self):
        topics = Ktap((GOLDEN / "every-status.ktap").read_text()).tests
        self.assertEqual([test.name for test in topics], ["create", "edge", "pipe", "unix"])
        targets = Ktap((GOLDEN / "targets.ktap").read_text()).tests
        self.assertEqual([test.name for test in targets], ["in-process", "gvisor", "qemu-riscv64"])
        self.assertEqual(targets[1].tests[-1].name, "expectations")

    def test_what_is_not_ok_says_why(self):
        for name in NAMES:
            for test in leaves(Ktap((GOLDEN / f"{name}.ktap").read_text()).tests):
                if not test.ok and test.directive == "":
                    self.assertTrue(test.diagnostics, test.name)

    def test_damage_is_noticed(self):
        text = (GOLDEN / "targets.ktap").read_text()
        for damage in (text.replace("1..3", "1..4", 1), text.replace("ok 2 edge", "ok 3 edge"),
                       text.replace("ok 1 second-write", "okay 1 second-write"), text[:-1],
                       text.replace("    KTAP version 1\n", "", 1), text + "    # deeper\n",
                       text + "KTAP version 1\n1..0\n"):
            if damage != text:
                with self.assertRaises(KtapError):
                    Ktap(damage)


# --- SARIF ----------------------------------------------------------------------------------------


class SarifError(Exception):
    """What breaks the rules of the format."""


def need(condition, what: str):
    if not condition:
        raise SarifError(what)


def fields(value, where: str, required: dict, optional: dict) -> dict:
    """Checks that `value` is an object with these fields of these types, and with no others."""
    need(isinstance(value, dict), f"{where} is no object")
    for name, kind in required.items():
        need(name in value, f"{where} has no {name}")
    for name, member in value.items():
        kind = required.get(name, optional.get(name))
        need(kind is not None, f"{where} has an unknown field {name}")
        need(isinstance(member, kind) and (kind is bool or not isinstance(member, bool)),
             f"{name} of {where} has the wrong type")
    return value


def check_message(value, where: str):
    need(fields(value, where, {"text": str}, {})["text"], f"{where} is empty")


def check_location(value):
    fields(value, "location", {"logicalLocations": list}, {})
    for logical in value["logicalLocations"]:
        fields(logical, "logicalLocation", {"name": str, "fullyQualifiedName": str, "kind": str},
               {})


def check_result(result, rules: list):
    fields(result, "result", {"message": dict, "ruleId": str, "ruleIndex": int, "level": str,
                              "kind": str, "locations": list, "partialFingerprints": dict},
           {"relatedLocations": list, "suppressions": list, "properties": dict})
    check_message(result["message"], "message of a result")
    need(0 <= result["ruleIndex"] < len(rules), "ruleIndex is outside of the rules")
    need(rules[result["ruleIndex"]]["id"] == result["ruleId"], "ruleIndex is not that of ruleId")
    need(result["kind"] == "fail", "only results of kind fail have a level")
    need(result["level"] in ("none", "note", "warning", "error"), "no such level")
    for location in result["locations"] + result.get("relatedLocations", []):
        check_location(location)
    for name, value in result["partialFingerprints"].items():
        need(re.fullmatch(r"[A-Za-z0-9_]+/v\d+", name), "fingerprints carry a version")
        need(isinstance(value, str) and value, "a fingerprint is a text")
    for suppression in result.get("suppressions", []):
        fields(suppression, "suppression", {"kind": str}, {"status": str, "justification": str})
        need(suppression["kind"] in ("inSource", "external"), "no such kind of suppression")
        need(suppression.get("status") in (None, "accepted", "underReview", "rejected"),
             "no such status of a suppression")


def check_invocation(invocation):
    fields(invocation, "invocation", {"executionSuccessful": bool},
           {"arguments": list, "exitCode": int, "toolExecutionNotifications": list})
    for notification in invocation["toolExecutionNotifications"]:
        fields(notification, "notification", {"message": dict}, {"level": str})
        check_message(notification["message"], "message of a notification")


def check_run(run):
    fields(run, "run", {"tool": dict, "results": list},
           {"automationDetails": dict, "invocations": list, "properties": dict})
    driver = fields(run["tool"], "tool", {"driver": dict}, {})["driver"]
    fields(driver, "driver", {"name": str}, {"version": str, "rules": list})
    for rule in driver["rules"]:
        fields(rule, "rule", {"id": str}, {"fullDescription": dict})
        check_message(rule["fullDescription"], f"description of {rule['id']}")
    ids = [rule["id"] for rule in driver["rules"]]
    need(len(ids) == len(set(ids)), "a rule is there twice")
    fields(run["automationDetails"], "automationDetails", {"id": str}, {})
    for invocation in run["invocations"]:
        check_invocation(invocation)
    for result in run["results"]:
        check_result(result, driver["rules"])


def check_sarif(log):
    fields(log, "log", {"version": str, "runs": list}, {"$schema": str})
    need(log["version"] == "2.1.0", "not version 2.1.0")
    for run in log["runs"]:
        check_run(run)


class SarifReports(unittest.TestCase):
    def load(self, name: str) -> dict:
        return json.loads((GOLDEN / f"{name}.sarif").read_text())

    def test_structure(self):
        for name in NAMES:
            with self.subTest(name):
                check_sarif(self.load(name))

    def test_each_failure_stands_in_one_result(self):
        for name in NAMES:
            found, wanted = [], []
            for run in self.load(name)["runs"]:
                for result in run["results"]:
                    places = result["locations"] + result.get("relatedLocations", [])
                    found += [(place["logicalLocations"][0]["fullyQualifiedName"],
                               bool(result.get("suppressions"))) for place in places]
            for record in records(name):
                if record["record"] == "stale":
                    wanted.append((record["entry"], False))
                elif record["record"] == "case" and record["status"] in ("failed", "crashed"):
                    wanted.append((record["id"], "expected" in record))
            with self.subTest(name):
                self.assertEqual(sorted(found), sorted(wanted))

    def test_causes_are_the_fingerprints_and_known_ones_are_notes(self):
        run = self.load("targets")["runs"][1]
        results = {result["partialFingerprints"]["cause/v1"]: result for result in run["results"]}
        self.assertEqual(results["R-C15 epoll_wait event missing"]["level"], "error")
        self.assertEqual(results["R-C15 epoll_wait event missing"]["ruleId"], "R-C15")
        self.assertEqual(len(results["R-C15 epoll_wait event missing"]["relatedLocations"]), 1)
        known = results["R-B24 epoll_wait other error"]
        self.assertEqual(known["level"], "note")
        self.assertIn("looks the descriptor up", known["suppressions"][0]["justification"])

    def test_errors_are_notifications(self):
        invocation = self.load("targets")["runs"][2]["invocations"][0]
        self.assertFalse(invocation["executionSuccessful"])
        texts = [n["message"]["text"] for n in invocation["toolExecutionNotifications"]]
        self.assertTrue(texts[0].startswith("pipe/many: cannot open"))
        self.assertEqual(texts[1], "cut short after 8 of 9 cases")

    def test_damage_is_noticed(self):
        def result_of(log):
            return log["runs"][1]["results"][0]

        def rules_of(log):
            return log["runs"][1]["tool"]["driver"]["rules"]
        for damage in (lambda log: log.update(version="2.0"), lambda log: log.update(more=1),
                       lambda log: result_of(log).update(level="bad"),
                       lambda log: result_of(log).update(ruleIndex=1),
                       lambda log: result_of(log).update(ruleIndex=True),
                       lambda log: result_of(log).pop("message"),
                       lambda log: result_of(log)["partialFingerprints"].update(cause="x"),
                       lambda log: rules_of(log).append(rules_of(log)[0]),
                       lambda log: rules_of(log)[0].update(fullDescription={"text": ""})):
            log = copy.deepcopy(self.load("targets"))
            check_sarif(log)
            damage(log)
            with self.assertRaises(SarifError):
                check_sarif(log)


if __name__ == "__main__":
    unittest.main()
