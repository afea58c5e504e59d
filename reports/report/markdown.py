"""The Markdown summary, for the page that a CI system shows for a job."""

import re

from .model import report_values

TOP_FINDINGS = 10
SPECIAL = re.compile(r"[\\*_\[\]#|~]")
# A backtick must not begin code, and nobody be mentioned.
HTML = {"`": "&#96;", "&": "&amp;", "<": "&lt;", ">": "&gt;", "@": "@\u200b"}


def plain(text) -> str:
    """`text` without any meaning, on one line."""
    line = SPECIAL.sub(lambda match: "\\" + match.group(), " ".join(str(text).split()))
    return "".join(HTML.get(letter, letter) for letter in line)


def code(text: str) -> str:
    """`text` as code, outside of tables; a backtick would end it."""
    line = " ".join(str(text).split()).replace("`", "'")
    return f"`{line}`" if line else ""


def target_rows(values: dict) -> list:
    rows = ["| target | " + " | ".join(values["outcomes"]) + " | exit code | meaning |",
            "|---|" + "---:|" * len(values["outcomes"]) + "---:|---|"]
    totals = values["matrix"][-1]["cells"]
    for run, cell in zip(values["runs"], totals):
        counts = dict(cell["counts"])
        numbers = " | ".join(str(counts.get(outcome, 0)) for outcome in values["outcomes"])
        meaning = run["exit_meaning"]
        if run["cut_short"] and run["exit_code"]:
            meaning += f"; cut short after {run['cases']} of {run['selected']} cases"
        rows.append(f"| {plain(run['name'])} | {numbers} | {run['exit_code']} | {plain(meaning)} |")
    return rows


def finding_line(finding: dict) -> str:
    where = ", ".join(plain(target["run"]) + (" (known)" if target["outcome"] == "known" else "")
                      for target in finding["targets"])
    more = f", {finding['count']} cases" if finding["count"] > 1 else ""
    return (f"{finding['number']}. **{finding['outcome']}** on {where}: {code(finding['case'].id)}"
            f"{more}. {plain(finding['sentence'])}")


def findings_text(values: dict) -> list:
    problems = [finding for finding in values["findings"] if finding["outcome"] != "known"]
    known = len(values["findings"]) - len(problems)
    if not problems:
        return [f"No unexpected findings ({known} known)."]
    shown = problems[:TOP_FINDINGS]
    which = f"the worst {len(shown)} of {len(problems)}" if len(problems) > len(shown) else \
        str(len(problems))
    lines = [f"### Findings that nobody expected: {which}", ""]
    lines += [finding_line(finding) for finding in shown]
    if known:
        lines += ["", f"{known} more {'is' if known == 1 else 'are'} known."]
    return lines


def markdown_summary(runs: list) -> str:
    """The summary: a table of targets, the worst findings, stale expectations."""
    values = report_values(runs)
    lines = ["## epollcheck " + plain(", ".join(values["versions"])), ""]
    lines += target_rows(values) + [""] + findings_text(values)
    if values["stale"]:
        lines += ["", "### Expected, but did not happen", ""]
        lines += [f"* {plain(run)}: {code(entry)} ({plain(reason)})"
                  for run, entry, reason in values["stale"]]
    return "\n".join(lines) + "\n"
