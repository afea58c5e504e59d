"""One call of `epollcheck run` for some cases on one target.

The records are read when somebody wants one: pytest reports the first cases while the target still
runs the last ones. Cases run in random order, so what comes early is kept until it is asked for.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
from pathlib import Path
from typing import Any, Iterable

from .suite import CaseHeader, linked

SCHEMA = 1  # of the results format
SECONDS_TO_STOP = 10

Record = dict[str, Any]  # of one case, see reports/README.md


class HarnessTrouble(Exception):
    """epollcheck, the target or the machine could not do its part; says nothing about a case."""


class Batch:
    def __init__(self, program: Path, options: list[str], cases: Iterable[CaseHeader]):
        self._directory = linked(cases)
        self._complaints = tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace")
        self._records: dict[str, Record] = {}
        self.run: Record = {}  # where and how it runs, once the first record has been read
        command = [program, "run", *options, "--cases", self._directory.path, "--format", "jsonl"]
        self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                         stderr=self._complaints, encoding="utf-8",
                                         errors="replace")

    def record(self, case_id: str) -> Record:
        """The result of the case. Waits for it. Raises HarnessTrouble if there will be none."""
        assert self._process.stdout is not None
        while case_id not in self._records:
            line = self._process.stdout.readline()
            if not line.endswith("\n"):
                raise HarnessTrouble(self._ending())
            self._take(line)
        return self._records.pop(case_id)

    @property
    def never_began(self) -> bool:
        """It has ended without a first record: the target cannot be used."""
        return self._process.poll() is not None and not self.run

    def close(self) -> None:
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(SECONDS_TO_STOP)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        assert self._process.stdout is not None
        self._process.stdout.close()
        self._complaints.close()
        self._directory.close()

    def _take(self, line: str) -> None:
        try:
            record = json.loads(line)
            kind = record["record"]
            if kind == "case":
                self._records[record["id"]] = record
            elif kind == "run":
                self.run = record
        except (ValueError, KeyError, TypeError) as error:
            raise HarnessTrouble(f"epollcheck run printed what is no record: {line!r}") from error
        if kind == "run" and record.get("schema") != SCHEMA:
            raise HarnessTrouble(f"epollcheck run writes schema {record.get('schema')} of the "
                                 f"results format; this plug-in reads {SCHEMA}")

    def _ending(self) -> str:
        code = self._process.wait()
        self._complaints.seek(0)
        said = self._complaints.read().strip() or "epollcheck run said nothing"
        how = f"by signal {-code}" if code < 0 else f"with exit code {code}"
        return f"{said}\n(epollcheck run ended {how} and without a result of this case)"
