#!/usr/bin/env python3
"""Turns conformance/cases/**/*.ep into an include file, so that the binary carries its cases.

usage: embed_cases.py OUTPUT_FILE DIRECTORY SUFFIX [--bare]

Writes OUTPUT_FILE, the inside of an array of {path, text}, sorted by path: the files below
DIRECTORY whose names end in SUFFIX (".ep", or ".universe" for universes). The path is relative to
DIRECTORY. Compilers promise only 64 KiB in one string literal, and
some fewer, so a long text becomes several adjacent literals. Without any case the array is empty,
which GCC and Clang accept; a span of it is then made from pointer and count, not from the array.
"""

import re
import sys
from pathlib import Path

# Bytes in one literal, with room to spare below the 16380 that the strictest compilers take.
PIECE_BYTES = 15_000
DELIMITER = "ep"


def pieces(text: str):
    """Cuts the text after line ends into parts of at most PIECE_BYTES each."""
    part, size = [], 0
    for line in text.splitlines(keepends=True):
        length = len(line.encode("utf-8"))
        if length > PIECE_BYTES:
            raise ValueError(f"a line of {length} bytes; break it, the limit is {PIECE_BYTES}")
        if size + length > PIECE_BYTES:
            yield "".join(part)
            part, size = [], 0
        part.append(line)
        size += length
    yield "".join(part)


def embedded(name: str, text: str) -> str:
    if f'){DELIMITER}"' in text:
        raise ValueError(f"the text contains ){DELIMITER}\", which would end the literal")
    literals = "\n ".join(f'R"{DELIMITER}({piece}){DELIMITER}"' for piece in pieces(text))
    return f'{{"{name}",\n {literals}}},\n'


def bare(text: str) -> str:
    """The text without what only people and selections need: comments, rules and tags."""
    lines = [re.sub(r"(^|  )# .*", "", line) for line in text.splitlines()
             if not re.match(r"(rules|tags): |# ", line)]
    return "\n".join(lines) + "\n"


def main(arguments: list[str]) -> None:
    is_bare = arguments[3:] == ["--bare"]
    if len(arguments) != 3 and not is_bare:
        sys.exit("usage: embed_cases.py OUTPUT_FILE DIRECTORY SUFFIX [--bare]")
    target, directory, suffix = Path(arguments[0]), Path(arguments[1]), arguments[2]
    cases = []
    for path in directory.rglob("*" + suffix):
        try:
            name = path.relative_to(directory).as_posix()
            text = path.read_text(encoding="utf-8")
            cases.append((name, embedded(name, bare(text) if is_bare else text)))
        except ValueError as error:
            sys.exit(f"{path}: {error}")
    text = "".join(case for _, case in sorted(cases))
    target.parent.mkdir(parents=True, exist_ok=True)
    if not target.exists() or target.read_text(encoding="utf-8") != text:
        target.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
