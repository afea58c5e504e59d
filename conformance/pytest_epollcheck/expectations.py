"""The known deviations of a target, from harness/targets/expectations/TARGET.toml:

    [[deviation]]
    case = "edge/second-write"     # an id, or a pattern with * and ?
    reason = "wakes only empty pipes"
    link = "https://..."           # optional
    status = "flaky"               # optional: it may happen or not

Entries without `case` are about kinds of findings; whether one applies, epollcheck says in the
field `expected` of a record.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

import pytest


@dataclass(frozen=True)
class Deviation:
    case: str
    reason: str
    flaky: bool


Expectations = tuple[Deviation, ...]


def expected_of(case_id: str, expectations: Expectations) -> Deviation | None:
    """The first entry that is about the case."""
    return next((entry for entry in expectations if fnmatchcase(case_id, entry.case)), None)


def load_expectations(file: Path) -> Expectations:
    """The entries of a file; none if there is no such file. Raises UsageError."""
    try:
        entries = tomllib.loads(file.read_text(encoding="utf-8")).get("deviation", [])
    except FileNotFoundError:
        return ()
    except (OSError, ValueError) as error:
        raise pytest.UsageError(f"{file}: cannot read the expectations: {error}") from error
    if not isinstance(entries, list):
        raise pytest.UsageError(f"{file}: an entry is written as [[deviation]]")
    return tuple(_deviation(entry, f"{file}: deviation {number}")
                 for number, entry in enumerate(entries, 1) if "case" in entry)


def _deviation(entry: dict, place: str) -> Deviation:
    for key in ("case", "reason"):
        if not isinstance(entry.get(key), str) or not entry[key]:
            raise pytest.UsageError(f"{place}: '{key}' must be a text that is not empty")
    link = entry.get("link", "")
    reason = f"{entry['reason']} ({link})" if link else entry["reason"]
    return Deviation(entry["case"], reason, entry.get("status") == "flaky")
