"""`epollcheck report RESULTS... -o report.html [--markdown summary.md]`."""

import argparse
import os
import sys
from pathlib import Path

from .markdown import markdown_summary
from .results import ResultsError, read_texts, runs_in
from .fuzz import fuzz_page, holds_progress
from .scale import holds_scale, scales_in

USAGE_ERROR = 2
OWN_FAULT = 70

DESCRIPTION = """\
Makes a report of results files: one HTML page that needs nothing else, with a matrix of topics and
targets, and each finding with its program, what is allowed, what was observed, the rules and a C
program."""

EPILOG = """\
The results are those that `epollcheck run --format jsonl --output FILE` writes. Each run is a
column; shards of one run are put together with `epollcheck merge` first. What `epollcheck stress
scale --format jsonl` writes becomes a page of its own, with plots; so does the progress of
campaigns of `epollcheck fuzz --corpus`, and what targets for libFuzzer say on the standard error.

Exit code 0: written, whatever the results say; 2: wrong usage, or a file holds no results; 70: the
report could not be written.

Examples:
  epollcheck report results.jsonl -o report.html
  epollcheck report native.jsonl gvisor.jsonl -o report.html --markdown summary.md
  epollcheck merge shard-*.jsonl | epollcheck report - -o report.html
  epollcheck report results.jsonl --markdown -     # the summary only, printed
  epollcheck report scale.jsonl -o scale.html      # what epoll costs
  epollcheck report */progress.jsonl readers.log -o fuzz.html  # what fuzzing reached
"""


def parse_arguments(arguments: list) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="epollcheck report", description=DESCRIPTION,
                                     epilog=EPILOG,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("results", nargs="+", metavar="RESULTS",
                        help="results files, or - for the standard input")
    parser.add_argument("-o", "--output", metavar="FILE", help="the HTML page, or - to print it")
    parser.add_argument("--markdown", metavar="FILE", help="a summary for CI, or - to print it")
    options = parser.parse_args(arguments)
    if not options.output and not options.markdown:
        parser.error("nothing to write: say -o FILE, --markdown FILE or both")
    return options


def write(path: str, text: str):
    """Writes in one step, so that a full disk cannot leave half of a report."""
    if path == "-":
        sys.stdout.write(text)
        return
    temporary = Path(path + ".new")
    try:
        temporary.write_text(text, encoding="utf-8", errors="replace")
        os.replace(temporary, path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise


def report_runs(texts: list, options: argparse.Namespace):
    runs = runs_in(texts)
    if options.output:
        from .page import html_page  # only now, because it needs python3-jinja2
        write(options.output, html_page(runs))
    if options.markdown:
        write(options.markdown, markdown_summary(runs))


def report_scale(texts: list, options: argparse.Namespace):
    if options.markdown:
        raise ResultsError("results of `stress scale` have no summary: leave out --markdown")
    scales = scales_in(texts)
    from .page import scale_page  # as above
    write(options.output, scale_page(scales))


def report_fuzz(texts: list, options: argparse.Namespace):
    if options.markdown:
        raise ResultsError("the progress of `fuzz` has no summary: leave out --markdown")
    write(options.output, fuzz_page(texts))


def main(arguments: list) -> int:
    options = parse_arguments(arguments)
    try:
        texts = read_texts(options.results)
        if holds_scale(texts):
            report_scale(texts, options)
        elif holds_progress(texts):
            report_fuzz(texts, options)
        else:
            report_runs(texts, options)
    except ResultsError as error:
        print(f"epollcheck: error: {error}", file=sys.stderr)
        return USAGE_ERROR
    except OSError as error:
        print(f"epollcheck: error: cannot write {error.filename}: {error.strerror}",
              file=sys.stderr)
        return OWN_FAULT
    except ModuleNotFoundError as error:
        print(f"epollcheck: error: {error}: install the package python3-jinja2", file=sys.stderr)
        return OWN_FAULT
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
