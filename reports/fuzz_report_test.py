#!/usr/bin/env python3
"""Tests of the page about fuzzing campaigns: what it shows, and what it refuses."""

import json
import unittest

from report.fuzz import fuzz_page, holds_progress, short, step_for, title_of
from report.results import ResultsError

LOG = """INFO: Running with entropic power schedule (0xFF, 100).
#2\tINITED ft: 3 corp: 1/1b exec/s: 0 rss: 31Mb
#1024\tNEW    cov: 7 ft: 40 corp: 5/90b lim: 4096 exec/s: 512 rss: 31Mb L: 20/33 MS: 1 Custom-
#4096\tpulse  cov: 7 ft: 44 corp: 6/99b lim: 4096 exec/s: 1024 rss: 31Mb
Done 4096 runs in 4 second(s)
"""


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

    def test_a_value_that_stays_0_has_no_plot(self):
        page = fuzz_page([("x", line(1, 0) + line(2, 0))])  # no model takes part
        self.assertEqual(page.count("<polyline"), 3)
        self.assertIn("7 rules, 5 corpus, 0 findings", page)

    def test_several_campaigns_are_one_small_page(self):
        hour = "".join(line(0.5 * 1.05 ** i, 100 + 7 * i) for i in range(182))
        page = fuzz_page([(f"corpora/{i}/progress.jsonl", hour) for i in range(7)])
        self.assertEqual(page.count("<polyline"), 28)
        self.assertLess(len(page), 100_000)

    def test_the_log_of_libfuzzer_has_its_own_values(self):
        page = fuzz_page([("fuzz_readers.log", LOG), ("x", line(1, 10))])
        self.assertIn("<h2>fuzz_readers</h2>", page)
        self.assertIn("4096 inputs in 4 s (1024 per second): 44 features, 6 corpus", page)
        self.assertEqual(page.count("<polyline"), 3 + 4)

    def test_axes_have_round_numbers(self):
        self.assertEqual(step_for(3600), 1000)
        self.assertEqual(step_for(7), 2)
        self.assertEqual([short(number) for number in (0, 500, 1500, 2e6)],
                         ["0", "500", "1.5k", "2M"])

    def test_a_campaign_is_called_like_its_directory(self):
        self.assertEqual(title_of("a/kernel-calls/progress.jsonl"), "kernel-calls")
        self.assertEqual(title_of("progress.jsonl"), "progress")

    def test_recognizes_its_records(self):
        self.assertTrue(holds_progress([("x", line(1, 10))]))
        self.assertTrue(holds_progress([("x", LOG)]))
        self.assertFalse(holds_progress([("x", '{"record":"run"}\n')]))
        self.assertFalse(holds_progress([]))

    def test_refuses_what_is_no_campaign(self):
        for text in ("", line(1, 1) + "{}\n", line(1, 1) + "x\n"):
            with self.assertRaises(ResultsError):
                fuzz_page([("x", text)])


if __name__ == "__main__":
    unittest.main()
