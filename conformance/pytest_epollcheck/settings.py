"""What one session of pytest works with: the choices made on the command line, and the helpers.

The hooks find both in the stash of pytest's configuration, so that nothing here is global and
several sessions can live in one process, as in the tests of the plug-in.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from .expectations import Expectations
    from .markers import Markers
    from .runner import Runner
    from .suite import Suite

TREE = Path(__file__).resolve().parents[2]
DEFAULT_TARGET = "in-process"  # the kernel below; what `epollcheck run` takes without --target


@dataclass(frozen=True)
class Settings:
    program: Path
    targets: tuple[str, ...]
    tier: str | None
    profile: str | None

    def options_for(self, target: str) -> list[str]:
        """Options of `epollcheck run` and `epollcheck replay`; what is the default is left out."""
        given = {"--target": None if target == DEFAULT_TARGET else target,
                 "--tier": self.tier, "--profile": self.profile}
        return [word for option, value in given.items() if value for word in (option, value)]


@dataclass
class Workshop:
    settings: Settings
    suite: Suite
    runner: Runner
    markers: Markers
    expectations: dict[str, Expectations]  # by target

    def close(self) -> None:
        self.runner.close()


WORKSHOP = pytest.StashKey[Workshop]()
