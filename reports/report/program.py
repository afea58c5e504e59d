"""The text of a program cut into lines that know which step they are (as numbered_program.cc)."""

import re
from dataclasses import dataclass

HEADER = re.compile(r"(id|title|rules|tier|needs|tags):")


@dataclass(frozen=True)
class Line:
    step: int  # number of the operation, from 1; 0: a comment or a blank line
    text: str


def numbered_lines(program: str) -> list:
    """The lines of `program` after its header."""
    lines: list = []
    step = 0
    for text in program.splitlines():
        blank = not text.strip()
        if not lines and (blank or HEADER.match(text)):
            continue
        operation = not blank and not text.lstrip().startswith("#")
        step += operation
        lines.append(Line(step if operation else 0, text))
    return lines


def size_of(program: str) -> tuple:
    """Sorts programs by how much there is to read."""
    return max((line.step for line in numbered_lines(program)), default=0), len(program)
