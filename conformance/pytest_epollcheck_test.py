"""Tests of the pytest plug-in: `pytest-3 conformance/pytest_epollcheck_test.py`.

Each test runs pytest on files in a directory of its own. Where the target has to misbehave, a
stand-in for epollcheck takes the place of `run`; it answers as the test has written down. All else
is done by the real program on the kernel below.
"""

import json
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as xml
from pathlib import Path

import pytest

from pytest_epollcheck.binary import find_epollcheck
from pytest_epollcheck.explanation import explanation, line_of_step

pytest_plugins = ["pytester"]

HERE = Path(__file__).resolve().parent
GOLDEN = HERE.parent / "reports" / "golden"
EPOLLCHECK = find_epollcheck(None)

STAND_IN = """#!{python}
import json, os, signal, sys
from pathlib import Path

if sys.argv[1] != "run":
    os.execv({program!r}, [{program!r}, *sys.argv[1:]])
options = dict(zip(sys.argv[2::2], sys.argv[3::2]))
cases = Path(options["--cases"])
ids = sorted(str(path.relative_to(cases))[:-3] for path in cases.rglob("*.ep"))
with open({calls!r}, "a") as calls:
    print(json.dumps([os.getpid(), options.get("--target"), ids]), file=calls)
answers = json.loads(Path({answers!r}).read_text())
print(json.dumps(dict(record="run", schema=1, kernel="K", profile="P", tier="exact", seed=1)))
for case_id in reversed(ids):
    answer = answers.get(case_id, {{}})
    if answer == "die":
        print("no more memory", file=sys.stderr, flush=True)
        sys.stdout.flush()
        os.abort()
    record = dict(record="case", id=case_id, title="", tier="linux", status="passed", reason="",
                  deviation=None, disagreements=[], duration_us=1500, program="close(1) = 0")
    print(json.dumps(record | answer), flush=True)
if "x/never-ends" in ids:
    signal.pause()
"""


def case_text(case_id: str, **changes: str) -> str:
    header = {"title": f"Nothing happens in {case_id}", "rules": "R-C15", "tier": "linux",
              "tags": "quiet", "answer": "[]"} | changes
    answer = header.pop("answer")
    lines = [f"id: {case_id}", *(f"{key}: {value}" for key, value in header.items())]
    return "\n".join([*lines, "", "epoll_create1(0) = ep", f"epoll_wait(ep, 1, 0) = {answer}", ""])


class Bench:
    """A directory with cases, and pytest with the plug-in on it."""

    def __init__(self, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch):
        self.pytester = pytester
        self.monkeypatch = monkeypatch
        self.path = pytester.path
        self.calls_file = self.path / "calls.txt"

    def add(self, case_id: str, **changes: str) -> Path:
        file = self.path / "cases" / f"{case_id}.ep"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(case_text(case_id, **changes), encoding="utf-8")
        return file

    def expect(self, target: str, text: str) -> None:
        file = self.path / "harness" / "targets" / "expectations" / f"{target}.toml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        self.monkeypatch.setenv("EPOLLCHECK_HOME", str(self.path))

    def stand_in(self, **answers: object) -> str:
        """Makes one that gives the fields `answers` to cases x/NAME. Returns its option."""
        program, answers_file = self.path / "stand-in", self.path / "answers.json"
        answers_file.write_text(json.dumps({f"x/{key}": value for key, value in answers.items()}))
        program.write_text(STAND_IN.format(python=sys.executable, program=str(EPOLLCHECK),
                                           calls=str(self.calls_file), answers=str(answers_file)))
        program.chmod(0o755)
        return f"--epollcheck={program}"

    def calls(self) -> list[tuple[int, str | None, list[str]]]:
        """(process, target, ids) per call of the stand-in."""
        return [json.loads(line) for line in self.calls_file.read_text().splitlines()]

    def run(self, *arguments: str) -> pytest.RunResult:
        options = ["-p", "pytest_epollcheck", "--strict-markers", "-p", "no:cacheprovider"]
        # xdist gives its workers the module path with which the interpreter started.
        run = (self.pytester.runpytest_subprocess if "-n" in arguments
               else self.pytester.runpytest_inprocess)
        return run(*options, *(arguments or ("cases",)))


@pytest.fixture
def bench(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Bench:
    monkeypatch.setenv("PYTHONPATH", str(HERE))
    monkeypatch.setenv("EPOLLCHECK", str(EPOLLCHECK))
    monkeypatch.delenv("EPOLLCHECK_HOME", raising=False)
    return Bench(pytester, monkeypatch)


def printed_by_run(bench: Bench) -> str:
    return subprocess.run([EPOLLCHECK, "run", "--cases", "cases"], cwd=bench.path, text=True,
                          stdin=subprocess.DEVNULL, capture_output=True, check=False).stdout


# --- outcomes of the real program -----------------------------------------------------------------


@pytest.mark.parametrize("options", [[], ["-n", "2"]], ids=["alone", "xdist"])
def test_a_failure_is_what_run_prints(bench: Bench, options: list[str]) -> None:
    bench.add("x/right")
    file = bench.add("x/wrong", answer="EINVAL")
    result = bench.run("cases", *options)
    result.assert_outcomes(passed=1, failed=1)
    shown = printed_by_run(bench).split("\n\nx ")[0]
    assert shown.startswith("FAILED x/wrong  (tier linux)") and "-->    2  epoll_wait" in shown
    assert shown in result.stdout.str()
    result.stdout.fnmatch_lines([
        "*reproduce*", f"epollcheck replay {file}", "(it ran on Linux *, seed *)",
        "FAILED cases/x/wrong.ep::in-process - step 2: expectation and target*"])


def test_a_location_is_the_line_of_the_step(bench: Bench) -> None:
    bench.add("x/wrong", answer="EINVAL")
    bench.run("cases", "--tb=line").stdout.fnmatch_lines(
        ["*/cases/x/wrong.ep:8: step 2: expectation and target disagree: *"])


def test_a_skipped_case_has_a_reason(bench: Bench) -> None:
    bench.add("x/both", needs="budget-privilege no-budget-privilege")  # one of them is missing
    result = bench.run("cases", "-rs")
    result.assert_outcomes(skipped=1)
    result.stdout.fnmatch_lines(["SKIPPED * cases/x/both.ep:1: *busy poll budget*"])


def test_the_suite_has_its_ids(pytester: pytest.Pytester) -> None:
    case = "cases/golden/t03-round-robin.ep"
    result = pytester.runpytest("-p", "no:cacheprovider", f"{HERE}/{case}::in-process", "-rA")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["PASSED *" + case + "::in-process"])
    whole = pytester.runpytest("-p", "no:cacheprovider", HERE, "--collect-only", "-q")
    files = sum(1 for _ in (HERE / "cases").rglob("*.ep"))
    assert whole.ret == 0 and f"{files} tests collected" in whole.stdout.str()


def test_a_case_of_the_suite_is_replayed_by_its_id(bench: Bench) -> None:
    files = sorted((HERE / "cases" / "golden").glob("*.ep"))
    answers = {f"golden/{file.stem}": {"status": "failed"} for file in files[:1]}
    option = bench.stand_in()
    (bench.path / "answers.json").write_text(json.dumps(answers))
    result = bench.run(str(files[0]), option, "--target", "far", "--tier", "linux")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [f"epollcheck replay golden/{files[0].stem} --target far --tier linux"])


@pytest.mark.parametrize("name, at_least", [("every-status", 4), ("targets", 4)])
def test_explanations_are_those_of_the_golden_report(name: str, at_least: int) -> None:
    report = (GOLDEN / f"{name}.txt").read_text(encoding="utf-8")
    lines = (GOLDEN / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    texts = {explanation(record) for record in map(json.loads, lines) if record["record"] == "case"}
    shown = {text for text in texts if text.splitlines()[0] in report.splitlines()}
    assert len(shown) >= at_least
    assert [text for text in shown if text not in report] == []


def test_lines_of_steps() -> None:
    text = "id: x\ntitle: T\n\n# note\nP1: close(1)\n\n  # note\nP2: close(2)\n"
    for step, line in ((1, 5), (2, 8), (3, 1)):
        assert line_of_step(text, {"disagreements": [{"step": step}]}) == line


# --- outcomes that a target has to be made to have -----------------------------------------------


@pytest.mark.parametrize("options", [[], ["-n", "2", "--dist", "load"]], ids=["alone", "xdist"])
def test_every_status(bench: Bench, options: list[str]) -> None:
    answers = {"inconclusive": "too large", "skipped": "no io_uring", "error": "no memory",
               "crashed": "it hung", "failed": ""}
    for name in ("passed", *answers):
        bench.add(f"x/{name}")
    option = bench.stand_in(**{name: {"status": name, "reason": reason}
                               for name, reason in answers.items()})
    result = bench.run("cases", option, "-rfEs", *options)
    result.stdout.fnmatch_lines_random([
        "cases/x/inconclusive.ep::in-process: too large",
        "SKIPPED * cases/x/skipped.ep:1: no io_uring",
        "ERROR cases/x/error.ep::in-process - no memory",
        "FAILED cases/x/crashed.ep::in-process - it hung",
        "*2 failed, 1 passed, 1 skipped, 1 error, 1 inconclusive in*"])


def test_cases_that_did_not_run_are_errors(bench: Bench) -> None:
    for name in ("a", "b", "c"):
        bench.add(f"x/{name}")
    result = bench.run("cases", bench.stand_in(b="die"))  # the last one is the first to run
    result.assert_outcomes(passed=1, errors=2)
    result.stdout.fnmatch_lines(["*no more memory", "*(epollcheck run ended by signal 6 *"])


def test_no_process_is_left_behind(bench: Bench) -> None:
    bench.add("x/a")
    bench.add("x/never-ends")
    bench.run("cases", bench.stand_in()).assert_outcomes(passed=2)
    [[process, _, _]] = bench.calls()
    assert not Path("/proc", str(process)).exists()


def test_a_target_that_cannot_be_used(bench: Bench) -> None:
    bench.add("x/a")
    bench.add("x/b")
    result = bench.run("cases", "--profile", "linux-0.1", "--target", "in-process")
    result.assert_outcomes(errors=2)
    text = result.stdout.str()
    assert "linux-0.1" in text and "the target 'in-process' cannot be used: " in text
    assert "Traceback" not in text and "batch.py" not in text


def test_durations_are_those_of_the_cases(bench: Bench) -> None:
    bench.add("x/a")
    result = bench.run("cases", bench.stand_in(a={"duration_us": 7_250_000}), "--durations=0")
    result.stdout.fnmatch_lines(["7.25s call *cases/x/a.ep::in-process"])


# --- targets and batches --------------------------------------------------------------------------


def test_each_target_runs_once_for_all_its_cases(bench: Bench) -> None:
    for name in ("a", "b", "c"):
        bench.add(f"x/{name}")
    options = [bench.stand_in(), "--target", "in-process", "--target", "far"]
    bench.run("cases", *options).assert_outcomes(passed=6)
    ids = ["x/a", "x/b", "x/c"]
    assert [call[1:] for call in bench.calls()] == [[None, ids], ["far", ids]]


def test_only_what_is_selected_runs(bench: Bench) -> None:
    files = [bench.add(f"x/{name}") for name in ("a", "b", "c")]
    bench.run(bench.stand_in(), str(files[1]), str(files[2])).assert_outcomes(passed=2)
    bench.run(bench.stand_in(), "cases", "-k", "x/a").assert_outcomes(passed=1, deselected=2)
    bench.run(bench.stand_in(), f"{files[0]}::in-process").assert_outcomes(passed=1)
    assert [ids for _, _, ids in bench.calls()] == [["x/b", "x/c"], ["x/a"], ["x/a"]]


@pytest.mark.parametrize("dist", ["load", "loadfile"])
def test_workers_share_the_cases(bench: Bench, dist: str) -> None:
    names = [f"n{number:02}" for number in range(40)]
    for name in names:
        bench.add(f"x/{name}")
    options = ["-n", "2", "--dist", dist, bench.stand_in(n07={"status": "failed"})]
    bench.run("cases", *options).assert_outcomes(passed=39, failed=1)
    ran = [case_id for _, _, ids in bench.calls() for case_id in ids]
    assert sorted(ran) == [f"x/{name}" for name in names]
    if dist == "load":
        assert len(bench.calls()) <= 24  # batches, and not a process per case


# --- expectations ---------------------------------------------------------------------------------

KNOWN = """
[[deviation]]
case = "x/wrong"
reason = "never wakes"
link = "https://example.org/1"
"""
FAILED = {"status": "failed"}


@pytest.mark.parametrize("options", [[], ["-n", "2"]], ids=["alone", "xdist"])
def test_a_known_deviation_is_xfailed(bench: Bench, options: list[str]) -> None:
    bench.add("x/right")
    bench.add("x/wrong")
    bench.expect("in-process", KNOWN)
    result = bench.run("cases", "-rx", bench.stand_in(wrong=FAILED), *options)
    assert result.ret == 0
    result.assert_outcomes(passed=1, xfailed=1)
    result.stdout.fnmatch_lines(["XFAIL cases/x/wrong.ep::in-process*never wakes "
                                 "(https://example.org/1)"])
    bench.run("cases", "--runxfail", bench.stand_in(wrong=FAILED)).assert_outcomes(
        passed=1, failed=1)


def test_a_known_deviation_that_does_not_happen_fails(bench: Bench) -> None:
    bench.add("x/wrong")
    bench.expect("in-process", KNOWN)
    result = bench.run("cases", bench.stand_in())
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*XPASS(strict)* never wakes*"])


def test_a_flaky_deviation_may_happen_or_not(bench: Bench) -> None:
    bench.add("x/wrong")
    bench.expect("in-process", KNOWN + 'status = "flaky"\n')
    bench.run("cases", bench.stand_in(wrong=FAILED)).assert_outcomes(xfailed=1)
    result = bench.run("cases", bench.stand_in())
    assert result.ret == 0
    result.assert_outcomes(xpassed=1)


def test_a_pattern_need_not_be_met_by_all(bench: Bench) -> None:
    bench.add("x/wrong-now")
    bench.add("x/wrong-then")
    bench.expect("in-process", KNOWN.replace("wrong", "wrong-*"))
    bench.run("cases", bench.stand_in(**{"wrong-now": FAILED})).assert_outcomes(passed=1, xfailed=1)


def test_a_crash_is_no_deviation(bench: Bench) -> None:
    bench.add("x/wrong")
    option = bench.stand_in(wrong={"status": "crashed", "reason": "it hung"})
    bench.expect("in-process", KNOWN)
    bench.run("cases", option).assert_outcomes(failed=1)
    bench.expect("in-process", KNOWN + 'status = "crashes"\n')
    bench.run("cases", option).assert_outcomes(xfailed=1)


def test_only_deviations_of_that_target_are_expected(bench: Bench) -> None:
    bench.add("x/other")
    bench.add("x/wrong")
    bench.expect("far", KNOWN + KNOWN.replace("wrong", "other"))
    option = bench.stand_in(wrong=FAILED, other={"status": "error", "reason": "no memory"})
    result = bench.run("cases", option, "--target", "near", "--target", "far")
    result.assert_outcomes(failed=1, xfailed=1, errors=2)


def test_a_cause_is_known_to_the_program(bench: Bench) -> None:
    bench.add("x/wrong")
    bench.add("x/other")
    bench.expect("in-process", KNOWN + 'rule = "R-C15"\n')
    known = FAILED | {"expected": "wakes one waiter only"}
    bench.run("cases", bench.stand_in(wrong=FAILED, other=FAILED)).assert_outcomes(failed=2)
    result = bench.run("cases", bench.stand_in(wrong=known, other=known), "-rx")
    result.assert_outcomes(xfailed=2)
    result.stdout.fnmatch_lines(["XFAIL *x/other.ep::in-process - wakes one waiter only",
                                 "XFAIL *x/wrong.ep::in-process - never wakes*"])


@pytest.mark.parametrize("text, complaint", [
    ("[[deviation]]\ncase = 'a'\n", "*in-process.toml: deviation 1: 'reason' must be a text*"),
    ("[[deviation]]\nreason = 'r'\nstatus = 'x'\n", "*deviation 1: there is no status 'x'; *"),
    ("[[deviation]\n", "*in-process.toml: cannot read the expectations: *line 1*"),
    ("[deviation]\ncase = 'a'\n", "*in-process.toml: an entry is written as [[][[]deviation]]"),
], ids=["no reason", "no status", "no TOML", "no list"])
def test_broken_expectations(bench: Bench, text: str, complaint: str) -> None:
    bench.add("x/a")
    bench.expect("in-process", text)
    result = bench.run()
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([complaint])


# --- selection ------------------------------------------------------------------------------------


@pytest.mark.parametrize("options, names", [
    (["-k", "edge/one"], ["edge/one"]),
    (["-k", "oranges and not two"], ["edge/one"]),
    (["-k", "in-process"], ["edge/one", "edge/two", "level/three"]),
    (["-m", "pipe"], ["edge/one", "level/three"]),
    (["-m", "io-uring and not pipe"], ["edge/two"]),
    (["-m", "tier_exact or rule_R_C13"], ["edge/two", "level/three"]),
    (["-m", "tag_skip"], ["level/three"]),
])
def test_selection(bench: Bench, options: list[str], names: list[str]) -> None:
    bench.add("edge/one", title="About oranges", tags="pipe")
    bench.add("edge/two", title="Two oranges", tags="io-uring", rules="R-C15 R-C13")
    bench.add("level/three", tags="pipe skip", tier="exact")
    result = bench.run("cases", "-rA", *options)
    assert result.ret == 0
    assert re.findall(r"^PASSED cases/(.*)\.ep::", result.stdout.str(), re.MULTILINE) == names


# --- what cannot be collected or started ----------------------------------------------------------


def test_a_bad_file_is_one_error_with_its_place(bench: Bench) -> None:
    bench.add("x/good")
    file = bench.add("x/bad", answer="[7:INN]")
    lost = bench.add("x/lost")
    lost.rename(lost.with_name("found.ep"))
    result = bench.run("cases", "--continue-on-collection-errors")
    result.assert_outcomes(passed=1, errors=2)
    text = result.stdout.str()
    assert text.count(f"{file}:8:") == 1 and "INN" in text and "Traceback" not in text
    assert "found.ep:1:1: error: the id is 'x/lost', but the place of the file says" in text


def test_an_id_is_there_once(bench: Bench) -> None:
    bench.add("x/a")
    copy = bench.path / "copy" / "x" / "a.ep"
    copy.parent.mkdir(parents=True)
    copy.write_text(case_text("x/a"))
    result = bench.run("cases", "copy", "--continue-on-collection-errors")
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(
        ["*/copy/x/a.ep:1:1: error: the id 'x/a' is also that of */cases/x/a.ep*"])


@pytest.mark.parametrize("how", ["option", "environment", "nowhere"])
def test_no_program(bench: Bench, monkeypatch: pytest.MonkeyPatch, how: str) -> None:
    bench.add("x/a")
    options = ["--epollcheck", "not-there"] if how == "option" else []
    if how == "environment":
        monkeypatch.setenv("EPOLLCHECK", "not-there")
    if how == "nowhere":
        monkeypatch.delenv("EPOLLCHECK")
        monkeypatch.setenv("PATH", os.devnull)
        monkeypatch.setattr("pytest_epollcheck.binary.TREE", bench.path)
    result = bench.run("cases", *options)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert len(result.stderr.str().strip().splitlines()) == 1
    result.stderr.fnmatch_lines([
        "ERROR: the program epollcheck is neither * nor in PATH. Build it with *"
        if how == "nowhere" else "ERROR: *: not-there is no program that can be executed"])


# --- JUnit ----------------------------------------------------------------------------------------


def outcomes_by_pytest(report: Path) -> dict[str, str]:
    """Outcome by id."""
    tests = xml.parse(report).getroot().iter("testcase")
    return {test.find(".//property[@name='id']").get("value"): outcome_of(test) for test in tests}


def outcomes_by_run(report: Path) -> dict[str, str]:
    tests = xml.parse(report).getroot().iter("testcase")
    return {f"{test.get('classname')}/{test.get('name')}": outcome_of(test) for test in tests}


def outcome_of(test: xml.Element) -> str:
    return next((name for name in ("failure", "error", "skipped") if test.find(name) is not None),
                "passed")


def totals(report: Path) -> dict[str, int]:
    suites = list(xml.parse(report).getroot().iter("testsuite"))
    return {name: sum(int(suite.get(name)) for suite in suites)
            for name in ("tests", "failures", "errors", "skipped")}


@pytest.mark.parametrize("options", [[], ["-n", "2"]], ids=["alone", "xdist"])
def test_junit_agrees_with_that_of_run(bench: Bench, options: list[str]) -> None:
    for name in ("one", "two", "three"):
        bench.add(f"x/{name}")
    bench.add("y/wrong", answer="EINVAL")
    large = "pipe2([r, w], 0) = 0\nfcntl(w, F_SETPIPE_SZ, 1048576) = 1048576\n"
    inconclusive = bench.add("y/large")
    inconclusive.write_text(inconclusive.read_text() + large)
    bench.run("cases", "--junitxml=pytest.xml", *options)
    subprocess.run([EPOLLCHECK, "run", "--cases", "cases", "--format", "junit", "--output",
                    "run.xml"], cwd=bench.path, stdout=subprocess.DEVNULL, check=False)
    ours, theirs = bench.path / "run.xml", bench.path / "pytest.xml"
    assert totals(theirs) == totals(ours) == {"tests": 5, "failures": 1, "errors": 0, "skipped": 1}
    assert outcomes_by_pytest(theirs) == outcomes_by_run(ours)
    failures = [next(xml.parse(report).getroot().iter("failure")) for report in (ours, theirs)]
    assert failures[0].text.strip() == failures[1].text.strip()
    assert failures[0].get("message") == failures[1].get("message")
