"""What fuzzing campaigns reached over time, as one page with plots that loads nothing.

A campaign is the progress.jsonl of `epollcheck fuzz --corpus`, or what libFuzzer said on the
standard error of one of fuzz/targets: its status lines have no time, but how many inputs it had run
and how many in a second, since its start."""

import html
import json
import math
import re
from pathlib import Path

from .results import ResultsError

PLOTS = {"states": "kinds of worlds of the model", "rules": "rules that decided an answer",
         "features": "features of libFuzzer", "corpus": "inputs in the corpus",
         "programs": "inputs run"}
NUMBERS = ("seconds", "states", "rules", "corpus", "programs", "findings")
STATUS = re.compile(r"^#(\d+)\s+\w+\s.*\bft: (\d+) corp: (\d+)/.*\bexec/s: (\d+)", re.MULTILINE)
WIDTH, HEIGHT = 360, 200
LEFT, RIGHT, TOP, BOTTOM = 52, 10, 26, 34
TICKS = 4


def holds_progress(texts: list) -> bool:
    """True if the first text is about a campaign."""
    if not texts:
        return False
    text = texts[0][1]
    if STATUS.search(text):
        return True
    try:
        return json.loads(text.split("\n", 1)[0])["record"] == "fuzz"
    except (ValueError, KeyError, TypeError):
        return False


def records_in_log(text: str) -> list:
    """The status lines of libFuzzer, from the first one on that knows a rate."""
    return [{"seconds": int(programs) / int(rate), "programs": float(programs),
             "features": float(features), "corpus": float(corpus)}
            for programs, features, corpus, rate in STATUS.findall(text) if int(rate) > 0]


def campaign_in(name: str, text: str) -> list:
    """The records of one campaign. What is cut off at the end was being written."""
    if STATUS.search(text):
        return records_in_log(text)
    records = []
    for number, line in enumerate(text.split("\n")[:-1], 1):
        try:
            record = json.loads(line)
            records.append({key: float(record[key]) for key in NUMBERS})
        except (ValueError, KeyError, TypeError) as error:
            raise ResultsError(f"{name}:{number}: error: no record of a campaign: {error}")
    return records


def title_of(name: str) -> str:
    """A campaign is called like its directory, and a log like itself."""
    path = Path(name)
    return path.parent.name if path.name == "progress.jsonl" and path.parent.name else path.stem


def step_for(most: float) -> float:
    """A round number, of which at most TICKS make `most`."""
    rough = max(most, 1.0) / TICKS
    magnitude = 10.0 ** math.floor(math.log10(rough))
    return next(factor * magnitude for factor in (1, 2, 5, 10) if factor * magnitude >= rough)


def short(number: float) -> str:
    """A number of few letters: 1500000 is 1.5M."""
    for size, letter in ((1e6, "M"), (1e3, "k")):
        if number >= size:
            return f"{number / size:g}{letter}"
    return f"{number:g}"


def thinned(points: list) -> list:
    """The points without those that lie on a level between two others."""
    return [point for i, point in enumerate(points)
            if i in (0, len(points) - 1)
            or not points[i - 1][1] == point[1] == points[i + 1][1]]


def plot(records: list, what: str) -> str:
    """One value against the time, as SVG with axes."""
    longest = max(record["seconds"] for record in records) or 1.0
    most = max(record[what] for record in records) or 1.0

    def x_of(seconds: float) -> float:
        return round(LEFT + seconds / longest * (WIDTH - LEFT - RIGHT), 1)

    def y_of(value: float) -> float:
        return round(HEIGHT - BOTTOM - value / most * (HEIGHT - TOP - BOTTOM), 1)

    parts = [f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img"><text x="{LEFT}" y="14">'
             f'{html.escape(PLOTS[what])}</text>']
    step = step_for(most)
    for i in range(int(most / step) + 1):
        y = y_of(i * step)
        parts.append(f'<path class="grid" d="M{LEFT} {y}H{WIDTH - RIGHT}"/>'
                     f'<text x="{LEFT - 4}" y="{y + 4}" text-anchor="end">{short(i * step)}</text>')
    step = step_for(longest)
    for i in range(int(longest / step) + 1):
        x = x_of(i * step)
        parts.append(f'<path d="M{x} {HEIGHT - BOTTOM}v4"/>'
                     f'<text x="{x}" y="{HEIGHT - BOTTOM + 16}" text-anchor="middle">'
                     f'{short(i * step)}</text>')
    points = thinned([(x_of(record["seconds"]), y_of(record[what])) for record in records])
    line = " ".join(f"{x:g},{y:g}" for x, y in points)
    parts.append(f'<path d="M{LEFT} {TOP}V{HEIGHT - BOTTOM}H{WIDTH - RIGHT}"/>'
                 f'<text x="{WIDTH - RIGHT}" y="{HEIGHT - 4}" text-anchor="end">seconds</text>'
                 f'<polyline points="{line}"/></svg>\n')
    return "".join(parts)


def summary(records: list) -> str:
    """One sentence of what it came to."""
    last = records[-1]
    rate = last["programs"] / max(last["seconds"], 0.1)
    reached = ", ".join(f"{last[key]:.0f} {key}" for key in
                        ("states", "rules", "features", "corpus", "findings")
                        if last.get(key, 0) > 0 or (key == "findings" and key in last))
    return (f"{last['programs']:.0f} inputs in {last['seconds']:.0f} s ({rate:.0f} per second): "
            f"{reached}")


def fuzz_page(texts: list) -> str:
    """The page of all campaigns."""
    parts = ["<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
             "<title>epollcheck fuzz</title><style>body{font:15px sans-serif;margin:2em}"
             "svg{width:22em;margin:0 1em 1em 0}svg text{font-size:11px}"
             "path,polyline{fill:none;stroke:#555}path.grid{stroke:#ddd}"
             "polyline{stroke:#0366d6;stroke-width:2}</style></head><body>\n"
             "<h1>What fuzzing reached over time</h1>\n"]
    for name, text in texts:
        records = campaign_in(name, text)
        if not records:
            raise ResultsError(f"{name}: error: there is no record in it")
        parts.append(f"<h2>{html.escape(title_of(name))}</h2>\n<p>{summary(records)}</p>\n")
        parts.extend(plot(records, what) for what in PLOTS if records[-1].get(what, 0) > 0)
    return "".join(parts) + "</body></html>\n"
