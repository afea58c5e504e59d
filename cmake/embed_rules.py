#!/usr/bin/env python3
"""Turns model/rules/*.rules into include files for model/rules/rule.h and version_difference.h.

usage: embed_rules.py OUTPUT_DIRECTORY FILE...

A rules file is a list of entries: a heading line "ID TIER [RELEASES]" (for a version difference
"ID RELEASE"), then its sentences, indented by two spaces; a last line "man: PAGE, SECTION" names
the manual page that says so. `#` starts a comment line. Everything that would make the tables wrong
is refused with file and line: an id twice, ids out of order, an unknown tier, an entry without
text, a page that is none. Outputs that would not change are not touched, so that editing a comment
recompiles nothing.
"""

import re
import sys
from pathlib import Path
from typing import NamedTuple, NoReturn

RELEASE = r"\d+(?:\.\d+)+~?"
RELEASES = rf"(?:{RELEASE})?\.\.(?:{RELEASE})?"
HEADING = re.compile(r"(?P<id>[A-Z]-\S+)(?: (?P<rest>.*))?")
RULE_ID = re.compile(r"R-(?P<section>[A-F])(?P<number>\d+)(?P<letter>[a-z]?)")
RULE_REST = re.compile(rf"(?P<tier>contract|linux|exact)(?: (?P<releases>{RELEASES}))?")
MANUAL = re.compile(r"[a-z_0-9]+\(\d\)(?:, .+)?")
VERSION_ID = re.compile(r"V-(?P<number>\d+)")
VERSION_REST = re.compile(rf"(?P<releases>{RELEASE}(?:\.\.{RELEASE})?)")


class Entry(NamedTuple):
    """One rule or version difference. `order` says where it belongs among its like."""

    name: str
    tier: str
    releases: str
    text: str
    manual: str
    order: tuple
    place: str


def refuse(place: str, message: str) -> NoReturn:
    sys.exit(f"{place}: {message}")


def raw_entries(path: Path):
    """Yields (heading, joined sentences, place) for every entry of the file."""
    heading, sentences, place = None, [], ""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        here = f"{path}:{number}"
        if not line.strip() or line.startswith("#"):
            continue
        if line.startswith("  "):
            if heading is None:
                refuse(here, "text before the first heading; start the entry with its id")
            sentences.append(line.strip())
        else:
            if heading is not None:
                yield heading, " ".join(sentences), place
            heading, sentences, place = line.rstrip(), [], here
    if heading is not None:
        yield heading, " ".join(sentences), place


def without_manual(name: str, text: str, place: str) -> tuple[str, str]:
    """The sentences, and the manual page behind them or ""."""
    sentences, mark, manual = text.partition(" man: ")
    if mark and not MANUAL.fullmatch(manual):
        refuse(place, f"{name}: '{manual}' is no manual page; write 'man: epoll(7), SECTION' last")
    return sentences, manual


def parsed(heading: str, text: str, place: str) -> Entry:
    match = HEADING.fullmatch(heading)
    if not match:
        refuse(place, f"'{heading}' is no heading; write 'R-A1 contract', and indent its text")
    name, rest = match["id"], match["rest"] or ""
    text, manual = without_manual(name, text, place)
    if not text:
        refuse(place, f"{name} has no text; describe it in lines indented by two spaces")
    if rule := RULE_ID.fullmatch(name):
        about = RULE_REST.fullmatch(rest)
        if not about or about["releases"] == "..":
            refuse(place, f"{name}: '{rest}' is no tier; write 'exact' or 'exact 5.14..'")
        order = (rule["section"], int(rule["number"]), rule["letter"])
        return Entry(name, about["tier"], about["releases"] or "", text, manual, order,
                     place)
    if version := VERSION_ID.fullmatch(name):
        about = VERSION_REST.fullmatch(rest)
        if not about:
            refuse(place, f"{name}: '{rest}' is no release; write '6.15' or '5.0..5.2'")
        return Entry(name, "", about["releases"], text, manual, (int(version["number"]),), place)
    refuse(place, f"'{name}' is no id; rules are R-A1 to R-F..., version differences V-1 and up")


def read_all(paths: list[Path]) -> tuple[list[Entry], list[Entry]]:
    """The rules and the version differences, each in ascending order of ids."""
    rules, versions = [], []
    for path in sorted(paths):
        for raw in raw_entries(path):
            entry = parsed(*raw)
            entries = rules if entry.name.startswith("R-") else versions
            if entries and entry.order == entries[-1].order:
                refuse(entry.place, f"{entry.name} is there twice, also at {entries[-1].place}")
            if entries and entry.order < entries[-1].order:
                refuse(entry.place, f"{entry.name} is after {entries[-1].name}; keep ids in order")
            entries.append(entry)
    if not rules or not versions:
        sys.exit("embed_rules.py: found no rules or no version differences in the files given")
    return rules, versions


def identifier(name: str) -> str:
    return name.replace("-", "").removeprefix("R")


def literal(text: str) -> str:
    """A C++ string literal; the texts are printable ASCII, so two characters need escapes."""
    if not text.isascii() or not text.isprintable():
        sys.exit(f"embed_rules.py: not printable ASCII: {text!r}")
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def tier_constant(tier: str) -> str:
    return f"Tier::k{tier.capitalize()}"


def write_if_changed(path: Path, lines: list[str]) -> None:
    text = "\n".join(lines) + "\n"
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")


def main(arguments: list[str]) -> None:
    if len(arguments) < 2:
        sys.exit("usage: embed_rules.py OUTPUT_DIRECTORY FILE...")
    output = Path(arguments[0])
    rules, versions = read_all([Path(argument) for argument in arguments[1:]])
    output.mkdir(parents=True, exist_ok=True)
    write_if_changed(
        output / "rule_ids.inc",
        [f"EPOLLCHECK_RULE({identifier(rule.name)}, {literal(rule.name)})" for rule in rules],
    )
    write_if_changed(
        output / "rule_tiers.inc", [f"{tier_constant(rule.tier)}," for rule in rules]
    )
    write_if_changed(
        output / "rule_table.inc",
        [
            f"{{{literal(rule.name)}, {tier_constant(rule.tier)}, "
            f"{literal(rule.releases)}, {literal(rule.text)}}},"
            for rule in rules
        ],
    )
    write_if_changed(
        output / "rule_manuals.inc", [f"{literal(rule.manual)}," for rule in rules]
    )
    write_if_changed(
        output / "version_ids.inc",
        [
            f"EPOLLCHECK_VERSION({identifier(entry.name)}, {literal(entry.name)})"
            for entry in versions
        ],
    )
    write_if_changed(
        output / "version_table.inc",
        [
            f"{{{literal(entry.name)}, {literal(entry.releases)}, {literal(entry.text)}}},"
            for entry in versions
        ],
    )


if __name__ == "__main__":
    main(sys.argv[1:])
