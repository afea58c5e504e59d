"""Finds the program epollcheck."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from .settings import TREE


def find_epollcheck(option: str | None) -> Path:
    """The program named by the option, else by $EPOLLCHECK, else that of this tree or of $PATH."""
    for source, path in (("--epollcheck", option), ("EPOLLCHECK", os.environ.get("EPOLLCHECK"))):
        if path:
            return _named(source, Path(path))
    built = TREE / "build" / "release" / "epollcheck"
    if _is_program(built):
        return built
    found = shutil.which("epollcheck")
    if found is None:
        raise pytest.UsageError(
            f"the program epollcheck is neither {built} nor in PATH. Build it with './epollcheck "
            "help' in the source tree, or say where it is by --epollcheck PATH")
    return Path(found).resolve()


def _named(source: str, path: Path) -> Path:
    if not _is_program(path):
        raise pytest.UsageError(f"{source}: {path} is no program that can be executed")
    return path.resolve()


def _is_program(path: Path) -> bool:
    return path.is_file() and os.access(path, os.X_OK)
