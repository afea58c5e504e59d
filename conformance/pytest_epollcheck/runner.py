"""Decides which cases go into one call of epollcheck, and keeps the calls.

Starting a target takes longer than running a case, so all that this process will run on a target is
one batch. Under xdist a worker does not know what it will run: it is given a part, and more when it
has nearly done that. Then a batch is the part that it has been given so far.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from .batch import Batch, HarnessTrouble, Record
from .settings import Settings

if TYPE_CHECKING:
    from .items import CaseItem


class Share:
    """The tests that this process is to run, as far as it is known."""

    def __init__(self, session: pytest.Session):
        self._session = session
        self._is_worker = hasattr(session.config, "workerinput")
        self._given: list[int] = []  # indices; xdist takes away what it starts
        for plugin in session.config.pluginmanager.get_plugins():
            if type(plugin).__name__ == "WorkerInteractor":
                self._watch(plugin)

    def _watch(self, worker: Any) -> None:
        """xdist has no hook that tells what a worker was given, only the argument of a method.
        With a release that passes none, every batch is a single case."""
        run_one_test = worker.run_one_test

        def watched(*arguments: Any) -> None:
            if arguments and isinstance(arguments[0], list):
                self._given = arguments[0]
            run_one_test(*arguments)

        worker.run_one_test = watched

    def tests(self) -> list[pytest.Item]:
        items = self._session.items
        return [items[index] for index in self._given] if self._is_worker else items


class Runner:
    def __init__(self, settings: Settings, share: Share):
        self._settings = settings
        self._share = share
        self._batches: list[Batch] = []
        self._batch_of: dict[tuple[str, str], Batch] = {}  # by target and id
        self._unusable: dict[str, str] = {}  # targets, and why

    def record(self, item: CaseItem) -> tuple[Record, Record]:
        """The records of the case and of its run. Raises HarnessTrouble if there is no result."""
        if item.target in self._unusable:
            raise HarnessTrouble(f"the target '{item.target}' cannot be used: "
                                 f"{self._unusable[item.target]}")
        key = (item.target, item.header.id)
        if key not in self._batch_of:
            self._start_with(item)
        batch = self._batch_of[key]
        try:
            return batch.record(item.header.id), batch.run
        except HarnessTrouble as trouble:
            if batch.never_began:
                self._unusable[item.target] = str(trouble).splitlines()[0]
            raise

    def _start_with(self, item: CaseItem) -> None:
        cases = {item.header.id: item.header}
        for other in self._share.tests():
            if getattr(other, "target", None) == item.target:
                if (item.target, other.header.id) not in self._batch_of:
                    cases[other.header.id] = other.header
        batch = Batch(self._settings.program, self._settings.options_for(item.target),
                      cases.values())
        self._batches.append(batch)
        self._batch_of |= {(item.target, case_id): batch for case_id in cases}

    def close(self) -> None:
        while self._batches:
            self._batches.pop().close()
