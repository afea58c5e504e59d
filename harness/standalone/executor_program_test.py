#!/usr/bin/env python3
"""Tests of epollcheck-executor as a program, from outside.

usage: executor_program_test.py EXECUTOR

Frames are made and read here by other code than the program's own, from the description in
harness/wire/frame.h, so that the format is what is written there. The executor is a file of less
than 2 MB that needs no library, serves over pipes, over an armoured line with noise, and judges the
cases that it carries.
"""

import base64
import re
import struct
import subprocess
import sys
import unittest
import zlib

MAGIC = b"\xe9eP\x9e"
HELLO, BATCH, BYE = 0x01, 0x04, 0x05
WELCOME, RESULT, COMPLAINT = 0x81, 0x84, 0x85
MAX_BYTES = 2_000_000
SECONDS = 120

EXECUTOR = ""  # set from the command line


def frame(kind: int, payload: bytes = b"", version: int = 3) -> bytes:
    start = MAGIC + bytes([version, kind])
    length = struct.pack("<I", len(payload))
    check = zlib.crc32(start + length)
    text = start + struct.pack("<H", (check ^ (check >> 16)) & 0xFFFF) + length + payload
    return text + struct.pack("<I", zlib.crc32(text))


def frames(data: bytes) -> list[tuple[int, bytes]]:
    """The type and payload of each frame in `data`, which must be nothing but frames."""
    found = []
    while data:
        if data[:4] != MAGIC:
            raise ValueError(f"no frame: {data[:40]!r}")
        (length,) = struct.unpack("<I", data[8:12])
        (check,) = struct.unpack("<I", data[12 + length : 16 + length])
        if zlib.crc32(data[: 12 + length]) != check:
            raise ValueError("a wrong CRC")
        found.append((data[5], data[12 : 12 + length]))
        data = data[16 + length :]
    return found


# epoll_create1(0) = handle 0; epoll_wait(handle 0, 16, 0): kind, set of fields, fields.
PROGRAM = bytes([1, 2]) + bytes([1, 0x10, 0x00]) + bytes([3, 0x05, 0x00, 0x20])
# No error; a descriptor in slot 0; no events.
PROGRAM_RESULT = bytes([0, 2, 0x12, 0x00, 0x04])


def batch(number: int, programs: int) -> bytes:
    return frame(BATCH, bytes([number, 1]) + PROGRAM * programs)


def has_interpreter(elf: bytes) -> bool:
    """True if a program header of a 64-bit little-endian ELF file is PT_INTERP."""
    (start,) = struct.unpack_from("<Q", elf, 32)
    size, count = struct.unpack_from("<HH", elf, 54)
    return any(struct.unpack_from("<I", elf, start + i * size)[0] == 3 for i in range(count))


def run(*arguments: str, data: bytes = b"") -> subprocess.CompletedProcess:
    return subprocess.run([EXECUTOR, *arguments], input=data, capture_output=True, timeout=SECONDS)


class ExecutorTest(unittest.TestCase):
    def test_it_is_small_and_needs_no_library(self):
        with open(EXECUTOR, "rb") as file:
            content = file.read()
        self.assertLess(len(content), MAX_BYTES)
        self.assertFalse(has_interpreter(content), "it asks for a dynamic linker")

    def test_it_serves_over_pipes(self):
        done = run(data=frame(HELLO) + batch(9, 300) + frame(BYE))
        answers = frames(done.stdout)
        self.assertEqual(done.returncode, 0)
        self.assertEqual(done.stderr, b"")
        self.assertEqual([kind for kind, _ in answers], [WELCOME] + [RESULT] * 300)
        self.assertEqual(answers[1][1], bytes([9, 0]) + PROGRAM_RESULT)
        self.assertEqual(answers[300][1], bytes([9, 0xAB, 0x02]) + PROGRAM_RESULT)

    def test_it_serves_over_an_armoured_line_with_noise(self):
        encoded = frame(HELLO) + batch(1, 1)
        lines = [encoded[i : i + 48] for i in range(0, len(encoded), 48)]
        text = "\r\nlogin: root\r\n"
        for line in lines:
            text += "[  1.0] noise %e" + "%ep:" + base64.b64encode(line).decode() + ".\r\n"
        done = run("--armour", data=text.encode())
        answered = re.findall(r"^%ep:([A-Za-z0-9+/=]+)\.$", done.stdout.decode(), re.MULTILINE)
        answers = frames(b"".join(base64.b64decode(line) for line in answered))
        self.assertEqual([kind for kind, _ in answers], [WELCOME, RESULT])

    def test_what_it_cannot_understand_is_a_complaint(self):
        done = run(data=frame(HELLO, version=9) + frame(BATCH, b"\x01\x01\x00\x01\xff\x00"))
        answers = frames(done.stdout)
        self.assertEqual([kind for kind, _ in answers], [COMPLAINT, COMPLAINT])
        self.assertIn(b"protocol version 9", answers[0][1])
        self.assertIn(b"unknown kind 255 at byte 5", answers[1][1])

    def test_the_self_test_judges_its_cases(self):
        done = run("--self-test", "--case", "golden/")
        self.assertEqual(done.returncode, 0, done.stdout)
        lines = done.stdout.decode().splitlines()
        self.assertEqual(lines[0], "TAP version 14")
        self.assertRegex(lines[1], r"^1\.\.\d+$")
        self.assertRegex(lines[-1], r"^# \d+ passed, 0 failed, \d+ skipped$")

    def test_a_failure_says_why(self):
        """Judged as another kernel, this one deviates."""
        done = run("--self-test", "--profile", "linux-5.10", "--tier", "exact")
        text = done.stdout.decode()
        self.assertEqual(done.returncode, 1)
        for part in ("deviation:", "observed:", "allowed:", "rules:", "program: |"):
            self.assertIn(part, text)

    def test_wrong_usage(self):
        self.assertEqual(run("--nonsense").returncode, 2)
        self.assertEqual(run("--self-test", "--profile", "x").returncode, 2)
        self.assertEqual(run("--self-test", "--case", "no such case").returncode, 4)
        self.assertEqual(run("--file", "/nowhere/in", "/nowhere/out").returncode, 70)
        self.assertEqual(run("--help").returncode, 0)


if __name__ == "__main__":
    EXECUTOR = sys.argv.pop(1)
    unittest.main()
