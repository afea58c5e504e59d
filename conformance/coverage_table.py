#!/usr/bin/env python3
"""Which cases show which behaviour of epoll: makes COVERAGE.md of behaviours.txt.

usage: coverage_table.py [--check]

behaviours.txt says of each behaviour that people rely on which cases show it, or why none does.
This script looks each case up, so that one which is renamed or removed cannot go on being claimed.
With --check it writes nothing and fails (exit code 1) if COVERAGE.md is not what it would write.
"""

import re
import sys
import unittest
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
REMARKS = ("test", "not here", "open")


class BadLine(Exception):
    """A line of behaviours.txt that says nothing this script understands."""


@dataclass
class Behaviour:
    """One line of the table."""

    topic: str
    text: str
    alone: bool  # no other public suite asserts it
    cases: list[str] = field(default_factory=list)
    remarks: list[tuple[str, str]] = field(default_factory=list)  # (one of REMARKS, text)

    @property
    def state(self) -> str:
        """covered, in part, open or not here."""
        is_open = any(kind == "open" for kind, _ in self.remarks)
        if self.cases or any(kind == "test" for kind, _ in self.remarks):
            return "in part" if is_open else "covered"
        return "open" if is_open else "not here"


def known_cases() -> list[str]:
    folder = HERE / "cases"
    return sorted(str(path.relative_to(folder).with_suffix("")) for path in folder.rglob("*.ep"))


def find_cases(words: list[str], known: list[str], place: str) -> list[str]:
    for word in words:
        prefix = word.removesuffix("*")
        found = word in known
        if prefix.endswith("/"):
            found = any(case.startswith(prefix) for case in known)
        if not found:
            raise BadLine(f"{place}: there is no case '{word}'")
    return words


def parse(text: str, known: list[str], name: str) -> list[Behaviour]:
    behaviours: list[Behaviour] = []
    topic = ""
    for number, line in enumerate(text.splitlines(), 1):
        place = f"{name}:{number}"
        if line.startswith("## "):
            topic = line[3:]
        elif line.startswith(("- ", "* ")):
            behaviours.append(Behaviour(topic, line[2:], alone=line[0] == "*"))
        elif line.startswith("  ") and behaviours:
            kind, colon, rest = line.strip().partition(": ")
            if not colon:
                behaviours[-1].cases += find_cases(line.split(), known, place)
            elif kind not in REMARKS:
                raise BadLine(f"{place}: '{kind}:' is none of {', '.join(REMARKS)}")
            elif kind == "test" and not (ROOT / rest).is_file():
                raise BadLine(f"{place}: there is no file '{rest}'")
            else:
                behaviours[-1].remarks.append((kind, rest))
        elif line and not line.startswith("#"):
            raise BadLine(f"{place}: neither a topic, a behaviour nor what belongs to one")
    for behaviour in behaviours:
        if not behaviour.cases and not behaviour.remarks:
            raise BadLine(f"{name}: nothing is said of '{behaviour.text}'")
    return behaviours


def cell(behaviour: Behaviour) -> str:
    parts = [f"`{case}`" for case in behaviour.cases]
    text = " ".join(parts)
    for kind, remark in behaviour.remarks:
        shown = f"`{remark}`" if kind == "test" else f"*{kind}:* {remark}"
        text += ("; " if text else "") + shown
    return text


def render(behaviours: list[Behaviour]) -> str:
    count = {state: 0 for state in ("covered", "in part", "open", "not here")}
    for behaviour in behaviours:
        count[behaviour.state] += 1
    lines = [
        "# Behaviours and the cases that show them",
        "",
        "Made by `conformance/coverage_table.py` of `behaviours.txt`. A star marks behaviours that",
        "none of the other public test suites we know asserts.",
        "",
        f"{len(behaviours)} behaviours: {count['covered']} covered, {count['in part']} in part, "
        f"{count['open']} open, {count['not here']} not to be had on a plain machine.",
    ]
    topic = ""
    for behaviour in behaviours:
        if behaviour.topic != topic:
            topic = behaviour.topic
            lines += ["", f"## {topic}", "", "| | behaviour | shown by |", "|---|---|---|"]
        star = "\\*" if behaviour.alone else ""
        lines.append(f"| {star} | {behaviour.text} | {cell(behaviour)} |")
    return "\n".join(lines) + "\n"


class Canaries(unittest.TestCase):
    """A check that finds nothing is only worth something if it can find something."""

    def refused(self, text: str, complaint: str) -> None:
        with self.assertRaisesRegex(BadLine, re.escape(complaint)):
            parse(text, ["a/one", "b/two"], "file")

    def test_faults_are_found(self) -> None:
        self.refused("- x\n  a/two\n", "file:2: there is no case 'a/two'")
        self.refused("- x\n  c/*\n", "file:2: there is no case 'c/*'")
        self.refused("- x\n- y\n  a/one\n", "nothing is said of 'x'")
        self.refused("- x\n  later: y\n", "file:2: 'later:' is none of")
        self.refused("- x\n  test: no/such/file\n", "file:2: there is no file")
        self.refused("x\n", "file:1: neither")

    def test_states(self) -> None:
        text = "- a\n  a/*\n- b\n  b/two\n  open: z\n- c\n  open: z\n- d\n  not here: z\n"
        states = [behaviour.state for behaviour in parse(text, ["a/one", "b/two"], "file")]
        self.assertEqual(states, ["covered", "in part", "open", "not here"])


def main() -> int:
    if sys.argv[1:] not in ([], ["--check"]):
        print(__doc__, file=sys.stderr)
        return 2
    source = HERE / "behaviours.txt"
    table = HERE / "COVERAGE.md"
    known = known_cases()
    try:
        text = render(parse(source.read_text(), known, str(source.relative_to(ROOT))))
    except BadLine as bad:
        print(bad, file=sys.stderr)
        return 1
    if not sys.argv[1:]:
        table.write_text(text)
        return 0
    suite = unittest.defaultTestLoader.loadTestsFromTestCase(Canaries)
    passed = unittest.TextTestRunner(verbosity=0).run(suite).wasSuccessful()
    if not table.is_file() or table.read_text() != text:
        print("conformance/COVERAGE.md is not current: run conformance/coverage_table.py",
              file=sys.stderr)
        passed = False
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())
