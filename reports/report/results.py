"""Reads the results format (reports/README.md): JSON lines, any number of runs in a file.

The same rules as reports/results_reader.cc: a record that names a target belongs to the last run of
that target, any other to the last run; a last line without its newline may be cut off.
"""

import json
from dataclasses import dataclass, field

SCHEMA = 1
DEFAULT_TARGET = "in-process"
# In the order of how bad they are; `known` is a failed or crashed case that was expected.
OUTCOMES = ("crashed", "failed", "error", "known", "inconclusive", "skipped", "passed")
STATUSES = ("passed", "failed", "crashed", "skipped", "inconclusive", "error")


class ResultsError(Exception):
    """Why a file holds no results: FILE:LINE: error: REASON."""


@dataclass
class Case:
    """One record of kind `case`."""

    id: str
    title: str
    tier: str
    rules: list
    tags: list
    status: str
    reason: str
    deviation: dict | None
    disagreements: list
    program: str
    cause: str = ""
    expected: str = ""
    answers: list = field(default_factory=list)

    @property
    def outcome(self) -> str:
        """The status, or `known`: one of OUTCOMES."""
        return "known" if self.is_finding and self.expected else self.status

    @property
    def is_finding(self) -> bool:
        return self.status in ("failed", "crashed")

    @property
    def topic(self) -> str:
        topic, slash, _ = self.id.partition("/")
        return topic if slash else ""


@dataclass
class Run:
    """One run on one target; `name` tells it from the other runs of the report."""

    header: dict
    name: str
    cases: list = field(default_factory=list)
    stale: list = field(default_factory=list)
    summary: dict | None = None

    @property
    def target(self) -> str:
        return self.header.get("target", DEFAULT_TARGET)

    @property
    def cut_short(self) -> bool:
        return self.summary is None or len(self.cases) < self.header["selected"]

    def counts(self) -> dict:
        """Cases by outcome."""
        counts = dict.fromkeys(OUTCOMES, 0)
        for case in self.cases:
            counts[case.outcome] += 1
        return counts


def parse_case(record: dict) -> Case:
    optional = {name: record[name] for name in ("cause", "expected", "answers") if name in record}
    case = Case(**{name: record[name] for name in (
        "id", "title", "tier", "rules", "tags", "status", "reason", "deviation", "disagreements",
        "program")}, **optional)
    if case.status not in STATUSES:
        raise ResultsError(f"'status' of the record is '{case.status}', which is no status")
    return case


def parse_header(record: dict) -> Run:
    if record["schema"] != SCHEMA:
        raise ResultsError(
            f"the results have schema {record['schema']}, this report reads schema {SCHEMA}")
    for name in ("version", "seed", "profile", "kernel", "tier", "selected"):
        record[name]  # it must be there
    return Run(record, record.get("target", DEFAULT_TARGET))


def open_run(runs: list, target: str) -> Run:
    """The run to which a record belongs that names `target`, which may be empty."""
    for run in reversed(runs):
        if not target or run.target == target:
            if run.summary is not None:
                raise ResultsError("there is a record after the summary")
            return run
    raise ResultsError(f"no record of kind 'run' for target '{target}' comes before it" if runs
                       else "the first record is not of kind 'run'")


def add_record(runs: list, line: str):
    try:
        record = json.loads(line)
        kind = record["record"]
        if kind == "run":
            runs.append(parse_header(record))
            return
        run = open_run(runs, record.get("target", ""))
        if kind == "case":
            run.cases.append(parse_case(record))
        elif kind == "stale":
            run.stale.append({"entry": record["entry"], "reason": record["reason"]})
        elif kind == "summary":
            run.summary = record
        else:
            raise ResultsError(f"'{kind}' is no kind of record (run, case, stale, summary)")
    except json.JSONDecodeError as error:
        raise ResultsError("this is no JSON") from error
    except KeyError as error:
        raise ResultsError(f"{error} of the record is missing") from error
    except (TypeError, AttributeError) as error:
        raise ResultsError("the record is not an object, or a field has the wrong type") from error


def read_runs(text: str, file_name: str) -> list:
    """The runs in `text`. Raises ResultsError."""
    runs: list = []
    lines = text.split("\n")
    last = len(lines) if lines[-1] else len(lines) - 1
    for number, line in enumerate(lines[:last], 1):
        try:
            add_record(runs, line)
        except ResultsError as error:
            if number < len(lines) or not runs:  # otherwise it was cut off
                raise ResultsError(f"{file_name}:{number}: error: {error}") from error
    if not runs:
        raise ResultsError(f"{file_name}:1: error: the file is empty")
    return runs


def read_texts(paths: list) -> list:
    """The name and the text of each file; - is the standard input."""
    texts = []
    for path in paths:
        try:
            with open(0 if path == "-" else path, encoding="utf-8", errors="replace",
                      newline="\n") as file:
                texts.append((path, file.read()))
        except OSError as error:
            raise ResultsError(f"cannot read {path}: {error.strerror}") from error
    return texts


def number_names(runs: list):
    """Names each after its target; of several with the same target the later ones get a number."""
    seen: dict = {}
    for run in runs:
        seen[run.target] = seen.get(run.target, 0) + 1
        run.name = run.target + (f" #{seen[run.target]}" if seen[run.target] > 1 else "")


def runs_in(texts: list) -> list:
    """The runs in all texts."""
    runs = [run for path, text in texts for run in read_runs(text, path)]
    number_names(runs)
    return runs


def load_runs(paths: list) -> list:
    """The runs in all files."""
    return runs_in(read_texts(paths))
