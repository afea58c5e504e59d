"""Files and tests as pytest knows them, and what becomes of the status of a case:

passed        passed
failed        failed; xfailed if the deviation is known
crashed       failed, like a deviation: the target died, hung or talked nonsense
skipped       skipped, with the reason
inconclusive  skipped, with "inconclusive: REASON", and counted by itself in the summary line
error         error: nothing was learned about the target

A known deviation that does not happen fails (xfail, strict), unless it is flaky.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Iterable

import pytest
from _pytest._code.code import (ReprEntryNative, ReprExceptionInfo, ReprFileLocation,
                                ReprTraceback)

from .batch import HarnessTrouble, Record
from .explanation import explanation, line_of_step, summary
from .settings import TREE, WORKSHOP
from .suite import BadCase, CaseHeader

FAILURES = ("failed", "crashed")
SUITE_DIRECTORY = TREE / "conformance" / "cases"


class CaseFailed(Exception):
    """The target does not conform. Holds the record of the case."""

    def __init__(self, record: Record):
        super().__init__(summary(record))
        self.record = record


class KnownFailure(CaseFailed):
    """The target does not conform, which was expected."""


def is_inconclusive(report: Any) -> bool:
    return getattr(report, "epollcheck_status", "") == "inconclusive"


class CaseFile(pytest.File):
    def collect(self) -> Iterable[CaseItem]:
        workshop = self.config.stash[WORKSHOP]
        try:
            header = workshop.suite.case(self.path)
        except BadCase as error:
            raise self.CollectError(str(error)) from error
        for target in workshop.settings.targets:
            yield CaseItem.from_parent(self, name=target, header=header)


class CaseItem(pytest.Item):
    """One case on one target."""

    def __init__(self, *, name: str, parent: CaseFile, header: CaseHeader):
        super().__init__(name, parent)
        self.target = name
        self.header = header
        self.record: Record = {}
        self._run: Record = {}
        self._workshop = self.config.stash[WORKSHOP]
        self.extra_keyword_matches |= {header.id, header.title}
        self.user_properties += [("id", header.id), ("target", self.target)]
        self._workshop.markers.mark(self, header)
        self._expectations = self._workshop.expectations[self.target]
        named = self._expectations.naming(header.id)
        if named is not None:
            self._expect_failure(named.reason, strict=not named.is_flaky)

    def _expect_failure(self, reason: str, strict: bool) -> None:
        self.add_marker(pytest.mark.xfail(reason=reason, strict=strict, raises=KnownFailure))

    def setup(self) -> None:
        """Gets the result here, so that for pytest no result is an error and no failure."""
        self.record, self._run = self._workshop.runner.record(self)
        if self.record["status"] == "error":
            raise HarnessTrouble(self.record["reason"])

    def runtest(self) -> None:
        status = self.record["status"]
        if status == "skipped":
            pytest.skip(self.record["reason"])
        elif status == "inconclusive":
            pytest.skip(f"inconclusive: {self.record['reason']}")
        elif status in FAILURES:
            self._fail(status)
        elif status != "passed":
            raise HarnessTrouble(f"epollcheck gave the case a status that is not known: {status}")

    def _fail(self, status: str) -> None:
        entry = self._expectations.met_by(self.header.id, status)
        reason = entry.reason if entry else self.record.get("expected")
        if not reason:
            raise CaseFailed(self.record)
        if self.get_closest_marker("xfail") is None:  # known by a pattern or a cause
            self._expect_failure(reason, strict=True)
        raise KnownFailure(self.record)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        return self.path, None, f"{self.header.id} on {self.target}"

    def repr_failure(self, excinfo: Any, style: Any = None) -> Any:
        if isinstance(excinfo.value, HarnessTrouble):
            return self._shown(1, str(excinfo.value).splitlines()[0], f"{excinfo.value}\n")
        if isinstance(excinfo.value, CaseFailed):
            record = excinfo.value.record
            text = self.path.read_text(encoding="utf-8", errors="replace")
            line = line_of_step(text, record)
            return self._shown(line, str(excinfo.value), explanation(record))
        return super().repr_failure(excinfo, style)

    def _shown(self, line: int, sentence: str, text: str) -> ReprExceptionInfo:
        """A text in the one form that also reaches the controller of xdist with its sentence."""
        return ReprExceptionInfo(
            reprtraceback=ReprTraceback([ReprEntryNative([text])], extraline=None, style="native"),
            reprcrash=ReprFileLocation(str(self.path), line, sentence))

    def complete(self, report: Any, call: Any) -> None:
        """Puts into a report of pytest what it cannot know."""
        if report.when == "setup" and isinstance(getattr(call.excinfo, "value", None),
                                                 HarnessTrouble):
            report.longrepr = self.repr_failure(call.excinfo)  # pytest shows a stack there
        if report.when != "call":
            return
        report.duration = self.record.get("duration_us", 0) / 1e6  # of the case, not of waiting
        report.epollcheck_status = self.record["status"]
        if report.skipped and isinstance(report.longrepr, tuple):
            report.longrepr = (str(self.path), 1, report.longrepr[2])
        elif not report.passed:
            report.sections.append(("reproduce", self._how_to_reproduce()))

    def _how_to_reproduce(self) -> str:
        own = self.path.is_relative_to(SUITE_DIRECTORY)
        words = ["epollcheck", "replay", self.header.id if own else str(self.path)]
        command = " ".join(words + self._workshop.settings.options_for(self.target))
        return "{}\n(it ran on {}, profile {}, tier {}, seed {})".format(
            command, *(self._run.get(key) for key in ("kernel", "profile", "tier", "seed")))
