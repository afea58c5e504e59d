"""A failed case for people, from the fields of its record.

The text is that which `epollcheck run` prints (reports/human_report.cc, without colours); a test of
the plug-in compares the two. It is made here because a record is all that comes out of a run
that reports in JSON lines.
"""

from __future__ import annotations

import re
from typing import Any, Iterator

from .batch import Record

WIDTH = 100  # columns


def explanation(record: Record) -> str:
    status = "KNOWN" if record.get("expected") else record["status"].upper()
    lines = [f"{status} {record['id'] or 'the program'}  (tier {record['tier']})"]
    lines += _paragraph(record["title"])
    if record["reason"]:
        lines += _paragraph(f"{record['status']}: {record['reason']}")
    if record.get("expected"):
        lines += _paragraph(f"known: {record['expected']}")
    lines += ["", *_program_lines(record), ""]
    if record["disagreements"] or record["deviation"]:
        lines += [*_disagreement_lines(record), *_rule_lines(record), ""]
    return "\n".join(lines) + "\n"


def summary(record: Record) -> str:
    """One sentence; of several disagreements the last, which is the one with the target."""
    if record["disagreements"]:
        last = record["disagreements"][-1]
        return f"step {last['step']}: {last['between']} disagree: {last['text']}"
    return record["reason"]


def line_of_step(file: str, record: Record) -> int:
    """The line of `file` to look at first: that of the answer which the summary is about."""
    steps = [record["disagreements"][-1]["step"]] if record["disagreements"] else []
    for number, (step, _) in enumerate(_numbered(file, keep_header=True), 1):
        if step in steps:
            return number
    return 1


def _program_lines(record: Record) -> Iterator[str]:
    findings = record["deviation"]["findings"] if record["deviation"] else []
    marked = {item["step"] for item in record["disagreements"] + findings}
    for step, text in _numbered(record["program"]):
        if not text:
            yield ""
            continue
        yield f"{'-->' if step in marked else '   '} {step or '':>4}  {text}"
        yield from _finding_lines([finding for finding in findings if finding["step"] == step])


def _numbered(program: str, keep_header: bool = False) -> Iterator[tuple[int, str]]:
    """(step, line) of each line after the header; the step of a line without a call is 0."""
    in_header, step = True, 0
    for line in program.splitlines():
        in_header = in_header and (not line or _is_header(line))
        is_call = not in_header and bool(line.strip()) and not line.lstrip().startswith("#")
        step += is_call
        if not in_header or keep_header:
            yield step if is_call else 0, line


def _is_header(line: str) -> bool:
    """`key: value`, but not `T2: call` or `P2: call`."""
    return re.match(r"\s*(?![TP]\d+\s*:)\w+\s*:", line) is not None


def _finding_lines(findings: list[dict[str, Any]]) -> Iterator[str]:
    if findings:
        yield f"          observed: {findings[0]['observed']}"
    for finding in findings:
        allowed = " or ".join(finding["allowed"])
        allowed += "" if finding["allowed_complete"] else " or others"
        says = ("permits it, as it allows" if finding["permits"]
                else "allows only" if finding["allowed_complete"] else "allows")
        yield from wrap(f"tier {finding['tier']} {says}: {allowed}", " " * 10, " " * 14)


def _disagreement_lines(record: Record) -> Iterator[str]:
    for item in record["disagreements"]:
        yield from wrap(f"step {item['step']}: {item['between']} disagree: {item['text']}",
                        "  ", "    ")


def _rule_lines(record: Record) -> Iterator[str]:
    rules = record["deviation"]["rules"] if record["deviation"] else []
    if rules:
        yield "  rules:"
    for rule in rules:
        yield from wrap(f"{rule['id']:<8} {rule['text']}", "    ", " " * 13)


def _paragraph(text: str) -> list[str]:
    return wrap(text, "  ", "  ") if text else []


def wrap(text: str, first_indent: str, indent: str) -> list[str]:
    """Broken between words; unlike textwrap it leaves blanks inside of a line as they are. Width
    is counted in bytes, as in reports/text_layout.cc."""
    lines, line = [], first_indent
    has_word = False
    for blanks, word in re.findall(r"( *)([^ ]*)", text):
        if has_word and len((line + blanks + word).encode("utf-8")) > WIDTH:
            lines.append(line)
            line = indent + word
        else:
            line += blanks + word
        has_word = True
    return [*lines, line]
