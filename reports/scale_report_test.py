#!/usr/bin/env python3
"""The page of `epollcheck stress scale`: a golden file, hostile strings, coordinates, bad input.

With EPOLLCHECK_UPDATE_GOLDEN=1 the golden file is written anew: read the difference.
"""

import contextlib
import io
import json
import os
import re
import tempfile
import unittest
import xml.etree.ElementTree as xml
from pathlib import Path

from report.__main__ import main
from report.page import scale_page
from report.results import ResultsError, read_texts
from report.scale import holds_scale, scales_in
from report.scale_model import Axis, chart_of, scale_values, time_text

GOLDEN = Path(__file__).resolve().parent / "golden"
SCALE = GOLDEN / "scale" / "results.jsonl"
HOSTILE = "\"'></svg></style><script>alert(1)</script><img src=x onerror=a>{{7*7}}&amp;"


def lines() -> list:
    return SCALE.read_text(encoding="utf-8").splitlines()


def read(text: str) -> list:
    return scales_in([("s.jsonl", text)])


class ThePage(unittest.TestCase):
    def test_golden(self):
        page = scale_page(read(SCALE.read_text(encoding="utf-8")))
        # How it looks is not what the golden file is for.
        page = re.sub(r"(?s)<style>.*?</style>", "<style></style>", page)
        golden = SCALE.parent / "page.html"
        if "EPOLLCHECK_UPDATE_GOLDEN" in os.environ:
            golden.write_text(page, encoding="utf-8")
        self.assertEqual(page, golden.read_text(encoding="utf-8"))

    def test_drawings_are_sound_and_load_nothing(self):
        page = scale_page(read(SCALE.read_text(encoding="utf-8")))
        drawings = re.findall(r"(?s)<svg.*?</svg>", page)
        self.assertEqual(len(drawings), 3)
        for drawing in drawings:
            xml.fromstring(drawing)
        for forbidden in ("href", "src=", "url(", "@import", "<script"):
            self.assertNotIn(forbidden, page)

    def test_hostile_strings_are_text(self):
        records = [json.loads(line) for line in lines()]
        for record in records:
            for name in ("target", "kernel", "cost", "against", "reason", "note", "unit"):
                if name in record:
                    record[name] += HOSTILE
        page = scale_page(read("".join(json.dumps(record) + "\n" for record in records)))
        self.assertNotIn("<script>alert", page)
        self.assertNotIn("<img", page)
        for drawing in re.findall(r"(?s)<svg.*?</svg>\n</section>", page):
            xml.fromstring(drawing.removesuffix("\n</section>"))

    def test_says_what_contradicts(self):
        rows = scale_values(read(SCALE.read_text(encoding="utf-8")))["statements"]
        wait = [row for row in rows if row["cost"].startswith("epoll_wait")]
        self.assertEqual([(row["target"], row["stated"], row["verdict"]) for row in wait],
                         [("in-process", "flat", "as expected"),
                          ("epoll_on_poll", "linear", "contradicts")])


class TheDrawing(unittest.TestCase):
    def test_axes_have_whole_decades(self):
        axis = Axis([20, 3000], 0, 300)
        self.assertEqual((axis.at(10), axis.at(100), axis.at(10_000)), (0, 100, 300))
        self.assertEqual([tick["at"] for tick in axis.ticks(str)], [0, 100, 200, 300])
        self.assertEqual(len(Axis([100, 100], 0, 1).ticks(str)), 2)

    def test_what_costs_more_is_higher(self):
        chart = chart_of("t", ("wait", "poll"), read(SCALE.read_text(encoding="utf-8")))
        marks = {line["label"]: line["marks"] for line in chart["lines"]}
        self.assertLess(marks["wait (epoll_on_poll)"][-1]["y"], marks["wait (in-process)"][-1]["y"])
        for line in chart["lines"]:
            for mark in line["marks"]:
                self.assertGreaterEqual(mark["low"], mark["y"])  # downwards is more
                self.assertLessEqual(mark["high"], mark["y"])
                self.assertTrue(chart["left"] <= mark["x"] <= chart["right"])
                self.assertTrue(chart["top"] <= mark["y"] <= chart["bottom"])

    def test_what_was_not_measured_is_not_drawn(self):
        self.assertIsNone(chart_of("t", ("nothing",), read(SCALE.read_text(encoding="utf-8"))))
        header = lines()[0]
        self.assertEqual(scale_values(read(header + "\n"))["charts"], [])
        self.assertIn("interrupted", scale_page(read(header + "\n")))

    def test_times_have_units(self):
        self.assertEqual([time_text(t) for t in (7, 999, 1000, 123_456, 5e6, 2e9)],
                         ["7\u202fns", "999\u202fns", "1\u202fµs", "123\u202fµs", "5\u202fms",
                          "2\u202fs"])


class TheReader(unittest.TestCase):
    def error(self, text: str) -> str:
        with self.assertRaises(ResultsError) as caught:
            read(text)
        return str(caught.exception)

    def test_says_where_and_what(self):
        header, series = lines()[:2]
        self.assertIn("s.jsonl:1: error: a record of kind 'series'", self.error(series))
        self.assertIn("s.jsonl:2: error: 'points' of the record is missing",
                      self.error(header + "\n" + series.replace('"points"', '"other"')))
        self.assertIn("s.jsonl:2: error: this is no record", self.error(header + "\nTAP\n"))
        self.assertIn("schema 2", self.error(header.replace('"schema":1', '"schema":2')))
        self.assertIn("is not positive", self.error(
            header + "\n" + re.sub(r'"low":[\d.]+', '"low":0', series)))

    def test_tells_results_apart(self):
        self.assertTrue(holds_scale(read_texts([str(SCALE)])))
        self.assertFalse(holds_scale(read_texts([str(GOLDEN / "targets.jsonl")])))
        self.assertFalse(holds_scale([("x", "no JSON")]))


class TheCommand(unittest.TestCase):
    def test_writes_a_page(self):
        with tempfile.TemporaryDirectory() as directory:
            page = Path(directory, "s.html")
            self.assertEqual(main([str(SCALE), "-o", str(page)]), 0)
            self.assertIn("<svg", page.read_text(encoding="utf-8"))
            errors = io.StringIO()
            with contextlib.redirect_stderr(errors):
                self.assertEqual(main([str(SCALE), "--markdown", "-"]), 2)
            self.assertIn("leave out --markdown", errors.getvalue())


if __name__ == "__main__":
    unittest.main()
