#!/usr/bin/env python3
"""The HTML report and the Markdown summary: golden files, hostile strings, and what they count.

With EPOLLCHECK_UPDATE_GOLDEN=1 the golden files are written anew: read the difference.
"""

import contextlib
import io
import json
import os
import re
import tempfile
import unittest
from html.parser import HTMLParser
from pathlib import Path

from report.__main__ import main
from report.findings import findings_of
from report.markdown import markdown_summary
from report.model import report_values
from report.page import html_page
from report.program import numbered_lines
from report.results import ResultsError, load_runs, read_runs

GOLDEN = Path(__file__).resolve().parent / "golden"
TARGETS = GOLDEN / "targets.jsonl"
HOSTILE = "\"'></textarea></style><script>alert(1)</script><img src=x onerror=a>{{7*7}}|`&amp; @b"
VOID = {"meta", "input", "link", "br", "img"}


class Page(HTMLParser):
    """What a browser would make of the page: elements, attributes and texts. Balance is checked."""

    def __init__(self, html: str):
        super().__init__(convert_charrefs=True)
        self.open, self.elements, self.texts, self.faults = [], [], [], []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> closes nothing")

    def handle_data(self, data):
        self.texts.append(data)

    def all(self, tag: str) -> list:
        return [attributes for name, attributes in self.elements if name == tag]


def hostile_lines() -> str:
    """The golden results with every text that an implementation can have a say in made hostile."""
    def spoil(value, key=""):
        if isinstance(value, dict):
            return {name: spoil(member, name) for name, member in value.items()}
        if isinstance(value, list):
            return [spoil(member, key) for member in value]
        kept = key in ("record", "status", "tier") or not isinstance(value, str)
        return value if kept else value + HOSTILE
    return "".join(json.dumps(spoil(json.loads(line))) + "\n"
                   for line in TARGETS.read_text().splitlines())


class GoldenFiles(unittest.TestCase):
    def check(self, name: str, text: str):
        path = GOLDEN / name
        if "EPOLLCHECK_UPDATE_GOLDEN" in os.environ:
            path.write_text(text)
        self.assertEqual(text, path.read_text())

    def test_page(self):
        page = html_page(load_runs([str(TARGETS)]))
        # How it looks is not what the golden file is for.
        page = re.sub(r"(?s)(<style>|<script>).*?(</style>|</script>)", r"\1\2", page)
        self.check("targets.html", page)

    def test_summary(self):
        self.check("targets.md", markdown_summary(load_runs([str(TARGETS)])))
        self.check("all-pass.md", markdown_summary(load_runs([str(GOLDEN / "all-pass.jsonl")])))


class ThePage(unittest.TestCase):
    def assert_sound(self, html: str) -> Page:
        page = Page(html)
        self.assertEqual(page.faults, [])
        self.assertEqual(page.open, [])
        ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
        self.assertEqual(len(ids), len(set(ids)), "ids are unique")
        for tag, attributes in page.elements:
            for name, value in attributes.items():
                self.assertFalse(name.startswith("on"), f"{tag} has a handler")
                if name in ("src", "href"):
                    self.assertTrue(value.startswith("#"), f"{tag} loads {value}")
                if name in ("aria-labelledby", "aria-describedby", "for", "data-copy"):
                    self.assertIn(value, ids)
        self.assertEqual(len(page.all("script")), 1)
        self.assertEqual(len(page.all("style")), 1)
        self.assertNotIn("url(", html)
        self.assertNotIn("@import", html)
        return page

    def test_is_sound(self):
        for path in GOLDEN.glob("*.jsonl"):
            with self.subTest(path.name):
                self.assert_sound(html_page(load_runs([str(path)])))

    def test_hostile_strings_are_text(self):
        html = html_page(read_runs(hostile_lines(), "hostile"))
        page = self.assert_sound(html)
        self.assertEqual(page.all("img"), [])
        self.assertIn(HOSTILE, "".join(page.texts))
        self.assertNotIn("49", re.sub(r"#\d+|\d{4,}", "", "".join(page.texts)).split())

    def test_a_broken_page_is_noticed(self):
        html = html_page(load_runs([str(TARGETS)]))
        for fault in (html.replace("</main>", ""), html.replace('id="filter"', 'id="findings"'),
                      html.replace("<h1>", "<h1 onclick='x'>"),
                      html.replace("<h1>", "<h1><img src='http://example.org'>")):
            with self.assertRaises(AssertionError):
                self.assert_sound(fault)

    def test_shows_what_a_reader_needs(self):
        text = " ".join("".join(Page(html_page(load_runs([str(TARGETS)]))).texts).split())
        for needed in ("Linux 4.4.0 x86_64", "gVisor (runsc, systrap)", "seed",
                       "After a report, an ET item is queued again", "forbidden",
                       "#include <sys/epoll.h>", "1 more case with the same cause",
                       "known on qemu-riscv64: hangs in recvmsg, reported upstream",
                       'case = "timer/cancel-on-set"', "the target has no MSG_OOB",
                       "Too many open files", "8 of 9", "cut short before its end"):
            self.assertIn(needed, text)


class TheValues(unittest.TestCase):
    def setUp(self):
        self.runs = load_runs([str(TARGETS)])
        self.values = report_values(self.runs)

    def test_every_case_is_counted_once(self):
        rows, total = self.values["matrix"][:-1], self.values["matrix"][-1]
        for column, run in enumerate(self.runs):
            self.assertEqual(sum(count for _, count in total["cells"][column]["counts"]),
                             len(run.cases))
            for outcome in ("passed", "failed", "crashed", "known", "skipped"):
                self.assertEqual(
                    sum(dict(row["cells"][column]["counts"]).get(outcome, 0) for row in rows),
                    sum(case.outcome == outcome for case in run.cases))

    def test_every_failure_is_in_one_finding(self):
        members = [(member.run, member.case.id)
                   for finding in findings_of(self.runs) for member in finding.members]
        failures = [(run.name, case.id) for run in self.runs for case in run.cases
                    if case.status in ("failed", "crashed")]
        self.assertEqual(sorted(members), sorted(failures))

    def test_a_finding_that_is_known_on_one_target_only_is_a_problem(self):
        finding = next(f for f in self.values["findings"] if f["cause"].startswith("R-B24"))
        self.assertEqual(finding["outcome"], "failed")
        self.assertEqual(finding["run"], "qemu-riscv64")
        self.assertEqual([(t["run"], t["outcome"]) for t in finding["targets"]],
                         [("gvisor", "known"), ("qemu-riscv64", "failed")])

    def test_the_smallest_program_is_shown_and_its_line_marked(self):
        finding = next(f for f in self.values["findings"] if f["cause"].startswith("R-C15"))
        self.assertEqual(finding["case"].id, "edge/second-write")
        self.assertEqual([line["step"] for line in finding["lines"] if line["marked"]], [7])
        self.assertEqual(finding["others"], [("edge/write-after-partial-read", ["gvisor"])])

    def test_side_by_side_marks_what_differs(self):
        finding = next(f for f in self.values["findings"] if f["cause"].startswith("R-C15"))
        self.assertEqual([row["step"] for row in finding["compare"]["rows"] if row["differs"]], [7])
        records = [json.loads(line) for line in TARGETS.read_text().splitlines()]
        for record in records:  # now the first target keeps its answers, too, and one differs
            if record.get("id") == "edge/second-write" and record["status"] == "passed":
                record["answers"] = ["3", "[6, 7]", "0", "1", "[1:IN]", "1", "[1:IN]"]
        values = report_values(read_runs("".join(json.dumps(r) + "\n" for r in records), "r"))
        finding = next(f for f in values["findings"] if f["cause"].startswith("R-C15"))
        rows = finding["compare"]["rows"]
        self.assertEqual([row["step"] for row in rows if row["differs"]], [2, 7])
        self.assertEqual([cell["marked"] for cell in rows[6]["cells"]], [False, True, False])

    def test_a_crash_is_where_the_answers_end(self):
        finding = self.values["findings"][0]
        self.assertEqual(finding["outcome"], "crashed")
        self.assertEqual([line["step"] for line in finding["lines"] if line["marked"]], [4])
        self.assertTrue(finding["compare"]["rows"][3]["cells"][2]["missing"])


class TheSummary(unittest.TestCase):
    def test_hostile_strings_neither_make_elements_nor_break_the_table(self):
        text = markdown_summary(read_runs(hostile_lines(), "hostile"))
        without_code = re.sub(r"`[^`\n]*`", "", text)
        self.assertNotIn("<", without_code)
        self.assertNotIn(" @b", without_code)
        rows = [line for line in text.splitlines() if line.startswith("|")]
        self.assertEqual(len(rows), 5)
        self.assertEqual({len(re.findall(r"(?<!\\)\|", row)) for row in rows}, {11})


class TheReader(unittest.TestCase):
    def error(self, text: str) -> str:
        with self.assertRaises(ResultsError) as caught:
            read_runs(text, "r.jsonl")
        return str(caught.exception)

    def test_says_where_and_what(self):
        run, case = TARGETS.read_text().splitlines()[:2]
        self.assertEqual(self.error(""), "r.jsonl:1: error: the file is empty")
        self.assertEqual(self.error("TAP version 14\n"), "r.jsonl:1: error: this is no JSON")
        self.assertIn("r.jsonl:1: error: the first record is not", self.error(case + "\n"))
        self.assertIn("r.jsonl:2: error: the record is not an object",
                      self.error(run + "\n[1]\n"))
        self.assertIn("'status' of the record is missing",
                      self.error(f"{run}\n{case.replace('status', 'other')}\n"))
        self.assertIn("no record of kind 'run' for target 'x'",
                      self.error(run + '\n{"record":"stale","target":"x"}\n'))
        self.assertIn("schema 2", self.error(run.replace('"schema":1', '"schema":2') + "\n"))

    def test_a_last_line_may_be_cut_off(self):
        run, case = TARGETS.read_text().splitlines()[:2]
        runs = read_runs(f"{run}\n{case}\n{case[:40]}", "r.jsonl")
        self.assertEqual(len(runs[0].cases), 1)
        self.assertTrue(runs[0].cut_short)

    def test_runs_of_one_target_have_names_of_their_own(self):
        runs = load_runs([str(GOLDEN / "all-pass.jsonl"), str(GOLDEN / "killed.jsonl")])
        self.assertEqual([run.name for run in runs], ["in-process", "in-process #2"])
        html_page(runs)

    def test_lines_know_their_steps(self):
        lines = numbered_lines("id: a/b\ntier: exact\n\n# note\n\nT1: close(1)\nbarrier\n")
        self.assertEqual([(line.step, line.text) for line in lines],
                         [(0, "# note"), (0, ""), (1, "T1: close(1)"), (2, "barrier")])


class TheCommand(unittest.TestCase):
    def run_main(self, *arguments: str) -> tuple:
        output, errors = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(output), contextlib.redirect_stderr(errors):
            try:
                code = main([str(argument) for argument in arguments])
            except SystemExit as stop:
                code = stop.code
        return code, output.getvalue(), errors.getvalue()

    def test_writes_both(self):
        with tempfile.TemporaryDirectory() as directory:
            page, summary = Path(directory, "r.html"), Path(directory, "s.md")
            self.assertEqual(self.run_main(TARGETS, "-o", page, "--markdown", summary), (0, "", ""))
            self.assertTrue(page.read_text().startswith("<!DOCTYPE html>"))
            self.assertEqual(summary.read_text(), (GOLDEN / "targets.md").read_text())
            self.assertEqual(sorted(os.listdir(directory)), ["r.html", "s.md"])

    def test_exit_codes(self):
        self.assertEqual(self.run_main(TARGETS)[0], 2)
        self.assertEqual(self.run_main("-o", "x.html")[0], 2)
        self.assertIn("cannot read /nonexistent", self.run_main("/nonexistent", "-o", "-")[2])
        self.assertEqual(self.run_main(__file__, "-o", "-")[0], 2)
        self.assertEqual(self.run_main(TARGETS, "-o", "/nonexistent/r.html")[0], 70)
        code, output, _ = self.run_main("--help")
        self.assertEqual(code, 0)
        self.assertIn("Examples:", output)


if __name__ == "__main__":
    unittest.main()
