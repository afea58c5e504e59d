"""Markers of cases: `-m 'edge and not tier_exact'`, `-m rule_R_C13`.

A case is marked by its tags, by its tier and by the rules that it cites. Which tags and rules there
are is only known when cases are collected, so markers are registered then, for --strict-markers.
A tag that already is a marker of pytest or of another plug-in (`timeout` of pytest-timeout) would
change what that plug-in does to the case, therefore it becomes `tag_timeout`.
"""

from __future__ import annotations

import pytest

from .suite import CaseHeader


class Markers:
    def __init__(self, config: pytest.Config):
        self._config = config
        self._taken = {line.split(":")[0].split("(")[0].strip()
                       for line in config.getini("markers")}
        self._ours: set[str] = set()

    @staticmethod
    def describe(config: pytest.Config) -> None:
        """What `pytest --markers` tells before anything is collected."""
        config.addinivalue_line("markers", "tier_TIER: cases of a tier, like tier_linux")
        config.addinivalue_line("markers", "rule_R_X1: cases that cite a rule, here R-X1")

    def mark(self, item: pytest.Item, header: CaseHeader) -> None:
        for tag in header.tags:
            self._add(item, f"tag_{tag}" if tag in self._taken else tag, f"cases tagged {tag}")
        self._add(item, f"tier_{header.tier}", f"cases of tier {header.tier}")
        for rule in header.rules:
            self._add(item, "rule_" + rule.replace("-", "_"), f"cases that cite {rule}")

    def _add(self, item: pytest.Item, name: str, text: str) -> None:
        if name not in self._ours:
            self._ours.add(name)
            self._config.addinivalue_line("markers", f"{name}: {text}")
        item.add_marker(name)
