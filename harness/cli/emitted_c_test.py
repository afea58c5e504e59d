#!/usr/bin/env python3
"""C files that epollcheck emits, compiled and run here.

usage: emitted_c_test.py ROOT EPOLLCHECK [--all]

A conformance case that passes on this kernel must give a C file that compiles without a warning
and exits with 0 (or 77, if the case needs what not every machine has). A file about a deviation,
taken from the model with a seeded defect, must exit with 0 here as well, and with 1 once what it
wants of the last call is turned into its opposite: a check that is reached and can fail.

A file in the style of the kernel's own tests must compile with a stand-in for kselftest_harness.h
and do the same. The file of a race that a library shows exits with 0 here, with 1 when it calls
that library (harness/plugins/in_place_of_epoll.h), and with 1 when what it looks for is turned
into its opposite.

Without --all a part of the cases is taken: some for every operation, and others evenly spread.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

COMPILE = ["-std=c11", "-Wall", "-Wextra", "-Werror", "-pthread"]
REFUSALS = ("second process of a program can end", "several threads should not fork",
            "a ring with requests under way",
            "is stopped while it waits", "are for calls that wait for ever",
            "so as a target it has no answer")
EVERY = 16  # of the cases, one in so many is taken beside those for each operation
DEFECTS = 24  # so many defects are taken without --all
KSELFTEST_TOPICS = ("edge", "oneshot", "arguments")
# What an emitted file needs of tools/testing/selftests/kselftest_harness.h.
KSELFTEST_HARNESS = r"""
#include <stdio.h>
#include <stdlib.h>
#define KSFT_SKIP 4
static int failed;
#define CHECK_(expected, seen, is, ends) do { \
    __typeof__(seen) seen_ = (seen); \
    __typeof__(expected) expected_ = (expected); \
    if (!(expected_ is (__typeof__(expected))seen_)) { \
        fprintf(stderr, "%d: %s %s %s\n", __LINE__, #expected, #is, #seen); \
        failed = 1; \
        if (ends) return; \
    } \
} while (0)
#define ASSERT_EQ(expected, seen) CHECK_(expected, seen, ==, 1)
#define EXPECT_EQ(expected, seen) CHECK_(expected, seen, ==, 0)
#define ASSERT_GE(expected, seen) CHECK_(expected, seen, >=, 1)
#define ASSERT_TRUE(seen) CHECK_(0, seen, !=, 1)
#define EXPECT_TRUE(seen) CHECK_(0, seen, !=, 0)
#define SKIP(statement, ...) do { printf(__VA_ARGS__); exit(KSFT_SKIP); } while (0)
#define TEST(name) static void one_test(void)
#define TEST_HARNESS_MAIN int main(void) { one_test(); return failed; }
"""
RACE = """T1: epoll_create1(0) = ep
T1: eventfd(1, 0) = e
T1: epoll_ctl(ep, ADD, e, {IN|ONESHOT, 1}) = 0
barrier
T1: epoll_wait(ep, 1, 0)
T2: epoll_wait(ep, 1, 0)
"""
CALL = re.compile(r"^(?:P2: )?([a-z_0-9]+)\(", re.MULTILINE)
NEEDS = re.compile(r"^needs:", re.MULTILINE)
ABOUT = re.compile(r"The\s+last\s+call\s+has\s+to\s+give\s.*,\s+and\s+gave\s", re.DOTALL)
JUDGED = re.compile(r"^    if \(((?:(?!^    if ).)*?)\)\n        return 0;$",
                    re.MULTILINE | re.DOTALL)
EXPECTED = re.compile(r"(EXPECT\((?:(?!EXPECT\().)*?,\s+)((?:n |!|waited|has_)[^;]*)\);", re.DOTALL)


def select(cases):
    """For each operation the first cases that use it, and every so many of all."""
    chosen = set(cases[::EVERY])
    seen = Counter()
    for case in cases:
        calls = set(CALL.findall(case.read_text()))
        if any(seen[call] < 2 for call in calls):
            chosen.add(case)
        if case in chosen:
            seen.update(calls)
    return [case for case in cases if case in chosen]


def emit(epollcheck, arguments, failures):
    """Emits C files and checks that only what cannot be written in C is missing."""
    run = subprocess.run([epollcheck, "emit-c", *arguments], capture_output=True, text=True,
                         check=False)
    if run.returncode not in (0, 5) and REFUSALS[-1] not in run.stderr:
        failures.append(f"emit-c exits with {run.returncode}: {run.stderr.strip()}")
    for line in run.stderr.splitlines():
        if not any(reason in line for reason in REFUSALS):
            failures.append(f"emit-c says: {line}")
    return run


def compile_and_run(compiler, source, options=(), arguments=(), environment=None):
    """The exit status of the program in `source`, and what it or the compiler said."""
    binary = source.with_suffix("")
    built = subprocess.run([compiler, *COMPILE, *options, "-o", binary, source],
                           capture_output=True, text=True, check=False)
    if built.returncode != 0:
        return "does not compile", built.stderr
    try:
        run = subprocess.run([binary, *arguments], capture_output=True, text=True, check=False,
                             timeout=60, env=environment)
    except subprocess.TimeoutExpired:
        return "hangs", ""
    return run.returncode, run.stdout + run.stderr


def name_of(case, root):
    """The name of a case's C file."""
    return str(case.relative_to(root).with_suffix("")).replace("/", "--") + ".c"


def test_cases(root, epollcheck, compiler, scratch, everything, options):
    """Emits, compiles and runs the cases."""
    failures = []
    directory = root / "conformance/cases"
    cases = sorted(directory.rglob("*.ep"))
    if not everything:
        cases = select(cases)
    emit(epollcheck, ["--directory", scratch, *cases], failures)
    made = [(case, scratch / name_of(case, directory)) for case in cases]
    made = [(case, source) for case, source in made if source.exists()]
    with ThreadPoolExecutor(2) as pool:
        outcomes = list(pool.map(lambda pair: compile_and_run(compiler, pair[1], options), made))
    counts = Counter(status for status, _ in outcomes)
    for (case, source), (status, said) in zip(made, outcomes):
        fine = status == 0 or (status == 77 and NEEDS.search(case.read_text()))
        if not fine:
            failures.append(f"{case.name} ({source.name}): {status}: {said.strip()[:2000]}")
    lines = sorted(len(source.read_text().splitlines()) for _, source in made)
    print(f"cases: {len(cases)}, C files: {len(made)} of {lines[len(lines) // 2]} lines (median), "
          f"exit status {dict(counts)}")
    if len(made) < len(cases) * 0.9:
        failures.append("most cases should be written in C")
    return failures


def defective_file(text):
    """`text` with the opposite of what it wants of the last call, or None."""
    comment = re.sub(r"\n \*", "", text[:text.index("*/")]).replace("  ", " ")
    judged = list(JUDGED.finditer(text)) or list(EXPECTED.finditer(text))
    if not judged or not ABOUT.search(comment):
        return None
    wanted = len(judged[-1].groups())  # the condition is the last group
    start, end = judged[-1].span(wanted)
    return f"{text[:start]}!({text[start:end]}){text[end:]}"


def test_defects(epollcheck, compiler, scratch, everything):
    """Files about deviations of defective models."""
    failures = []
    listing = subprocess.run([epollcheck, "defects"], capture_output=True, text=True, check=True)
    rows = re.findall(r"^(D-\d+) .*? (?:contract|linux|exact) +\d+ +(\S+)", listing.stdout,
                      re.MULTILINE)
    step = 1 if everything else max(1, len(rows) // DEFECTS)
    counts = Counter()
    for defect, case in rows[::step]:
        source = scratch / f"{defect}.c"
        run = emit(epollcheck, ["--run", "--target", f"model:{defect}", case, "--output", source],
                   failures)
        if run.returncode != 0:
            counts["not written"] += 1
            continue
        status, said = compile_and_run(compiler, source)
        counts[f"exits {status}"] += 1
        if status not in (0, 77):
            failures.append(f"{defect} {case}: {status}: {said.strip()[:2000]}")
        changed = defective_file(source.read_text())
        if changed is None or status == 77:
            counts["not turned"] += 1
            continue
        source.with_suffix(".turned.c").write_text(changed)
        turned, said = compile_and_run(compiler, source.with_suffix(".turned.c"))
        counts[f"turned exits {turned}"] += 1
        if turned != 1:
            failures.append(f"{defect} {case}, turned: {turned}: {said.strip()[:2000]}")
    print(f"defects: {dict(counts)}")
    if counts["turned exits 1"] < sum(counts.values()) / 4:
        failures.append("most files about defects should be turned")
    return failures


def test_kselftest(epollcheck, compiler, scratch, everything):
    """Cases in the style of the kernel's own tests."""
    failures = []
    (scratch / "kselftest_harness.h").write_text(KSELFTEST_HARNESS)
    listing = subprocess.run([epollcheck, "list", *(() if everything else KSELFTEST_TOPICS)],
                             capture_output=True, text=True, check=True)
    cases = [line.split()[0] for line in listing.stdout.splitlines() if "/" in line.split()[0]]
    cases = [case for case in cases if not case.startswith("covering/")]
    directory = scratch / "kselftest"
    directory.mkdir()
    subprocess.run([epollcheck, "emit-c", "--style", "kselftest", "--directory", directory,
                    *cases], capture_output=True, check=False)
    sources = sorted(directory.iterdir())
    for source in sources[:1]:
        turned = source.with_suffix(".turned.c")
        turned.write_text(re.sub(r"ASSERT_EQ\(0, ", "ASSERT_EQ(-1, ", source.read_text()))
    options = ["-I", scratch]
    with ThreadPoolExecutor(2) as pool:
        every = sorted(directory.glob("*.c"))
        outcomes = list(pool.map(lambda one: compile_and_run(compiler, one, options), every))
    for source, (status, said) in zip(every, outcomes):
        if (status != 1) if ".turned" in source.name else status not in (0, 4):
            failures.append(f"kselftest {source.name}: {status}: {said.strip()[:2000]}")
    print(f"kselftest: {dict(Counter(status for status, _ in outcomes))}")
    if len(sources) < 10:
        failures.append("most cases of one thread and one process should be kselftests")
    return failures


def test_race(root, epollcheck, compiler, scratch):
    """A race that a faulty library shows."""
    library = epollcheck.resolve().parent / "plugins/epoll_on_poll.so"
    program, source = scratch / "race.ep", scratch / "race.c"
    program.write_text(RACE)
    faulty = {**os.environ, "EPOLL_ON_POLL_DEFECT": "oneshot-twice",
              "EPOLLCHECK_PLUGIN": str(library)}
    made = subprocess.run([epollcheck, "emit-c", "--run", "--target", "epoll-on-poll", program,
                           "--output", source], env=faulty, capture_output=True, text=True,
                          check=False)
    if made.returncode != 0:
        return [f"emit-c --run of a race: {made.returncode}: {made.stderr}"]
    text = source.read_text()
    turned = scratch / "race.turned.c"
    turned.write_text(re.sub(r"if \((LOOK.*?)\)\n( +return show)", r"if (!(\1))\n\2", text,
                             flags=re.DOTALL))
    plugged = ["-I", root / "harness/target", "-include",
               root / "harness/plugins/in_place_of_epoll.h"]
    failures = []
    for name, options, environment, wanted in ((source, [], None, 0), (turned, [], None, 1),
                                               (source, plugged, faulty, 1)):
        status, said = compile_and_run(compiler, name, options, ["3000"], environment)
        if status != wanted:
            failures.append(f"race {name.name} {options}: {status}, not {wanted}: {said}")
    print(f"race: {len(failures)} of 3 files are wrong")
    return failures


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("root", type=Path)
    parser.add_argument("epollcheck", type=Path)
    parser.add_argument("--all", action="store_true", help="all cases and all defects")
    parser.add_argument("--compiler", default="cc")
    parser.add_argument("--option", action="append", default=[], help="one more for the compiler")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        failures = test_cases(arguments.root, arguments.epollcheck, arguments.compiler, scratch,
                              arguments.all, arguments.option)
        failures += test_kselftest(arguments.epollcheck, arguments.compiler, scratch,
                                   arguments.all)
        failures += test_race(arguments.root, arguments.epollcheck, arguments.compiler, scratch)
        failures += test_defects(arguments.epollcheck, arguments.compiler, scratch, arguments.all)
    for failure in failures:
        print(f"FAILED: {failure}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
