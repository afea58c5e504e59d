"""What stands on the page: plain values made from the runs. The templates only place them."""

from .findings import Finding, findings_of, sentence_of
from .program import numbered_lines
from .results import OUTCOMES, Run

MEANINGS = {
    "crashed": "the target died, hung or talked nonsense",
    "failed": "two of expectation, model and target disagree",
    "error": "epollcheck or the machine could not do its part",
    "known": "failed or crashed as an expectation says",
    "inconclusive": "ran, but the model cannot follow it",
    "skipped": "not run, for a known reason",
    "passed": "all agree",
}
# What the exit codes of `epollcheck run` say (harness/cli/exit_code.h).
EXIT_MEANINGS = {
    0: "everything is as promised or expected",
    1: "a deviation that nobody expected",
    2: "wrong usage",
    3: "an expected deviation did not happen",
    4: "no case was selected",
    5: "not everything could be judged",
    70: "epollcheck or the machine could not do its part",
    130: "stopped by a person",
}


def exit_meaning(run: Run) -> tuple:
    """(code, what it means); without a summary the code is not known."""
    if run.summary is None:
        return "", "cut short before its end"
    code = run.summary["exit_code"]
    return str(code), EXIT_MEANINGS.get(code, "not a code that this report knows")


def worst_of(counts: dict) -> str:
    return next((outcome for outcome in OUTCOMES if counts[outcome]), "none")


def matrix_of(runs: list) -> list:
    """Per topic its name and a cell per run; the last row is the totals."""
    topics: dict = {}
    for run in runs:
        for case in run.cases:
            row = topics.setdefault(case.topic or "(no topic)", {})
            row.setdefault(run.name, dict.fromkeys(OUTCOMES, 0))[case.outcome] += 1
    rows = [(topic, topics[topic]) for topic in sorted(topics)]
    rows.append(("all", {run.name: run.counts() for run in runs}))
    return [{"topic": topic, "total": topic == "all" and position == len(rows) - 1,
             "cells": [cell_of(run.name, row.get(run.name)) for run in runs]}
            for position, (topic, row) in enumerate(rows)]


def cell_of(run: str, counts: dict | None) -> dict:
    counts = counts or dict.fromkeys(OUTCOMES, 0)
    shown = [(outcome, counts[outcome]) for outcome in reversed(OUTCOMES) if counts[outcome]]
    return {"run": run, "worst": worst_of(counts), "counts": shown}


def reasons_of(runs: list, status: str) -> list:
    """(reason, [(run, number of cases, first id)]) of all cases with `status`, most cases first."""
    reasons: dict = {}
    for run in runs:
        for case in run.cases:
            if case.status == status:
                entry = reasons.setdefault(case.reason, {}).setdefault(run.name, [0, case.id])
                entry[0] += 1
    rows = [(reason, [(run, *entry) for run, entry in where.items()])
            for reason, where in reasons.items()]
    return sorted(rows, key=lambda row: (-sum(count for _, count, _ in row[1]), row[0]))


def marked_steps(case) -> set:
    steps = {disagreement["step"] for disagreement in case.disagreements}
    if case.deviation:
        steps |= {finding["step"] for finding in case.deviation["findings"]
                  if not finding["permits"]}
    if case.status == "crashed" and case.answers:
        steps.add(len(case.answers) + 1)
    return steps


def tier_rows(case) -> list:
    """What each tier says about the case: the table of allowed answers."""
    if not case.deviation:
        return []
    return [{"tier": finding["tier"], "permits": finding["permits"], "step": finding["step"],
             "observed": finding["observed"], "allowed": finding["allowed"],
             "complete": finding["allowed_complete"], "rules": finding["rules"]}
            for finding in case.deviation["findings"]]


def side_by_side(case_id: str, runs: list) -> dict | None:
    """The answers of all targets to one program. None if no target's answers were kept.

    Programs may differ between runs of different versions; only those that are the same are shown.
    """
    found = [(run.name, case) for run in runs for case in run.cases_by_id.get(case_id, [])]
    kept = [(name, case) for name, case in found if case.answers]
    if not kept:
        return None
    program = kept[0][1].program
    columns = [{"run": name, "case": case, "marked": marked_steps(case)}
               for name, case in found if case.program == program]
    lines = [line for line in numbered_lines(program) if line.step]
    return {"columns": [{"run": column["run"], "outcome": column["case"].outcome,
                         "kept": bool(column["case"].answers)} for column in columns],
            "rows": [compare_row(line, columns) for line in lines]}


def compare_row(line, columns: list) -> dict:
    """The answers to one operation, and whether they differ."""
    cells = []
    for column in columns:
        answers = column["case"].answers
        missing = bool(answers) and line.step > len(answers)
        cells.append({
            "kept": bool(answers),
            "text": answers[line.step - 1] if line.step <= len(answers) else "",
            "missing": missing,
            "marked": line.step in column["marked"],
        })
    texts = {cell["text"] for cell in cells if cell["kept"]}
    marked = any(cell["marked"] for cell in cells)
    return {"step": line.step, "text": line.text, "cells": cells,
            "differs": marked or len(texts) > 1}


def targets_of(finding: Finding, runs: list) -> list:
    """(run, worst outcome there, number of cases) of the targets that show it, in their order."""
    targets: dict = {run.name: [] for run in runs}
    for member in finding.members:
        targets[member.run].append(member.case.outcome)
    return [{"run": run, "outcome": next(o for o in OUTCOMES if o in outcomes),
             "count": len(outcomes)} for run, outcomes in targets.items() if outcomes]


def finding_values(number: int, finding: Finding, runs: list) -> dict:
    case = finding.case
    marked = marked_steps(case)
    others: dict = {}
    for member in finding.members:
        if member.case.id != case.id:
            others.setdefault(member.case.id, []).append(member.run)
    reasons: dict = {}
    for member in finding.members:
        if member.case.expected:
            reasons.setdefault(member.case.expected, {})[member.run] = True
    c_text = next((member.case.deviation["c"] for member in finding.members
                   if member.case.deviation and member.case.deviation.get("c")), "")
    targets = targets_of(finding, runs)
    words = [case.title, case.tier, finding.cause, finding.outcome, "topic:" + case.topic]
    words += [rule for rule, _ in finding.rules] + finding.case_ids()
    words += [word for target in targets for word in ("target:" + target["run"], target["outcome"])]
    words += ["topic:" + member.case.topic for member in finding.members]
    return {"number": number, "case": case, "run": finding.run, "outcome": finding.outcome,
            "tier": finding.tier, "cause": finding.cause, "rules": finding.rules,
            "sentence": sentence_of(case), "targets": targets, "c": c_text,
            "reasons": [(reason, list(where)) for reason, where in sorted(reasons.items())],
            "count": len(finding.case_ids()), "others": sorted(others.items()),
            "lines": [{"step": line.step, "text": line.text,
                       "marked": line.step in marked and line.step > 0}
                      for line in numbered_lines(case.program)],
            "tiers": tier_rows(case), "disagreements": case.disagreements,
            "compare": side_by_side(case.id, runs),
            "words": " ".join(dict.fromkeys(words)).lower()}


def header_values(run: Run) -> dict:
    code, meaning = exit_meaning(run)
    header = run.header
    return {"name": run.name, "title": header.get("target_title", ""), "kernel": header["kernel"],
            "profile": header["profile"], "tier": header["tier"], "seed": header["seed"],
            "version": header["version"], "cases": len(run.cases), "selected": header["selected"],
            "cut_short": run.cut_short, "exit_code": code, "exit_meaning": meaning,
            "duration_s": f"{run.summary['duration_us'] / 1e6:.2f}" if run.summary else ""}


def report_values(runs: list) -> dict:
    """Everything that the page and the summary show."""
    for run in runs:
        run.cases_by_id = {}
        for case in run.cases:
            run.cases_by_id.setdefault(case.id, []).append(case)
    findings = findings_of(runs)
    return {
        "versions": sorted({run.header["version"] for run in runs}),
        "runs": [header_values(run) for run in runs],
        "matrix": matrix_of(runs),
        "findings": [finding_values(number, finding, runs)
                     for number, finding in enumerate(findings, 1)],
        "stale": [(run.name, stale["entry"], stale["reason"])
                  for run in runs for stale in run.stale],
        "skipped": reasons_of(runs, "skipped"),
        "inconclusive": reasons_of(runs, "inconclusive"),
        "errors": reasons_of(runs, "error"),
        "meanings": MEANINGS, "outcomes": tuple(reversed(OUTCOMES)),
    }
