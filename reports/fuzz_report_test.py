#!/usr/bin/env python3
"""Tests of the page about fuzzing campaigns: what it shows, and what it refuses."""

import json
import unittest

from report.fuzz import fuzz_page, holds_progress
from report.results import ResultsError


def line(seconds: float, states: int) -> str:
    return json.dumps({"record": "fuzz", "target": "model", "seconds": seconds, "programs": 10,
                       "operations": 100, "corpus": 5, "states": states, "rules": 7,
                       "findings": 0}) + "\n"


class FuzzPage(unittest.TestCase):
    def test_shows_the_last_record_and_a_plot_of_each_value(self):
        page = fuzz_page([("a<b", line(1, 10) + line(2, 20))])
        self.assertIn("a&lt;b", page)
        self.assertIn("20 states", page)
        self.assertEqual(page.count("<polyline"), 4)

    def test_a_line_that_was_being_written_is_left_out(self):
        self.assertIn("10 states", fuzz_page([("x", line(1, 10) + '{"record":"fu')]))

    def test_recognizes_its_records(self):
        self.assertTrue(holds_progress([("x", line(1, 10))]))
        self.assertFalse(holds_progress([("x", '{"record":"run"}\n')]))
        self.assertFalse(holds_progress([]))

    def test_refuses_what_is_no_campaign(self):
        for text in ("", line(1, 1) + "{}\n", line(1, 1) + "x\n"):
            with self.assertRaises(ResultsError):
                fuzz_page([("x", text)])


if __name__ == "__main__":
    unittest.main()
