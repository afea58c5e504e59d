"""A pytest plug-in that runs the programs in `.ep` files on one or more targets.

Each pair of file and target is a test, `cases/edge/second-write.ep::gvisor`, which passes if the
answers of the target conform. Everything that knows epoll is in the program epollcheck: the plug-in
asks it about files (suite.py), has it run cases in batches (runner.py, batch.py), and turns records
of its results format (reports/README.md) into what pytest knows (items.py). This module holds the
hooks and options. It is loaded by conformance/conftest.py, or from elsewhere by
`PYTHONPATH=conformance pytest -p pytest_epollcheck DIRECTORY`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Generator

import pytest

from .binary import find_epollcheck
from .expectations import expectations_file, load_expectations
from .items import CaseFile, CaseItem, is_inconclusive
from .markers import Markers
from .runner import Runner, Share
from .settings import DEFAULT_TARGET, Settings, Workshop, WORKSHOP
from .suite import Suite

TIERS = ("contract", "linux", "exact")


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("epollcheck", "programs for epoll (.ep files)")
    group.addoption("--target", action="append", dest="epollcheck_targets", metavar="NAME",
                    help="implementation of epoll that runs the cases; may be given again "
                         f"(default: {DEFAULT_TARGET})")
    group.addoption("--tier", choices=TIERS, dest="epollcheck_tier",
                    help="how strict to be (default: what the target claims to keep)")
    group.addoption("--profile", dest="epollcheck_profile", metavar="NAME",
                    help="kernel profile to judge by (default: found out by probing)")
    group.addoption("--epollcheck", dest="epollcheck_program", metavar="PATH",
                    help="the program epollcheck (default: $EPOLLCHECK, then build/release, then "
                         "$PATH)")


def pytest_configure(config: pytest.Config) -> None:
    Markers.describe(config)


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """Opens the workshop. An error in the options is one line here, not one per case later."""
    config = session.config
    option = config.option
    targets = tuple(dict.fromkeys(option.epollcheck_targets or [DEFAULT_TARGET]))
    settings = Settings(find_epollcheck(option.epollcheck_program), targets,
                        option.epollcheck_tier, option.epollcheck_profile)
    config.stash[WORKSHOP] = Workshop(
        settings=settings,
        suite=Suite(settings.program),
        runner=Runner(settings, Share(session)),
        markers=Markers(config),
        expectations={target: load_expectations(expectations_file(settings.program, target))
                      for target in targets})


def pytest_report_header(config: pytest.Config) -> str:
    settings = config.stash[WORKSHOP].settings
    return f"epollcheck: {settings.program}, targets: {', '.join(settings.targets)}"


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> CaseFile | None:
    if file_path.suffix != ".ep":
        return None
    parent.config.stash[WORKSHOP].suite.announce(file_path)
    return CaseFile.from_parent(parent, path=file_path)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """One target after the other: what is observed of blocked calls is about time."""
    targets = config.stash[WORKSHOP].settings.targets
    items.sort(key=lambda item: targets.index(item.target) if isinstance(item, CaseItem) else -1)


@pytest.hookimpl(hookwrapper=True, tryfirst=True)
def pytest_runtest_makereport(item: pytest.Item, call: Any) -> Generator[None, Any, None]:
    outcome = yield
    if isinstance(item, CaseItem):
        item.complete(outcome.get_result(), call)


def pytest_report_teststatus(report: Any) -> tuple[str, str, Any] | None:
    """For pytest an inconclusive case is skipped, but the summary line tells it apart."""
    if is_inconclusive(report):
        return "inconclusive", "i", ("INCONCLUSIVE", {"yellow": True})
    return None


def pytest_terminal_summary(terminalreporter: Any) -> None:
    reports = terminalreporter.stats.get("inconclusive", [])
    if reports:
        terminalreporter.section("inconclusive cases")
    for report in reports:
        reason = report.longrepr[2].removeprefix("Skipped: inconclusive: ")
        terminalreporter.write_line(f"{report.nodeid}: {reason}")


def pytest_sessionfinish(session: pytest.Session) -> None:
    workshop = session.config.stash.get(WORKSHOP, None)
    if workshop is not None:
        workshop.close()
