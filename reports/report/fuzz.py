"""What a fuzzing campaign reached over time (progress.jsonl of `epollcheck fuzz --corpus`), as a
page with plots that loads nothing."""

import html
import json

from .results import ResultsError

PLOTS = (("states", "kinds of worlds of the model"), ("rules", "rules that decided an answer"),
         ("corpus", "inputs in the corpus"), ("programs", "programs run"))
WIDTH, HEIGHT, MARGIN = 720, 220, 40


def holds_progress(texts: list) -> bool:
    """True if the first record of the first text is one of these."""
    first = texts[0][1].split("\n", 1)[0] if texts else ""
    try:
        return json.loads(first)["record"] == "fuzz"
    except (ValueError, KeyError, TypeError):
        return False


def campaign_in(name: str, text: str) -> list:
    """The records of one campaign. What is cut off at the end was being written."""
    records = []
    for number, line in enumerate(text.split("\n")[:-1], 1):
        try:
            record = json.loads(line)
            records.append({key: float(record[key]) for key in
                            ("seconds", "operations", "findings", *(plot for plot, _ in PLOTS))})
        except (ValueError, KeyError, TypeError) as error:
            raise ResultsError(f"{name}:{number}: error: no record of a campaign: {error}")
    return records


def plot(records: list, what: str, title: str) -> str:
    """One value against the time, as SVG."""
    longest = max(record["seconds"] for record in records) or 1.0
    most = max(record[what] for record in records) or 1.0
    points = " ".join(
        f"{MARGIN + record['seconds'] / longest * (WIDTH - 2 * MARGIN):.1f},"
        f"{HEIGHT - MARGIN - record[what] / most * (HEIGHT - 2 * MARGIN):.1f}"
        for record in records)
    return (f'<h2>{html.escape(title)}</h2>\n<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img">'
            f'<polyline points="{points}" fill="none" stroke="#0366d6" stroke-width="2"/>'
            f'<text x="{MARGIN}" y="{MARGIN - 10}">{most:.0f}</text>'
            f'<text x="{WIDTH - MARGIN}" y="{HEIGHT - 12}" text-anchor="end">{longest:.0f} s</text>'
            "</svg>\n")


def fuzz_page(texts: list) -> str:
    """The page of all campaigns."""
    parts = ["<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
             "<title>epollcheck fuzz</title><style>body{font:16px sans-serif;margin:2em;"
             "max-width:60em}svg{border:1px solid #ddd}</style></head><body>\n"]
    for name, text in texts:
        records = campaign_in(name, text)
        if not records:
            raise ResultsError(f"{name}: error: there is no record in it")
        last = records[-1]
        rate = last["programs"] / max(last["seconds"], 0.1)
        parts.append(f"<h1>{html.escape(name)}</h1>\n<p>{last['programs']:.0f} programs in "
                     f"{last['seconds']:.0f} s ({rate:.0f} per second), "
                     f"{last['states']:.0f} states, {last['rules']:.0f} rules, "
                     f"{last['findings']:.0f} findings</p>\n")
        parts.extend(plot(records, what, title) for what, title in PLOTS)
    return "".join(parts) + "</body></html>\n"
