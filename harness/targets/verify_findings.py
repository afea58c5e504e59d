#!/usr/bin/env python3
"""Are the findings of a run true? Each cause is tried again without epollcheck in between.

For every distinct cause in a results file the program with the fewest calls up to its deviation
(of the cases that people wrote, if there is one) becomes a C file (`epollcheck emit-c`), which is
compiled statically. It has to end with 0 on the kernel here, and with 1 in the target. If it does
not, others are tried: the next programs, and the first one held to tier linux, at its last call or
at all of them. One that fails on both accuses wrongly; one that passes on both did not survive
being written in C, or depends on time. Those are for people to look at.

All programs run in one start of the target, from a shell script, because a start takes seconds.
"""

import argparse
import json
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path

RUNSC = ["runsc", "--network=none", "--platform=ptrace", "do"]
# target: the compiler for it, the words that start a shell for it, and what starts a program there
TARGETS = {
    "gvisor": ("gcc", RUNSC, ""),
    "qemu-aarch64": ("aarch64-linux-gnu-gcc", [], "qemu-aarch64"),
    "qemu-riscv64": ("riscv64-linux-gnu-gcc", [], "qemu-riscv64"),
    "qemu-s390x": ("s390x-linux-gnu-gcc", [], "qemu-s390x"),
    "qemu-x86_64": ("gcc", [], "qemu-x86_64"),
}
SECONDS = 20  # for one program
MOST_PROGRAMS = 4  # of one cause
CONFIRMED, WRONG, LOST, OTHER = "confirmed", "fails here too", "passes there too", "not decided"
EARLIER = "fails earlier"  # a call that leads up to the one it is about answers otherwise


@dataclass
class Finding:
    """A cause, and the smallest program that shows it."""

    cause: str
    case: str
    program: str
    tier: str
    calls: int
    whole: bool = False  # the C file checks all answers, and not only the last one
    count: int = 0
    rank: tuple = ()  # the least is tried first
    name: str = ""
    verdict: str = ""
    says: str = field(default="", repr=False)


def up_to(program: str, step: int) -> str:
    """The program without what comes after operation `step`, counted from 1."""
    head, _, body = program.rpartition("\n\n")
    kept, seen = [], 0
    for line in body.splitlines():
        if seen == step:
            break
        seen += bool(line.strip()) and not line.startswith("#")
        kept.append(line)
    return head + "\n\n" + "\n".join(kept) + "\n"


def findings_in(results: Path, each: bool) -> list[list[Finding]]:
    """For each cause (and, if `each`, for each case that people wrote) programs that show it."""
    shown: dict[tuple, list[Finding]] = {}
    counts: dict[tuple, int] = {}
    for line in results.read_text().splitlines():
        record = json.loads(line)
        deviation = record.get("deviation")
        if record.get("record") != "case" or not deviation or not record.get("cause"):
            continue
        case, step, is_made = record["id"], deviation["step"], record["id"].startswith("covering/")
        key = (record["cause"], case if each and not is_made else "")
        counts[key] = counts.get(key, 0) + 1
        found = shown.setdefault(key, [])
        rank = (is_made, step, case)
        if len(found) < MOST_PROGRAMS or rank < found[-1].rank:
            found.append(Finding(record["cause"], case, up_to(record["program"], step),
                                 deviation["tier"], step, rank=rank))
            found.sort(key=lambda finding: finding.rank)
            del found[MOST_PROGRAMS:]
    for key, found in shown.items():
        found += [replace(found[0], tier="linux"), replace(found[0], tier="linux", whole=True)]
        for finding in found:
            finding.count = counts[key]
    return sorted(shown.values(), key=lambda found: -found[0].count)


def ends_with(command: list[str], seconds: int = SECONDS) -> tuple[int, str]:
    """The exit status of a command, and what it printed; 124 if it took too long."""
    try:
        ended = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, text=True, timeout=seconds, check=False)
    except subprocess.TimeoutExpired:
        return 124, "took too long"
    return ended.returncode, (ended.stdout + ended.stderr).strip()


def prepare(finding: Finding, options: argparse.Namespace) -> None:
    """Writes and compiles the program, and runs it here. A verdict means that it ends there."""
    place = options.directory / finding.name
    source, program = place.with_suffix(".c"), place.with_suffix(".ep")
    program.write_text(finding.program)
    # Where tier contract leaves too much open for a C file, tier linux does not.
    for tier in (finding.tier, "linux"):
        status, finding.says = ends_with([options.epollcheck, "emit-c", "--tier", tier, "--output",
                                          str(source), str(program)] +
                                         ["--last"] * (not finding.whole))
        if not status:
            break
    for compiler, suffix in (("gcc", ".here"), (TARGETS[options.target][0], ".there")):
        if not status:
            status, finding.says = ends_with(
                [compiler, "-std=c11", "-O1", "-static", "-pthread", "-o",
                 str(place.with_suffix(suffix)), str(source)], seconds=120)
    if status:
        finding.verdict = OTHER
        return
    status, finding.says = ends_with([str(place.with_suffix(".here"))])
    if status:
        finding.verdict = WRONG if status == 1 else OTHER


def run_there(findings: list[Finding], options: argparse.Namespace) -> None:
    """Runs all that are prepared in one start of the target, and gives them their verdicts."""
    _, start, inner = TARGETS[options.target]
    if not findings:
        return
    script = options.directory / "run-there.sh"
    script.write_text("".join(
        f"timeout {SECONDS} {inner} {options.directory / finding.name}.there 2>&1; "
        f'echo "@{finding.name} $?"\n' for finding in findings))
    _, text = ends_with(start + ["/bin/sh", str(script)], seconds=SECONDS * len(findings) + 60)
    parts = re.split(r"^@(\S+) (\d+)$", text, flags=re.MULTILINE)
    ended = {name: (int(status), says.strip())
             for says, name, status in zip(parts[0::3], parts[1::3], parts[2::3])}
    for finding in findings:
        status, finding.says = ended.get(finding.name, (125, "did not run"))
        finding.verdict = OTHER
        if status == 0:
            finding.verdict = LOST
        elif status > 128:
            finding.verdict, finding.says = CONFIRMED, f"ended by signal {status - 128}"
        elif status == 1:
            finding.verdict = CONFIRMED
        elif status == 77 and " gave " in finding.says:
            finding.verdict = EARLIER


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("target", choices=TARGETS)
    parser.add_argument("results", type=Path, help="of `epollcheck run --format jsonl`")
    parser.add_argument("--directory", type=Path, required=True,
                        help="where the programs and C files are left")
    parser.add_argument("--epollcheck", default=os.environ.get("EPOLLCHECK", "epollcheck"))
    parser.add_argument("--each", action="store_true",
                        help="every case that people wrote, not only one program of each cause")
    parser.add_argument("--only", default="", help="only causes that contain this text")
    return parser.parse_args()


def try_all(causes: list[list[Finding]], options: argparse.Namespace) -> list[Finding]:
    """The verdict on each cause: that of its first program that confirms it, or of its first."""
    verdicts: list[Finding] = [found[0] for found in causes]
    for attempt in range(max(map(len, causes), default=0)):
        open_ones = [i for i, found in enumerate(causes)
                     if verdicts[i].verdict != CONFIRMED and attempt < len(found)]
        tried = [causes[i][attempt] for i in open_ones]
        for i, finding in zip(open_ones, tried):
            finding.name = f"{i:03}-{attempt}-{finding.case.replace('/', '-')}"
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda finding: prepare(finding, options), tried))
        run_there([finding for finding in tried if not finding.verdict], options)
        for i, finding in zip(open_ones, tried):
            if finding.verdict == CONFIRMED:
                verdicts[i] = finding
    return verdicts


def main() -> int:
    options = parse_arguments()
    options.directory = options.directory.resolve()
    options.directory.mkdir(parents=True, exist_ok=True)
    causes = [found for found in findings_in(options.results, options.each)
              if options.only in found[0].cause]
    totals: dict[str, int] = {}
    for finding in try_all(causes, options):
        totals[finding.verdict] = totals.get(finding.verdict, 0) + 1
        print(f"{finding.count:6}  {finding.verdict:16}  {finding.cause}\n"
              f"{'':26}{finding.name}: {(finding.says.splitlines() or [''])[-1]}")
    print("; ".join(f"{count} {verdict}" for verdict, count in sorted(totals.items())))
    return 0 if set(totals) <= {CONFIRMED} else 1


if __name__ == "__main__":
    sys.exit(main())
