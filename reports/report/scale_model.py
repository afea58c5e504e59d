"""What the page of `stress scale` shows: plots as coordinates, and tables."""

import math

CHARTS = (
    ("Who is ready, among many that are idle", "wait", "poll", "select"),
    ("Changes of the interest list", "add", "mod", "del"),
    ("A write to a file that many instances watch", "wake"),
)
# In pixels of the drawing; both axes are logarithmic.
WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 640, 360, 64, 150, 16, 44
LABEL_HEIGHT = 16


class Axis:
    """Whole decades around `values`, laid out from `start` to `end`."""

    def __init__(self, values: list, start: float, end: float):
        self.low = math.floor(math.log10(min(values)) + 1e-9)
        self.high = max(math.ceil(math.log10(max(values)) - 1e-9), self.low + 1)
        self.start, self.end = start, end

    def at(self, value: float) -> float:
        part = (math.log10(value) - self.low) / (self.high - self.low)
        return round(self.start + part * (self.end - self.start), 1)

    def ticks(self, text) -> list:
        return [{"at": self.at(10.0 ** power), "text": text(10.0 ** power)}
                for power in range(self.low, self.high + 1)]


def size_text(size: float) -> str:
    return f"{size:,.0f}".replace(",", "\u202f")


def time_text(cost_ns: float) -> str:
    for unit, factor in (("ns", 1), ("µs", 1e3), ("ms", 1e6)):
        if cost_ns < 999.5 * factor:
            return f"{cost_ns / factor:.3g}\u202f{unit}"
    return f"{cost_ns / 1e9:.3g}\u202fs"


def spread(labels: list):
    """Moves labels down until none lies on another one at the same place."""
    labels = sorted(labels, key=lambda label: (label["label_x"], label["label_y"]))
    for above, below in zip(labels, labels[1:]):
        if above["label_x"] == below["label_x"]:
            below["label_y"] = max(below["label_y"], above["label_y"] + LABEL_HEIGHT)


def chart_of(title: str, names: tuple, scales: list) -> dict | None:
    """A line per series and measurement; None if nothing was measured."""
    chosen = [(names.index(series["name"]), order, scale, series)
              for order, scale in enumerate(scales) for series in scale.series
              if series["name"] in names and series["points"]]
    points = [point for *_, series in chosen for point in series["points"]]
    if not points:
        return None
    x_axis = Axis([point["size"] for point in points], LEFT, WIDTH - RIGHT)
    y_axis = Axis([point[end] for point in points for end in ("low", "high")],
                  HEIGHT - BOTTOM, TOP)
    lines = []
    for colour, order, scale, series in chosen:
        marks = [{"x": x_axis.at(point["size"]), "y": y_axis.at(point["value"]),
                  "low": y_axis.at(point["low"]), "high": y_axis.at(point["high"]),
                  "text": f"{series['name']}, {size_text(point['size'])}: "
                          f"{time_text(point['value'])}"} for point in series["points"]]
        lines.append({"colour": colour, "dash": order % 4, "marks": marks,
                      "path": " ".join(f"{mark['x']},{mark['y']}" for mark in marks),
                      "label": series["name"] + (f" ({scale.name})" if len(scales) > 1 else ""),
                      "label_x": marks[-1]["x"] + 8, "label_y": marks[-1]["y"] + 4})
    spread(lines)
    return {"title": title, "lines": lines, "against": chosen[0][3]["against"],
            "x_ticks": x_axis.ticks(size_text), "y_ticks": y_axis.ticks(time_text),
            "left": LEFT, "right": WIDTH - RIGHT, "top": TOP, "bottom": HEIGHT - BOTTOM,
            "width": WIDTH, "height": HEIGHT}


def statement_row(scale, series: dict) -> dict:
    good = {"as expected": "passed", "contradicts": "failed", "unclear": "inconclusive"}
    points = series["points"]
    return {"target": scale.name, "cost": series["cost"], "against": series["against"],
            "sizes": f"{size_text(points[0]['size'])} to {size_text(points[-1]['size'])}"
                     if points else "",
            "costs": f"{time_text(points[0]['value'])} to {time_text(points[-1]['value'])}"
                     if points else "",
            "stated": series["stated"], "reason": series["reason"],
            "expected": series["expected"], "verdict": series["verdict"],
            "outcome": good.get(series["verdict"], "skipped")}


def figure_row(scale, figure: dict) -> dict:
    def number(value: float) -> str:
        return size_text(value) if value >= 100 else f"{value:.2f}"
    return {"target": scale.name, "name": figure["name"], "note": figure["note"],
            "value": f"{number(figure['value'])} {figure['unit']}".strip(),
            "interval": f"{number(figure['low'])} to {number(figure['high'])}"}


def scale_values(scales: list) -> dict:
    charts = [chart_of(title, names, scales) for title, *names in CHARTS]
    return {
        "scales": [{"name": scale.name, "kernel": scale.header["kernel"],
                    "rounds": scale.header["rounds"],
                    "seconds": f"{scale.header['seconds']:.0f}",
                    "notes": scale.header["notes"],
                    "interrupted": scale.summary is None or scale.summary["interrupted"]}
                   for scale in scales],
        "charts": [chart for chart in charts if chart],
        "statements": [statement_row(scale, series) for scale in scales
                       for series in scale.series],
        "figures": [figure_row(scale, figure) for scale in scales for figure in scale.figures],
    }
