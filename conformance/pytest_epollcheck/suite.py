"""The `.ep` files that were collected, as cases that epollcheck has checked.

epollcheck reads cases from a directory in which the path of a file is the id of its case, and
refuses all of them if one is wrong. Files that were collected may come from anywhere, so they are
shown to it through a directory of links made for the purpose: that of the check has all files, that
of a run those which it shall run. The check is one call for all files that are known by then.
"""

from __future__ import annotations

import json
import re
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Iterable


class BadCase(Exception):
    """A file that is no case; the text says in which line, and why."""


@dataclass(frozen=True)
class CaseHeader:
    path: Path
    id: str
    title: str
    tier: str
    tags: tuple[str, ...]
    rules: tuple[str, ...]


class CaseDirectory:
    """A temporary directory with a link for each case."""

    def __init__(self) -> None:
        self._directory = tempfile.TemporaryDirectory(prefix="epollcheck-cases-")
        self.path = Path(self._directory.name)

    def add(self, case_id: str, file: Path) -> None:
        link = self.path / f"{case_id}.ep"
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(file)

    def close(self) -> None:
        self._directory.cleanup()


class Suite:
    def __init__(self, program: Path):
        self._program = program
        self._unchecked: dict[Path, None] = {}  # in the order in which they came
        self._headers: dict[Path, CaseHeader] = {}
        self._errors: dict[Path, str] = {}
        self._files: dict[str, Path] = {}  # by id

    def announce(self, file: Path) -> None:
        """A file that will be asked for; all that are announced are checked in one call."""
        if file not in self._headers and file not in self._errors:
            self._unchecked[file] = None

    def case(self, file: Path) -> CaseHeader:
        """The header of the case in `file`. Raises BadCase."""
        self.announce(file)
        self._check(list(self._unchecked))
        self._unchecked.clear()
        if file in self._errors:
            raise BadCase(self._errors[file])
        return self._headers[file]

    def _check(self, files: list[Path]) -> None:
        """Until only good files are left; each round takes bad ones out."""
        while files:
            place_of = self._places(files)
            listed = self._list(place_of)
            if listed is not None:
                for header in listed:
                    self._headers[header.path] = header
                    self._files[header.id] = header.path
                return
            files = [file for file in place_of if file not in self._errors]

    def _places(self, files: list[Path]) -> dict[Path, str]:
        """The path that epollcheck shall see per file: its id, if the place of the file ends so."""
        places: dict[Path, str] = {}
        taken = dict(self._files)
        for file in files:
            found = re.search(r"^id:[ \t]*(\S+)[ \t]*$", _header_text(file), re.MULTILINE)
            is_placed = found and file.as_posix().endswith(f"/{found[1]}.ep")
            place = found[1] if found and is_placed else file.stem
            if taken.setdefault(place, file) != file:
                self._errors[file] = f"{file}:1:1: error: the id '{place}' is also that of " \
                                     f"{taken[place]}; run one of them at a time"
            else:
                places[file] = place
        return places

    def _list(self, places: dict[Path, str]) -> list[CaseHeader] | None:
        """What epollcheck says about the files, or nothing if some have errors now."""
        if not places:
            return []
        directory = CaseDirectory()
        try:
            for file, place in places.items():
                directory.add(place, file)
            answer = subprocess.run(
                [self._program, "list", "--cases", directory.path, "--format", "jsonl"],
                stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
        finally:
            directory.close()
        files = {place: file for file, place in places.items()}
        if answer.returncode == 0:
            return [_header(json.loads(line), files) for line in answer.stdout.splitlines()]
        self._note_errors(answer.stderr, directory.path, files)
        if not self._errors.keys() & places.keys():
            trouble = f"epollcheck could not read the cases (exit code {answer.returncode}): " \
                      f"{answer.stderr.strip()}"
            self._errors |= dict.fromkeys(places, trouble)
        return None

    def _note_errors(self, text: str, directory: Path, files: dict[str, Path]) -> None:
        for line in text.splitlines():
            found = re.search(rf"{re.escape(str(directory))}/(.+?)\.ep(:\d+:\d+: .*)", line)
            if found and found[1] in files:
                file = files[found[1]]
                message = f"{file}{found[2]}"
                known = self._errors.get(file)
                self._errors[file] = f"{known}\n{message}" if known else message


def _header_text(file: Path) -> str:
    """The part of the file before its first empty line."""
    return file.read_text(encoding="utf-8", errors="replace").split("\n\n", 1)[0]


def _header(listed: dict, files: dict[str, Path]) -> CaseHeader:
    return CaseHeader(files[listed["id"]], listed["id"], listed["title"], listed["tier"],
                      tuple(listed["tags"]), tuple(listed["rules"]))


def linked(cases: Iterable[CaseHeader]) -> CaseDirectory:
    """A directory of these cases, for a run."""
    directory = CaseDirectory()
    for case in cases:
        directory.add(case.id, case.path)
    return directory
