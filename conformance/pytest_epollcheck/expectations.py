"""The known deviations of a target, from harness/targets/expectations/TARGET.toml:

    [[deviation]]
    case = "edge/second-write"     # an id, or a pattern with * and ?
    status = "fails"               # or "crashes", or "flaky": it may happen or not
    reason = "wakes only empty pipes"
    link = "https://..."

An entry may also ask for a rule, an operation and a class of answers. Whether such an entry is met
only epollcheck can say, which it does in the field `expected` of a record. Here entries are read to
know beforehand which tests must fail: those that are named by their id.
"""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

MET_BY = {"fails": ("failed",), "crashes": ("crashed",), "flaky": ("failed", "crashed")}
OTHER_SELECTORS = ("rule", "operation", "observed")


@dataclass(frozen=True)
class Deviation:
    case: str
    reason: str
    status: str
    only_by_case: bool  # no other selector

    @property
    def is_flaky(self) -> bool:
        return self.status == "flaky"


class Expectations:
    def __init__(self, entries: tuple[Deviation, ...] = ()):
        self._entries = entries

    def naming(self, case_id: str) -> Deviation | None:
        """The entry that is about this one case: it must happen, unless it is flaky."""
        return next((entry for entry in self._entries if entry.case == case_id), None)

    def met_by(self, case_id: str, status: str) -> Deviation | None:
        """The entry that expects this failure or crash, if that can be told by the id alone."""
        return next((entry for entry in self._entries
                     if entry.only_by_case and fnmatchcase(case_id, entry.case)
                     and status in MET_BY[entry.status]), None)


def expectations_file(program: Path, target: str) -> Path:
    """Where epollcheck looks for it, too: below $EPOLLCHECK_HOME, or in the tree of its build."""
    home = os.environ.get("EPOLLCHECK_HOME")
    tree = Path(home) if home else Path(*program.parts[:-3])  # TREE/build/release/epollcheck
    return tree / "harness" / "targets" / "expectations" / f"{target}.toml"


def load_expectations(file: Path) -> Expectations:
    """The entries of a file; none if there is no such file. Raises UsageError."""
    try:
        entries = tomllib.loads(file.read_text(encoding="utf-8")).get("deviation", [])
    except FileNotFoundError:
        return Expectations()
    except (OSError, ValueError) as error:
        raise pytest.UsageError(f"{file}: cannot read the expectations: {error}") from error
    if not isinstance(entries, list):
        raise pytest.UsageError(f"{file}: an entry is written as [[deviation]]")
    return Expectations(tuple(_deviation(entry, f"{file}: deviation {number}")
                              for number, entry in enumerate(entries, 1)))


def _deviation(entry: dict, place: str) -> Deviation:
    reason, link = entry.get("reason"), entry.get("link")
    status = entry.get("status", "fails")
    if not isinstance(reason, str) or not reason:
        raise pytest.UsageError(f"{place}: 'reason' must be a text that is not empty")
    if status not in MET_BY:
        raise pytest.UsageError(f"{place}: there is no status {status!r}; there are "
                                f"{', '.join(MET_BY)}")
    others = any(selector in entry for selector in OTHER_SELECTORS)
    return Deviation(str(entry.get("case", "")), f"{reason} ({link})" if link else reason, status,
                     only_by_case=not others)
