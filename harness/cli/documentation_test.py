#!/usr/bin/env python3
"""Keeps README.md, ARCHITECTURE.md, CONTRIBUTING.md and docs true.

usage: documentation_test.py ROOT EPOLLCHECK

Three kinds of promise are checked. Commands that are marked as runnable are run, and the output
that a page shows has to come out. Names have to exist: paths, verbs and their options, rules,
cases. And nothing is left out: each verb and each exit code of the program is described.

A page marks a fenced block by an HTML comment on the line before it:

    <!-- runnable -->           lines with `$ ` are commands, the lines below them their output
    <!-- runnable: exit 1 -->   the same; the last command ends with that exit code
    <!-- file: NAME -->         the block is the content of a file that later commands use

Commands run in an empty directory with `epollcheck` (the program under test), the sources and the
files of the page in it. What differs from run to run is compared as a placeholder (see VARIABLE);
a line `...` stands for any number of lines. A command with no output shown is run all the same.
"""

import json
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from dataclasses import dataclass, field
from pathlib import Path

PAGES = ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "docs/myths.md", "docs/invariants.md",
         "conformance/README.md", "harness/README.md")
TREE_VERBS = {"test", "lint", "layout", "report", "setup", "executors", "help"}  # of the front door
SECONDS_FOR_A_COMMAND = 120
SOURCE_DIRECTORIES = ("model", "harness", "conformance", "reports", "stress", "fuzz", "cmake")
SOURCE_SUFFIXES = ("cc", "h", "py", "sh", "rules", "cmake", "md")

# What may differ between two runs of a command. Counts that are 0 are never replaced.
VARIABLE = (
    (re.compile(r"Linux \d+\.\S+ \S+?(?=[,\n]|$)"), "<kernel>"),
    (re.compile(r"\bseed \d+"), "seed <n>"),
    (re.compile(r"\bin \d+\.\d+ s\b"), "in <time>"),
    (re.compile(r"\(\d+ programs/s\)"), "(<n> programs/s)"),
    (re.compile(r" +\d+\.\d{3}(?= |$)", re.MULTILINE), " <figure>"),
    (re.compile(r"\b[1-9]\d*(?= (cases?|passed|operations|rules?|cited|exercised)\b)"), "<n>"),
    (re.compile(r"\b([1-9]\d*) of \1(?= (reachable|detected)\b)"), "<all>"),
    (re.compile(r", \d+ skipped\b"), ""),  # on machines that lack a feature
    (re.compile(r"\d+ inconclusive\b"), "<n> inconclusive"),  # an exit code of its own
)


FENCED = re.compile(r"^```\w*\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def comparable(text: str) -> list[str]:
    for pattern, placeholder in VARIABLE:
        text = pattern.sub(placeholder, text)
    return [line.rstrip() for line in text.strip("\n").splitlines()]


def matches(shown: list[str], seen: list[str]) -> bool:
    """True if `seen` has the lines of `shown`, where "..." is any number of lines."""
    if not shown:
        return not seen
    if shown[0].strip() == "...":
        return any(matches(shown[1:], seen[skipped:]) for skipped in range(len(seen) + 1))
    return bool(seen) and shown[0] == seen[0] and matches(shown[1:], seen[1:])


# --- pages ----------------------------------------------------------------------------------------


@dataclass
class Command:
    line: int
    text: str
    output: list[str] = field(default_factory=list)
    exit_code: int = 0


@dataclass
class Page:
    name: str
    text: str
    commands: list[Command] = field(default_factory=list)
    files: dict[str, str] = field(default_factory=dict)

    @staticmethod
    def parse(name: str, text: str) -> "Page":
        page = Page(name, text)
        marked = r"^<!-- (runnable|file)(?:: (.+?))? -->\n```\w*\n(.*?)^```$"
        for match in re.finditer(marked, text, re.M | re.S):
            kind, argument, content = match.groups()
            if kind == "file":
                page.files[argument] = content
                continue
            first = text.count("\n", 0, match.start(3)) + 1
            commands = []
            for number, line in enumerate(content.splitlines(), first):
                if line.startswith("$ "):
                    commands.append(Command(number, line[2:].split("  #")[0]))
                else:
                    commands[-1].output.append(line)
            if argument:
                commands[-1].exit_code = int(argument.removeprefix("exit "))
            page.commands += commands
        return page

    def code(self) -> list[str]:
        """All that is set as code: lines of fenced blocks, and `spans`."""
        blocks = re.findall(FENCED, self.text)
        return [line for block in blocks for line in block.splitlines()] + self.spans()

    def spans(self) -> list[str]:
        """What stands `between backticks`, on one line each, and the targets of links."""
        prose = re.sub(FENCED, "", self.text)
        spans = re.findall(r"`((?:[^`\n]|\n(?!\n))+)`", prose)
        return [" ".join(span.split()) for span in spans] + re.findall(
            r"\]\(([^)#\s]+)\)", prose)

    def line_of(self, code: str) -> int:
        found = re.search(r"\s+".join(re.escape(word) for word in code.split()), self.text)
        return self.text.count("\n", 0, found.start()) + 1 if found else 1


# --- checks ---------------------------------------------------------------------------------------


class Documentation:
    def __init__(self, root: Path, program: Path):
        self.root = root
        self.program = program
        self.pages = [Page.parse(name, (root / name).read_text(encoding="utf-8"))
                      for name in PAGES]
        self.help = {"": self.ask("--help")}
        listed = self.help[""].split("Subcommands:\n")[1].split("\n\n")[0]
        self.verbs = re.findall(r"^  ([a-z][a-z0-9-]*) ", listed, re.MULTILINE)
        for verb in self.verbs:
            self.help[verb] = self.ask(verb, "--help")
        self.problems: list[str] = []

    def ask(self, *arguments: str) -> str:
        return subprocess.run([self.program, *arguments], check=True, text=True,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE).stdout

    def complain(self, page: Page, line: int, text: str):
        self.problems.append(f"{page.name}:{line}: {text}")

    def run_commands(self) -> int:
        """Runs what is runnable. Returns how many commands there were."""
        with tempfile.TemporaryDirectory() as scratch:
            directory = Path(scratch)
            shutil.copy(self.program, directory / "epollcheck")
            for name in SOURCE_DIRECTORIES:
                (directory / name).symlink_to(self.root / name)
            for page in self.pages:
                for name, content in page.files.items():
                    (directory / name).write_text(content, encoding="utf-8")
                for command in page.commands:
                    self.run_command(page, command, directory)
        return sum(len(page.commands) for page in self.pages)

    def run_command(self, page: Page, command: Command, directory: Path):
        verb = command.text.removeprefix("./epollcheck ").split()[0]
        if not command.text.startswith("./epollcheck ") or verb in TREE_VERBS - set(self.verbs):
            self.complain(page, command.line, "only verbs of the program can be marked runnable")
            return
        result = subprocess.run(command.text, shell=True, cwd=directory, text=True,
                                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.STDOUT, timeout=SECONDS_FOR_A_COMMAND)
        shown = comparable("\n".join(command.output))
        seen = comparable(result.stdout)
        if result.returncode != command.exit_code:
            self.complain(page, command.line,
                          f"`{command.text}` ends with {result.returncode}, not with "
                          f"{command.exit_code}:\n{result.stdout}")
        elif shown and not matches(shown, seen):
            self.complain(page, command.line,
                          f"`{command.text}` shows something else:\n{result.stdout}")

    def check_paths(self):
        topics = {path.name for path in (self.root / "conformance/cases").iterdir()}
        top = {path.name for path in self.root.iterdir()}
        anywhere = {path.name for name in SOURCE_DIRECTORIES
                    for path in (self.root / name).rglob("*")} | top
        for page in self.pages:
            for span in page.spans():
                name = re.sub(r"\b(NAME|TOPIC|CASE)\b|(?<=_)NAME\b", "*", span.removeprefix("./"))
                if not re.fullmatch(r"[\w.*/-]+", name) or "build" == name.split("/")[0]:
                    continue
                first, _, rest = name.partition("/")
                if first in topics and rest:
                    exists = any((self.root / "conformance/cases").glob(f"{name}*"))
                elif rest and (first in SOURCE_DIRECTORIES or first in top):
                    exists = any(self.root.glob(name.rstrip("/")))
                elif not rest and re.search(rf"\w\.({'|'.join(SOURCE_SUFFIXES)})$", name):
                    exists = any(Path(other).match(name) for other in anywhere)
                else:
                    continue
                if not exists:
                    self.complain(page, page.line_of(span), f"there is no `{span}`")

    def check_commands(self):
        for page in self.pages:
            for code in page.code():
                for match in re.finditer(r"\bepollcheck ([a-z][a-z-]*)([^|;`#]*)", code):
                    verb, rest = match.groups()
                    line = page.line_of(code)
                    if verb not in self.verbs and verb not in TREE_VERBS:
                        self.complain(page, line, f"there is no verb `{verb}`")
                    elif verb not in TREE_VERBS:
                        for option in re.findall(r"(?<=\s)--[a-z-]+", rest):
                            if option not in self.help[verb]:
                                self.complain(page, line, f"`{verb}` has no option `{option}`")

    def check_ids(self):
        listed = self.ask("rules", "--format", "jsonl").splitlines()
        known = {json.loads(line)["id"] for line in listed}
        versions = (self.root / "model/rules/versions.rules").read_text(encoding="utf-8")
        known |= set(re.findall(r"^(V-\d+) ", versions, re.MULTILINE))
        for page in self.pages:
            for name in re.findall(r"\b(?:R-[A-Z]\d+[a-z]?|V-\d+)\b", page.text):
                if name not in known:
                    self.complain(page, page.line_of(name), f"there is no {name}")

    def check_completeness(self):
        described = {code for page in self.pages[:2] for code in page.code()}
        for verb in self.verbs:
            if verb not in described and f"epollcheck {verb}" not in described:
                self.complain(self.pages[0], 1, f"the verb `{verb}` is not described")
        codes = (self.root / "harness/cli/exit_code.h").read_text(encoding="utf-8")
        for name, code in re.findall(r"constexpr int k(\w+) = (\d+);", codes):
            if not re.search(rf"^\| {code} \|", self.pages[0].text, re.MULTILINE):
                self.complain(self.pages[0], 1, f"exit code {code} ({name}) is not described")


# --- the checks checked ---------------------------------------------------------------------------


class Canaries(unittest.TestCase):
    """What has to count as the same, and what must not."""

    def same(self, shown: str, seen: str) -> bool:
        return matches(comparable(shown), comparable(seen))

    def test_equal(self):
        self.assertTrue(self.same("a\nb\n", "a\nb"))
        self.assertFalse(self.same("a\nb", "a\nc"))
        self.assertFalse(self.same("a", "a\nb"))
        self.assertFalse(self.same("a\nb", "a"))

    def test_dots(self):
        self.assertTrue(self.same("a\n...\nd", "a\nb\nc\nd"))
        self.assertTrue(self.same("...\nd", "d"))
        self.assertFalse(self.same("a\n...\ne", "a\nb\nc\nd"))

    def test_variable(self):
        totals = "{} cases: {} passed, {} failed in {} s"
        self.assertTrue(self.same(totals.format(3, 2, 1, 0.5), totals.format(4, 3, 1, 1.25)))
        self.assertFalse(self.same(totals.format(3, 3, 0, 0.5), totals.format(3, 2, 1, 0.5)))
        self.assertFalse(self.same(totals.format(3, 2, 1, 0.5), totals.format(3, 0, 1, 0.5)))
        self.assertTrue(self.same("Linux 6.1.0 x86_64, seed 1", "Linux 6.18.2-a arm64, seed 2"))
        self.assertFalse(self.same("0 deviations", "1 deviations"))
        self.assertFalse(self.same("[7:IN]", "[8:IN]"))

    def test_blocks(self):
        page = Page.parse("p", "a\n<!-- runnable: exit 1 -->\n```console\n$ ./epollcheck run  # r\n"
                               "$ ./epollcheck list\nb\n```\n<!-- file: f -->\n```\nc\n```\n")
        first, second = page.commands
        self.assertEqual((first.line, first.text, first.exit_code), (4, "./epollcheck run", 0))
        self.assertEqual((second.output, second.exit_code), (["b"], 1))
        self.assertEqual(page.files, {"f": "c\n"})


def main(arguments: list[str]) -> int:
    if len(arguments) != 2:
        print("usage: documentation_test.py ROOT EPOLLCHECK", file=sys.stderr)
        return 2
    canaries = unittest.defaultTestLoader.loadTestsFromTestCase(Canaries)
    if not unittest.TextTestRunner(verbosity=0).run(canaries).wasSuccessful():
        return 1
    documentation = Documentation(Path(arguments[0]).resolve(), Path(arguments[1]).resolve())
    documentation.check_paths()
    documentation.check_commands()
    documentation.check_ids()
    documentation.check_completeness()
    commands = documentation.run_commands()
    for problem in documentation.problems:
        print(problem)
    print(f"{commands} commands were run, {len(documentation.problems)} problems")
    return 1 if documentation.problems or commands == 0 else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
