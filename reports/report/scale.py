"""Reads the results of `epollcheck stress scale` (reports/README.md): JSON lines, any number of
measurements in a file, each from its `scale` record to its `scale-summary`."""

import json
from dataclasses import dataclass, field

from .results import ResultsError, number_names

SCHEMA = 1


@dataclass
class Scale:
    """One measurement on one target."""

    header: dict
    name: str = ""
    series: list = field(default_factory=list)
    figures: list = field(default_factory=list)
    summary: dict | None = None

    @property
    def target(self) -> str:
        return self.header["target"]


def holds_scale(texts: list) -> bool:
    """True if the first record of the first text is one of these."""
    first = texts[0][1].split("\n", 1)[0] if texts else ""
    try:
        return json.loads(first)["record"] == "scale"
    except (ValueError, KeyError, TypeError):
        return False


def checked_series(record: dict) -> dict:
    for name in ("name", "cost", "against", "stated", "reason", "expected", "verdict", "factor"):
        record[name]  # it must be there
    for point in record["points"]:
        if not all(point[name] > 0 for name in ("size", "value", "low", "high")):
            raise ResultsError("a size or a cost is not positive")
    return record


def add_record(scales: list, line: str):
    record = json.loads(line)
    kind = record["record"]
    if kind == "scale":
        if record["schema"] != SCHEMA:
            raise ResultsError(
                f"the results have schema {record['schema']}, this report reads schema {SCHEMA}")
        scales.append(Scale({name: record[name] for name in (
            "target", "kernel", "rounds", "seconds", "notes")}))
    elif not scales or scales[-1].summary is not None:
        raise ResultsError(f"a record of kind '{kind}' without one of kind 'scale' before it")
    elif kind == "series":
        scales[-1].series.append(checked_series(record))
    elif kind == "figure":
        scales[-1].figures.append({name: record[name] for name in (
            "name", "value", "low", "high", "unit", "note", "verdict")})
    elif kind == "scale-summary":
        scales[-1].summary = record
    else:
        raise ResultsError(f"'{kind}' is no kind of record of `stress scale`")


def scales_in(texts: list) -> list:
    """All measurements. Raises ResultsError."""
    scales: list = []
    for path, text in texts:
        for number, line in enumerate(text.splitlines(), 1):
            try:
                add_record(scales, line)
            except ResultsError as error:
                raise ResultsError(f"{path}:{number}: error: {error}") from error
            except KeyError as error:
                raise ResultsError(
                    f"{path}:{number}: error: {error} of the record is missing") from error
            except (ValueError, TypeError) as error:
                raise ResultsError(f"{path}:{number}: error: this is no record") from error
    number_names(scales)
    return scales
