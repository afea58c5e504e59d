#!/usr/bin/env python3
"""The style of this tree, as far as a program can see it (CONTRIBUTING.md says why).

usage: style_test.py ROOT

Checks the size of files, the width of lines, that a file opens with a comment, the length of
functions, that includes only go where the table of floors in ARCHITECTURE.md allows them, and that
no source keeps a note for later or sleeps. The layout itself is the business of clang-format.

Functions are found by their braces, without a compiler: enough to measure them. So that a check
which finds nothing is a good sign and not a broken check, each one first has to find a fault that
was made on purpose (see Canaries).
"""

import ast
import re
import sys
import unittest
from dataclasses import dataclass
from pathlib import Path

MAX_FILE_BYTES = 30_000
MAX_COLUMNS = 100
MAX_FUNCTION_LINES = 70

CPP = (".cc", ".h")
SCRIPTS = (".py", ".sh")
WIDTH_CHECKED = CPP + SCRIPTS + (".rules",)  # a line of a program (.ep) cannot be broken
NAMES_WITHOUT_SUFFIX = {"epollcheck": ".sh", "run": ".sh"}
NOT_OURS = {"build"}  # beside what begins with a dot; .ci is ours

# Spelt so that this file does not contain them.
SLEEP = "sle" + "ep"
NOTE = "TO" + "DO"
NOTES_FOR_LATER = re.compile(rf"\b({NOTE}|FIX" + "ME|X{3})" + r"\b")
SLEEPS = {
    ".cc": re.compile(rf"\b(u|nano|clock_nano)?{SLEEP}(_for|_until)?\s*\("),
    ".py": re.compile(rf"\b{SLEEP}\s*\("),
    ".sh": re.compile(rf"(^|[;&|(]|\bdo|\bthen)\s*{SLEEP}\s"),
}
SLEEPS[".h"] = SLEEPS[".cc"]
# Where one of those words is what TAP calls a failure that is known.
WORD_OF_TAP = ("reports/tap_report.", "reports/golden/")
# How many pauses a file may have, because they order nothing.
PAUSES = {
    "harness/cli/verb_stress_soak.cc": 1,  # keeps to a rate
    "harness/cli/front_door_test.sh": 1,  # widens a window in which an overlap would be seen
    "harness/executor/executor_blocking_test.cc": 1,  # time in which nothing may happen
}


@dataclass(frozen=True)
class Violation:
    path: str
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.text}"


def kind_of(path: Path) -> str:
    """The suffix that says what is in the file."""
    return NAMES_WITHOUT_SUFFIX.get(path.name, path.suffix)


# --- reading C++ without a compiler ---------------------------------------------------------------

TOKENS = re.compile(
    r'//[^\n]*|/\*.*?\*/|R"(?P<d>[^\s()\\]{0,16})\(.*?\)(?P=d)"'
    r'|"(?:\\.|[^"\\\n])*"|(?<![\w])\'(?:\\.|[^\'\\\n])+\'|(?m:^[ \t]*#(?:\\\n|[^\n])*)',
    re.DOTALL,
)
NOT_FUNCTIONS = re.compile(r"\b(namespace|class|struct|union|enum|extern)\b|=\s*$|^\s*$")


def code_only(text: str) -> str:
    """`text` without comments, literals and preprocessor lines; lines keep their numbers."""
    return TOKENS.sub(lambda token: "\n" * token.group().count("\n"), text)


def functions(text: str):
    """(first line, last line, head) of each function with a body, those in functions left out."""
    code = code_only(text)
    stack = []  # per open brace: its function's first line and head, or None outside of functions
    head_start = 0
    for match in re.finditer(r"[{};]", code):
        head = code[head_start : match.start()]
        if match.group() == "{":
            inside = any(stack)
            is_function = not inside and not NOT_FUNCTIONS.search(head) and ")" in head
            first = code.count("\n", 0, head_start + len(head) - len(head.lstrip())) + 1
            stack.append((first, " ".join(head.split())) if is_function else None)
        elif match.group() == "}" and stack:
            function = stack.pop()
            if function:
                yield function[0], code.count("\n", 0, match.start()) + 1, function[1]
        head_start = match.end()


# --- the floors -----------------------------------------------------------------------------------


@dataclass
class Floors:
    library_of: dict[str, str]  # by directory
    includes: dict[str, set[str]]  # directories, by directory

    @staticmethod
    def parse(architecture: str) -> "Floors":
        """Reads the rows `| floor | library | directory | includes from |`."""
        rows = re.findall(r"^\| \d+ \| `(.+?)` \| `(.+?)` \| (.+?) \|$", architecture, re.MULTILINE)
        library_of = {directory: library for library, directory, _ in rows}
        includes = {}
        for _, directory, sources in rows:
            allowed = {directory}
            for name in re.findall(r"`(.+?)`", sources):
                mates = {other for other, library in library_of.items() if library == name}
                if not mates and name not in library_of:
                    raise ValueError(f"the row of {directory} names {name}, which has no row")
                allowed |= mates or {name}
            includes[directory] = allowed
        return Floors(library_of, includes)

    def allows(self, path: str, included: str) -> bool:
        """A test may also use what else is in its library."""
        directory, target = str(Path(path).parent), str(Path(included).parent)
        mates = "_test" in path and self.library_of.get(target) == self.library_of[directory]
        return target in self.includes[directory] or mates


# --- checks ---------------------------------------------------------------------------------------


def check_size(path: str, text: str):
    size = len(text.encode("utf-8"))
    if size > MAX_FILE_BYTES:
        yield Violation(path, 1, f"{size} bytes; a file has at most {MAX_FILE_BYTES}")


def check_width(path: str, text: str):
    if kind_of(Path(path)) in WIDTH_CHECKED:
        for number, line in enumerate(text.splitlines(), 1):
            if len(line) > MAX_COLUMNS:
                yield Violation(path, number, f"{len(line)} columns; at most {MAX_COLUMNS}")


def check_opening(path: str, text: str):
    """A file begins by saying what it is."""
    opening = {".py": r'(#!.*\n)?"""', ".sh": r"(#!.*\n)?# "}.get(kind_of(Path(path)), r"// ")
    if kind_of(Path(path)) in CPP + SCRIPTS and not re.match(opening, text):
        yield Violation(path, 1, "a file opens with a comment that says what it is")


def check_functions(path: str, text: str):
    kind = kind_of(Path(path))
    found = []
    if kind in CPP:
        found = list(functions(text))
    elif kind == ".py":
        nodes = (ast.FunctionDef, ast.AsyncFunctionDef)
        found = [(n.lineno, n.end_lineno, n.name) for n in ast.walk(ast.parse(text))
                 if isinstance(n, nodes)]
    elif kind == ".sh":
        for match in re.finditer(r"^(\w+)\(\) \{$.*?^\}$", text, re.MULTILINE | re.DOTALL):
            first = text.count("\n", 0, match.start()) + 1
            found.append((first, first + match.group().count("\n"), match.group(1)))
    for first, last, head in found:
        if last - first + 1 > MAX_FUNCTION_LINES:
            yield Violation(path, first, f"{last - first + 1} lines in one function; at most "
                                         f"{MAX_FUNCTION_LINES}: {head[:60]}")


def check_words(path: str, text: str):
    if path.startswith(WORD_OF_TAP):
        return
    for number, line in enumerate(text.splitlines(), 1):
        if NOTES_FOR_LATER.search(line):
            yield Violation(path, number, "a note for later; do it, or open an issue")


def check_sleeps(path: str, text: str):
    """Time may be measured and waited for, but never made to pass so that something comes first."""
    kind = kind_of(Path(path))
    lines = (code_only(text) if kind in CPP else text).splitlines()
    found = [n for n, line in enumerate(lines, 1) if kind in SLEEPS and SLEEPS[kind].search(line)]
    for number in found[PAUSES.get(path, 0) :]:
        yield Violation(path, number, "a pause; order by barriers or by what is observed")


def check_includes(path: str, text: str, floors: Floors):
    if kind_of(Path(path)) not in CPP:
        return
    for match in re.finditer(r'^#include "([^"]+)"', text, re.MULTILINE):
        line = text.count("\n", 0, match.start()) + 1
        if str(Path(path).parent) not in floors.library_of:
            yield Violation(path, line, "its directory is not in the table of floors")
            return
        if not floors.allows(path, match.group(1)):
            yield Violation(path, line, f"includes {match.group(1)}, not from a floor below")


CHECKS = (check_size, check_width, check_opening, check_functions, check_words, check_sleeps)


def check_file(path: str, text: str, floors: Floors) -> list[Violation]:
    found = list(check_includes(path, text, floors))
    for check in CHECKS:
        found += check(path, text)
    return found


def files_of(root: Path):
    """(path, text) of every text file of the tree that is ours."""
    for path in sorted(root.rglob("*")):
        parts = path.relative_to(root).parts
        hidden = any(part.startswith(".") for part in parts if part != ".ci")
        if path.is_file() and parts[0] not in NOT_OURS and not hidden:
            if b"\0" not in (data := path.read_bytes()):
                yield "/".join(parts), data.decode("utf-8", errors="replace")


# --- the checks checked ---------------------------------------------------------------------------

TABLE = """
| 0 | `vocabulary` | `model/vocabulary` | nothing |
| 1 | `model` | `model/world` | `vocabulary` |
| 1 | `model` | `model/judgement` | `vocabulary` `model` |
"""


class Canaries(unittest.TestCase):
    """Faults that must be found, and their harmless likes that must not."""

    def faults(self, path: str, text: str) -> str:
        return "\n".join(str(found) for found in check_file(path, text, Floors.parse(TABLE)))

    def test_clean(self):
        self.assertEqual(self.faults("model/world/a.cc", "// What it is.\nint x = 1;\n"), "")

    def test_size(self):
        self.assertIn("30001 bytes", self.faults("a.md", "x" * 30_001))

    def test_width(self):
        self.assertIn("a.py:3: 101 columns", self.faults("a.py", '"""A."""\n\n# ' + "x" * 99))

    def test_opening(self):
        self.assertIn("opens with", self.faults("model/world/a.h", "#pragma once\n"))
        self.assertIn("opens with", self.faults("a.py", "import sys\n"))
        self.assertIn("opens with", self.faults("a.sh", "#!/bin/sh\nset -u\n"))

    def test_functions(self):
        body = "  if (a) { b(\"}\"); }  // }\n" * 68
        long = f"int f(int x)\n    const {{\n{body}}}\n"
        long = f"// A.\nnamespace n {{\nclass C {{\n{long}}};\n}}\n"
        self.assertIn("a.cc:4: 71 lines", self.faults("model/world/a.cc", long))
        short = long.replace("int f(int x)\n", "int f(int x) ")
        self.assertEqual(self.faults("model/world/a.cc", short), "")
        table = "// A.\nconst char* kTable[] = {\n" + '    R"(} f() {)",\n' * 80 + "};\n"
        self.assertEqual(self.faults("model/world/a.cc", table), "")
        python = '"""A."""\ndef f():\n' + "    pass\n" * 70
        self.assertIn("a.py:2: 71 lines", self.faults("a.py", python))
        self.assertIn("71 lines", self.faults("a.sh", "# A.\nf() {\n" + "    :\n" * 69 + "}\n"))

    def test_words(self):
        self.assertIn("later", self.faults("model/world/a.h", f"// A. {NOTE}: more\n"))

    def test_sleeps(self):
        code = f"// A.\nvoid f() {{ u{SLEEP}(1); }}\n"
        self.assertIn("a_test.cc:2: a pause", self.faults("model/world/a_test.cc", code))
        self.assertIn("a pause", self.faults("a.sh", f"# A.\n{SLEEP} 1\n"))
        self.assertEqual(self.faults("model/world/a.cc", f"// It may {SLEEP}(3) or not.\n"), "")

    def test_includes(self):
        upward = '// A.\n#include "model/judgement/step.h"\n'
        self.assertIn("a.cc:2: includes", self.faults("model/world/a.cc", upward))
        self.assertEqual(self.faults("model/world/a_test.cc", upward), "")
        self.assertEqual(self.faults("model/judgement/a.cc", upward), "")
        self.assertIn("not in the table", self.faults("attic/a.cc", upward))


def main(arguments: list[str]) -> int:
    if len(arguments) != 1 or not (root := Path(arguments[0])).is_dir():
        print("usage: style_test.py ROOT", file=sys.stderr)
        return 2
    canaries = unittest.defaultTestLoader.loadTestsFromTestCase(Canaries)
    if not unittest.TextTestRunner(verbosity=0).run(canaries).wasSuccessful():
        return 1
    floors = Floors.parse((root / "ARCHITECTURE.md").read_text(encoding="utf-8"))
    if not floors.library_of:
        print("ARCHITECTURE.md has no table of floors", file=sys.stderr)
        return 1
    files = list(files_of(root))
    violations = [found for path, text in files for found in check_file(path, text, floors)]
    for violation in violations:
        print(violation)
    print(f"{len(files)} files, {len(violations)} violations")
    return 1 if violations or not files else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
