#!/usr/bin/env python3
"""What epollcheck says where a seccomp filter denies a call of epoll: a harness error that names
the call (exit code 70), or a feature that is missing; never a deviation.

Usage: denied_calls_test.py EPOLLCHECK
"""

import ctypes
import os
import platform
import struct
import subprocess
import sys
import unittest

EPOLLCHECK = ""
OWN_FAULT = 70

# Numbers of system calls by name; the test is skipped on other machines.
NUMBERS = {
    "x86_64": {"epoll_create1": 291, "epoll_ctl": 233, "epoll_wait": 232, "epoll_pwait": 281,
               "epoll_pwait2": 441, "io_uring_setup": 425},
    "aarch64": {"epoll_create1": 20, "epoll_ctl": 21, "epoll_pwait": 22, "epoll_pwait2": 441,
                "io_uring_setup": 425},
}.get(platform.machine(), {})
ERRORS = {"EPERM": 1, "ENOSYS": 38}
PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 38, 22, 2


def deny(number, error):
    """Installs a filter in this process under which system call `number` answers `error`."""
    def instruction(code, jump_true, jump_false, operand):
        return struct.pack("HBBI", code, jump_true, jump_false, operand)
    load_number, jump_if_equal, answer = 0x20, 0x15, 0x06
    allow, fail_with = 0x7FFF0000, 0x00050000
    filter_code = (instruction(load_number, 0, 0, 0) + instruction(jump_if_equal, 0, 1, number) +
                   instruction(answer, 0, 0, fail_with | error) + instruction(answer, 0, 0, allow))
    code = ctypes.create_string_buffer(filter_code, len(filter_code))
    program = ctypes.create_string_buffer(struct.pack("HP", 4, ctypes.addressof(code)))
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    if libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, program, 0, 0) != 0:
        os._exit(99)  # filters themselves are not permitted


def run_denied(call, error, *arguments):
    run = subprocess.run([EPOLLCHECK, *arguments], capture_output=True, text=True, timeout=120,
                         preexec_fn=lambda: deny(NUMBERS[call], ERRORS[error]), check=False)
    if run.returncode == 99:
        raise unittest.SkipTest("seccomp filters are not permitted here")
    return run


@unittest.skipIf(not NUMBERS, "the numbers of this machine's system calls are not known here")
class DeniedCalls(unittest.TestCase):
    def test_a_denied_call_is_a_harness_error(self):
        for call in ("epoll_create1", "epoll_ctl", "epoll_wait", "epoll_pwait"):
            for error in ERRORS:
                for arguments in (["doctor"], ["run", "edge"], ["fuzz", "--programs", "10"]):
                    if call not in NUMBERS:
                        continue
                    with self.subTest(call=call, error=error, arguments=arguments):
                        run = run_denied(call, error, *arguments)
                        self.assertEqual(run.returncode, OWN_FAULT, run.stdout + run.stderr)
                        self.assertIn(f"{call} is denied here", run.stderr)
                        self.assertIn("seccomp", run.stderr)
                        self.assertNotIn("deviat", run.stdout)

    def test_a_denied_feature_skips_its_cases(self):
        for call, topic in (("epoll_pwait2", "signal/pwait2"), ("io_uring_setup", "io-uring")):
            for error in ERRORS:
                with self.subTest(call=call, error=error):
                    run = run_denied(call, error, "run", topic)
                    self.assertIn("skipped", run.stdout)
                    self.assertNotIn("failed", run.stdout)


if __name__ == "__main__":
    EPOLLCHECK = os.path.abspath(sys.argv.pop(1))
    unittest.main()
