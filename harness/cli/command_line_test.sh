#!/usr/bin/env bash
# Tests of the command line: verbs, exit codes, bad input, output that cannot be written, Ctrl-C.
#
#     command_line_test.sh EPOLLCHECK
#
# The cases are made here, so that nothing depends on the kernel that the tests run on: what is
# expected of it is the same on every Linux. That the real cases pass is another test.

set -u -o pipefail
here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
epollcheck=$(readlink -f -- "${1-}")
[[ -x $epollcheck ]] || { printf 'usage: command_line_test.sh EPOLLCHECK\n' >&2 && exit 2; }
scratch=$(mktemp -d)
trap 'rm -rf -- "$scratch"' EXIT
cd "$scratch" || exit 1
unset NO_COLOR
# shellcheck source=harness/cli/shell_checks.sh
. "$here/shell_checks.sh"

# One line, and only that, on stderr.
expect_error() {
    [[ $err == "epollcheck: error: "*"$1"* ]] || fail "the error should say '$1'"
    [[ $err != *$'\n'* ]] || fail "the error should be one line"
}

# on_terminal COMMAND...: runs it with a terminal as its output.
on_terminal() {
    python3 -c 'import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))' \
        "$@"
}

# make_case ID TAGS OPERATIONS: a case in ./cases, from its operations.
make_case() {
    mkdir -p "cases/${1%/*}"
    printf 'id: %s\ntitle: A title of %s\nrules: R-B3\ntier: contract\ntags: %s\n\n%s\n' \
        "$1" "$1" "$2" "$3" >"cases/$1.ep"
}

make_suite() {
    rm -rf cases
    local i
    for i in 1 2 3 4 5 6; do
        make_case "good/case-$i" "good number-$i" 'epoll_create1(0) = ep
epoll_wait(ep, 1, 0) = []'
    done
}

wrong_expectation='epoll_create1(0) = ep
epoll_wait(ep, 1, 0) = EINVAL'
too_large_for_the_model='pipe2([r, w], O_NONBLOCK) = 0
fcntl(w, F_SETPIPE_SZ, 1048576) = 1048576'

test_usage() {
    call "$epollcheck"
    expect_code 2
    expect_error "epollcheck --help"
    call "$epollcheck" rnu
    expect_code 2
    expect_error "there is no verb 'rnu'; did you mean 'run'?"
    call "$epollcheck" stress --histories 0
    expect_code 2
    expect_error "--histories: 0 is not above 0"
    call "$epollcheck" run --no-such-option
    expect_code 2
    expect_error "--no-such-option"
    call "$epollcheck" run --tier strict
    expect_code 2
    expect_error "there is no 'strict'; there are contract, linux, exact"
    call "$epollcheck" run --format xml
    expect_code 2
    expect_error "there is no 'xml'"
    call "$epollcheck" run --profile linux-1.0
    expect_code 2
    expect_error "there is no profile 'linux-1.0'"
    call "$epollcheck" run --seed soon
    expect_code 2
    call "$epollcheck" run --rule R-Z1
    expect_code 2
    expect_error "there is no rule 'R-Z1'"
    call "$epollcheck" replay
    expect_code 2
}

test_help() {
    call "$epollcheck" --help
    expect_code 0
    expect_contains "$out" "Exit codes:"
    local verb
    for verb in run enumerate explore replay compare explain shrink emit-c list rules defects \
        merge expectations stress targets doctor format; do
        expect_contains "$out" "  $verb "
        call "$epollcheck" "$verb" --help
        expect_code 0
        expect_contains "$out" "Usage: epollcheck $verb"
        call "$epollcheck" --help
    done
    call "$epollcheck" help run
    expect_code 0
    expect_contains "$out" "--fail-fast"
    call "$epollcheck" --version
    expect_code 0
    expect_contains "$out" "epollcheck "
}

test_selection() {
    make_suite
    make_case other/one special 'epoll_create1(0) = ep'
    call "$epollcheck" run --cases cases --list
    expect_code 0
    [[ $(wc -l <out) == 7 ]] || fail "all cases should be listed"
    call "$epollcheck" run --cases cases good --list
    [[ $(wc -l <out) == 6 ]] || fail "a topic should be selected"
    call "$epollcheck" run --cases cases '*-3' other --list
    [[ $(wc -l <out) == 2 ]] || fail "ids are alternatives"
    call "$epollcheck" run --cases cases --tag special
    expect_code 0
    expect_contains "$out" "1 case: 1 passed"
    call "$epollcheck" run --cases cases --rule R-B3 --tag number-2 --tag number-3
    expect_code 0
    expect_contains "$out" "2 cases: 2 passed"
    call "$epollcheck" run --cases cases --tag good good/case-1
    expect_code 0
    expect_contains "$out" "1 case: 1 passed" # what follows an option is no second value of it
    call "$epollcheck" run --cases cases nothing
    expect_code 4
    expect_contains "$err" "no case has an id like 'nothing'"
    expect_contains "$err" "no case is selected"
    call "$epollcheck" list --cases cases --rule R-C1
    expect_code 4
    call "$epollcheck" list --cases cases --format jsonl other
    expect_code 0
    expect_contains "$out" '{"id":"other/one","title":"A title of other/one","tier":"contract"'
}

ids_in_order() {
    sed -n 's/^{"record":"case","id":"\([^"]*\)".*/\1/p'
}

test_seed() {
    make_suite
    call "$epollcheck" run --cases cases
    expect_code 0
    [[ $out =~ seed\ [0-9]+ ]] || fail "the seed should be printed"
    local first second third
    first=$("$epollcheck" run --cases cases --format jsonl --seed 5 | ids_in_order)
    second=$("$epollcheck" run --cases cases --format jsonl --seed 5 | ids_in_order)
    third=$("$epollcheck" run --cases cases --format jsonl --seed 6 | ids_in_order)
    [[ $first == "$second" ]] || fail "the same seed should give the same order"
    [[ $first != "$third" ]] || fail "another seed should give another order"
}

test_exit_codes() {
    make_suite
    make_case bad/expectation bad "$wrong_expectation"
    call "$epollcheck" run --cases cases
    expect_code 1
    expect_contains "$out" "FAILED bad/expectation"
    expect_contains "$out" "expectation and model disagree"
    expect_contains "$out" "expectation and target disagree"
    expect_contains "$out" "7 cases: 6 passed, 1 failed"
    call "$epollcheck" run --cases cases --fail-fast bad
    expect_code 1

    make_suite
    make_case large/pipe large "$too_large_for_the_model"
    call "$epollcheck" run --cases cases
    expect_code 5
    expect_contains "$out" "INCONCLUSIVE large/pipe"

    sed -i 's/^tier: .*/tier: exact/' cases/*/*.ep
    call "$epollcheck" run --cases cases --tier linux
    expect_code 5
    expect_contains "$out" "7 skipped: it is about tier exact, the run judges up to tier linux"

    make_case bad/threads bad 'T1: epoll_create1(0) = ep
T2: eventfd(0, 0) = e'
    call "$epollcheck" run --cases cases
    expect_code 70
    expect_contains "$out" "ERROR bad/threads"
}

test_fail_fast() {
    make_suite
    local i
    for i in 1 2 3 4 5 6; do
        make_case "bad/case-$i" bad "$wrong_expectation"
    done
    call "$epollcheck" run --cases cases --fail-fast bad
    expect_code 1
    expect_contains "$out" "1 case: 0 passed, 1 failed"
    expect_contains "$out" "cut short: 1 of 6"
}

test_formats() {
    make_suite
    make_case bad/expectation bad "$wrong_expectation"
    call "$epollcheck" run --cases cases --format tap
    expect_code 1
    [[ $out == $'TAP version 14\n1..7\n'* ]] || fail "TAP should begin with version and plan"
    expect_contains "$out" "not ok"
    call "$epollcheck" run --cases cases --format junit
    expect_code 1
    python3 -c 'import sys, xml.dom.minidom as x; x.parse(sys.argv[1])' out ||
        fail "JUnit should be well-formed XML"
    call "$epollcheck" run --cases cases --format jsonl
    expect_code 1
    python3 -c 'import json, sys
records = [json.loads(line) for line in open(sys.argv[1])]
assert [r["record"] for r in records] == ["run"] + ["case"] * 7 + ["summary"]
assert records[0]["schema"] == 1 and records[0]["selected"] == 7
assert records[-1]["exit_code"] == 1 and records[-1]["failed"] == 1' out ||
        fail "the records should be in order"
    call "$epollcheck" run --cases cases --format junit --output r.xml
    expect_code 1
    expect_contains "$out" "7 cases: 6 passed, 1 failed"
    expect_contains "$(<r.xml)" '<testsuites name="epollcheck" tests="7" failures="1"'
}

test_colours() {
    make_suite
    call on_terminal "$epollcheck" run --cases cases
    expect_code 0
    expect_contains "$out" $'\e[32m'
    call env NO_COLOR=1 "$BASH" -c "$(declare -f on_terminal); on_terminal \"\$@\"" - \
        "$epollcheck" run --cases cases
    expect_code 0
    expect_lacks "$out" $'\e[32m'
    call "$epollcheck" run --cases cases
    expect_lacks "$out" $'\e['
}

test_output_that_cannot_be_written() {
    make_suite
    call "$epollcheck" run --cases cases --format jsonl --output no/such/directory/r.jsonl
    expect_code 2
    expect_error "cannot write to no/such/directory/r.jsonl: No such file or directory"
    local format
    for format in human jsonl tap ktap junit sarif; do
        call "$epollcheck" run --cases cases --format "$format" --output /dev/full
        expect_code 70
        expect_error "cannot write to /dev/full: No space left on device"
        expect_contains "$out" "6 cases: 6 passed" # nothing is lost
    done
    local verb
    for verb in "run --cases cases" "run --cases cases --format jsonl" "list" "rules" "doctor" \
        "--help" "explain case.ep" "replay case.ep" "format case.ep"; do
        cp cases/good/case-1.ep case.ep
        code=0
        # shellcheck disable=SC2086
        err=$("$epollcheck" $verb 2>&1 >/dev/full) || code=$?
        expect_code 70
        expect_error "cannot write to the standard output: No space left on device"
    done
}

test_few_descriptors() {
    make_suite
    with_few() {
        (ulimit -n 12 && exec "$epollcheck" "$@")
    }
    local verb
    for verb in "run --cases cases" "doctor" "replay cases/good/case-1.ep"; do
        # shellcheck disable=SC2086
        call with_few $verb
        expect_code 70
        expect_error "ulimit -n"
        expect_lacks "$out" "FAILED"
    done
}

# Cases that each wait until the executor sees that they are blocked.
make_slow_suite() {
    rm -rf cases r.jsonl
    local i
    for ((i = 100; i < 400; i++)); do
        make_case "slow/case-$i" slow 'epoll_create1(0) = ep
epoll_wait(ep, 1, -1) = blocks'
    done
}

# Starts a run of the slow cases, sends it a signal once it has written two results, and waits.
signal_slow_run() {
    make_slow_suite
    mkfifo results
    "$epollcheck" run --cases cases --format jsonl --output results >out 2>err </dev/null &
    local pid=$! line
    {
        for _ in header first second; do
            IFS= read -r line && printf '%s\n' "$line"
        done
        kill "-$1" "$pid"
        cat
    } <results >r.jsonl
    code=0
    { wait "$pid" || code=$?; } 2>/dev/null
    rm results
    out=$(<out)
    err=$(<err)
}

test_interrupt() {
    local signal
    for signal in INT TERM; do
        signal_slow_run "$signal"
        expect_code 130
        expect_contains "$out" "cut short: "
        expect_contains "$out" " passed in "
        expect_lacks "$out" "FAILED"
        expect_contains "$(tail -n 1 r.jsonl)" '"record":"summary"'
        expect_contains "$(tail -n 1 r.jsonl)" '"interrupted":true,"exit_code":130'
    done
}

test_kill() {
    signal_slow_run KILL 2>/dev/null # bash tells of the killed process
    (($(ids_in_order <r.jsonl | wc -l) >= 2)) || fail "results that were made should be kept"
    call "$epollcheck" rules --exercised r.jsonl R-B3
    expect_code 0
    expect_contains "$err" "r.jsonl: the run was cut short after"
    expect_contains "$out" "exercised by"
}

test_corrupt_results() {
    make_suite
    "$epollcheck" run --cases cases --format jsonl >whole.jsonl
    call "$epollcheck" rules --exercised whole.jsonl R-B3
    expect_code 0
    expect_contains "$out" "exercised by 6:"
    expect_contains "$out" "R-B3"
    expect_lacks "$err" "cut short"

    head -c -20 whole.jsonl >truncated.jsonl
    call "$epollcheck" rules --exercised truncated.jsonl R-B3
    expect_code 0
    expect_contains "$err" "warning: truncated.jsonl: the run was cut short after 6 of 6 cases"

    sed '3s/.*/{"record":"case","id"/' whole.jsonl >corrupt.jsonl
    call "$epollcheck" rules --exercised corrupt.jsonl
    expect_code 2
    expect_error "corrupt.jsonl:3: error: this is no JSON"

    call "$epollcheck" rules --exercised missing.jsonl
    expect_code 2
    expect_error "cannot read missing.jsonl: No such file or directory"
    call "$epollcheck" rules --exercised .
    expect_code 2
    expect_error "cannot read .: Is a directory"
}

test_corrupt_programs() {
    printf 'epoll_create1(0) = ep\nepoll_wiat(ep, 1, 0)\n' >typo.ep
    printf 'epoll_create1(0) = ep\nepoll_wait(ep, 1' >cut.ep
    head -c 1000 /dev/urandom >noise.ep
    local verb
    for verb in replay explain format; do
        call "$epollcheck" "$verb" typo.ep
        expect_code 2
        expect_error "typo.ep:2:1: error: "
        expect_contains "$err" "did you mean 'epoll_wait'"
        call "$epollcheck" "$verb" cut.ep
        expect_code 2
        expect_error "cut.ep:2:"
        call "$epollcheck" "$verb" noise.ep
        expect_code 2
        expect_error "noise.ep:"
        call "$epollcheck" "$verb" missing.ep
        expect_code 2
        expect_error "missing.ep"
    done
    make_suite
    cp typo.ep cases/good/typo.ep
    call "$epollcheck" run --cases cases
    expect_code 2
    expect_error "cases/good/typo.ep:2:1: error: "
    call "$epollcheck" run --cases missing
    expect_code 2
    expect_error "cannot read the cases in missing: No such file or directory"
}

test_replay() {
    make_suite
    call "$epollcheck" replay cases/good/case-1.ep --times 3
    expect_code 0
    expect_contains "$out" "3 of 3 runs: conforms at tier exact"
    expect_contains "$out" "epoll_wait(ep, 1, 0) -> []"
    out=$(printf 'epoll_create1(0) = ep\n' | "$epollcheck" replay -)
    expect_contains "$out" "1 of 1 run: conforms"
    call "$epollcheck" replay - # from an empty input
    expect_code 2
    expect_error "/dev/stdin: error: the program has no operation"
    printf '%s\n' "$wrong_expectation" >wrong.ep
    call "$epollcheck" replay wrong.ep
    expect_code 1
    expect_contains "$out" "expectation and target disagree"
    printf '%s\n' "$too_large_for_the_model" >large.ep
    call "$epollcheck" replay large.ep
    expect_code 5

    # The order of checks changed in 6.15, so a kernel deviates from one of these two profiles.
    printf 'epoll_wait(-1, 0, 0)\n' >order.ep
    local codes=''
    local profile
    for profile in linux-5.10 linux-6.18; do
        call "$epollcheck" replay order.ep --profile "$profile"
        codes+=" $code"
        if ((code == 1)); then
            expect_contains "$out" "model and target disagree: tier exact forbids"
            expect_contains "$out" "tier linux permits it, as it allows: EBADF or EINVAL"
            expect_contains "$out" "  rules:"
        fi
        call "$epollcheck" replay order.ep --profile "$profile" --tier linux
        expect_code 0
    done
    [[ $codes == " 0 1" || $codes == " 1 0" ]] || fail "one profile should fit: $codes"
}

test_explain() {
    make_suite
    call "$epollcheck" explain cases/good/case-1.ep
    expect_code 0
    expect_contains "$out" "   2  epoll_wait(ep, 1, 0)"
    expect_contains "$out" "every tier allows only []"
    expect_contains "$out" "ep watches nothing"
    expect_lacks "$out" "the kernel answered"
    call "$epollcheck" explain cases/good/case-1.ep --run
    expect_code 0
    expect_contains "$out" "the kernel answered []"
    printf 'epoll_wait(-1, 0, 0)\n' >order.ep
    call "$epollcheck" explain order.ep --profile linux-5.10
    expect_code 0
    expect_contains "$out" "exact    allows EINVAL"
    call "$epollcheck" explain order.ep --profile linux-6.18
    expect_contains "$out" "exact    allows EBADF"
    printf '%s\n' "$too_large_for_the_model" >large.ep
    call "$epollcheck" explain large.ep
    expect_code 5
    expect_contains "$out" "cannot follow the program from here"
}

test_merge() {
    make_suite
    "$epollcheck" run good/case-1 good/case-2 --cases cases --format jsonl >one.jsonl
    "$epollcheck" run good/case-2 good/case-3 --cases cases --format jsonl >two.jsonl
    call "$epollcheck" merge one.jsonl two.jsonl
    expect_code 0
    local merged=$out
    expect_contains "$merged" '"passed":3'
    expect_contains "$merged" '"selected":3'
    call "$epollcheck" merge two.jsonl one.jsonl one.jsonl --output two.jsonl  # may be an input
    expect_code 0
    [[ -z $out ]] || fail "with a file, nothing should be printed"
    [[ $(<two.jsonl) == "$merged" ]] || fail "neither order nor repetition should matter"
    expect_contains "$("$epollcheck" merge - --format ktap <two.jsonl)" "ok 3 case-3"

    printf 'this is no JSON\n' >bad.jsonl
    call "$epollcheck" merge one.jsonl bad.jsonl
    expect_code 2
    expect_error "bad.jsonl:1: error: this is no JSON"
    call "$epollcheck" merge one.jsonl --output /dev/full
    expect_code 70
}

test_format() {
    printf 'title:  T\nid: a/b\n\n\nepoll_create1( 0 )=ep   # why\nepoll_wait(ep,0x10,0)\n' >free.ep
    call "$epollcheck" format free.ep
    expect_code 0
    expect_contains "$out" $'id: a/b\ntitle: T\n'
    [[ $out == *$'\n\nepoll_create1(0) = ep  # why\nepoll_wait(ep, 16, 0)' ]] ||
        fail "the canonical form should be printed"
    call "$epollcheck" format --check free.ep
    expect_code 1
    [[ $out == free.ep ]] || fail "the file should be named"
    call "$epollcheck" format --write free.ep
    expect_code 0
    call "$epollcheck" format --check free.ep
    expect_code 0
    [[ -z $out ]] || fail "a canonical file should not be named"
    call "$epollcheck" format --check --write free.ep
    expect_code 2
}

test_doctor() {
    call "$epollcheck" doctor
    expect_code 0
    expect_contains "$out" "$(uname -srm)"
    expect_contains "$out" "V-45"
    expect_contains "$out" "epoll_pwait2"
}

test_rules() {
    make_suite
    call "$epollcheck" rules --cases cases R-B3
    expect_code 0
    expect_contains "$out" "cited by 6: good/case-1"
    call "$epollcheck" rules --cases cases --uncovered
    expect_lacks "$out" "good/case-1"
    expect_contains "$out" "1 cited by a case"
    call "$epollcheck" rules R-Z
    expect_code 4
    call "$epollcheck" rules --format jsonl
    python3 -c 'import json, sys
for line in open(sys.argv[1]): json.loads(line)["cited_by"]' out ||
        fail "rules should be JSON lines"
}

test_rule_coverage() {
    local once
    call "$epollcheck" rules --coverage
    expect_code 0
    expect_contains "$out" "out of reach (says what nothing promises)"
    expect_lacks "$out" $'\nmissed '
    [[ $(tail -n 1 out) =~ ^rules:\ ([0-9]+)\ of\ ([0-9]+)\ reachable\ exercised\ \(100%\)$ ]] ||
        fail "the last line should be the sum"
    ((BASH_REMATCH[1] == BASH_REMATCH[2])) || fail "all rules should be exercised"

    make_suite
    "$epollcheck" run --cases cases --format jsonl >few.jsonl
    call "$epollcheck" rules --coverage few.jsonl
    expect_code 1
    expect_contains "$out" $'\nmissed '
    expect_contains "$(tail -n 1 out)" " reachable exercised ("
    expect_lacks "$(tail -n 1 out)" "(100%)"
    once=$out
    call "$epollcheck" rules --coverage few.jsonl few.jsonl
    [[ $out == "$once" ]] || fail "several runs should be one set of rules"

    sed 's/"R-E2"/"R-Z9"/' few.jsonl >foreign.jsonl
    call "$epollcheck" rules --coverage foreign.jsonl
    expect_code 2
    expect_error "foreign.jsonl: there is no rule 'R-Z9'; the run is of another version"
    call "$epollcheck" rules --coverage missing.jsonl
    expect_code 2
    expect_error "cannot read missing.jsonl: No such file or directory"
    call "$epollcheck" rules --coverage --uncovered
    expect_code 2
}

test_defects() {
    call "$epollcheck" defects
    expect_code 0
    expect_contains "$out" "D-01   EdgeIsLevel "
    [[ $(tail -n 1 out) =~ ^defects:\ ([0-9]+)\ of\ ([0-9]+)\ detected\ by\ a\ case$ ]] ||
        fail "the last line should be the sum"
    ((BASH_REMATCH[1] == BASH_REMATCH[2] && BASH_REMATCH[1] >= 80)) ||
        fail "all defects should be detected"

    make_suite
    call "$epollcheck" defects --cases cases
    expect_code 1
    expect_contains "$(tail -n 1 out)" " detected by a case"
    call "$epollcheck" defects --defect EdgeIsLevel
    expect_code 0
    expect_contains "$out" "# D-01 EdgeIsLevel: "
    expect_contains "$out" "# with the defect: ["
    call "$epollcheck" defects --defect D-0
    expect_code 2
    expect_error "there is no defect 'D-0'; see \`epollcheck defects\`"
    call "$epollcheck" defects --profile linux-1
    expect_code 2
}

make_universe() {
    cat >small.universe <<'END'
title: One eventfd

setup:
epoll_create1(0) = ep
eventfd(0, EFD_NONBLOCK) = e
operations:
epoll_ctl(ep, ADD, e, {IN, 1})
epoll_ctl(ep, MOD, e, {IN|ET, 2})
epoll_ctl(ep, DEL, e, NULL)
read(e, u64)
epoll_wait(ep, 16, 0)
observations:
fdinfo(ep)
END
}

test_explore() {
    make_universe
    call "$epollcheck" explore --universe small.universe
    expect_code 0
    expect_contains "$out" "3 worlds, 15 transitions, depth 2"
    expect_contains "$out" "all reachable worlds were explored"
    call "$epollcheck" explore --universe pipe --worlds 50
    expect_code 0
    expect_contains "$out" "50 worlds"
    expect_contains "$out" "the limit of worlds or memory was met"
    call "$epollcheck" explore --universe no-such-universe
    expect_code 2
    expect_error "there is no universe 'no-such-universe'; there are "
    sed -i 's/epoll_wait/epoll_wiat/' small.universe
    call "$epollcheck" explore --universe small.universe
    expect_code 2
    expect_error "small.universe:11:1: error: "
}

test_enumerate() {
    make_universe
    rm -f state
    call "$epollcheck" enumerate --universe small.universe --length 3 --jobs 2
    expect_code 0
    expect_contains "$out" "125 programs of 3 operations after a setup of 2"
    expect_contains "$out" "all 125 programs were run"
    local shard programs=0
    for shard in 0/3 1/3 2/3; do
        call "$epollcheck" enumerate --universe small.universe --length 4 --shard "$shard"
        expect_code 0
        programs=$((programs + ${out%% programs*}))
    done
    ((programs == 625)) || fail "the shards should be everything, not $programs"

    local begin="enumerate --universe small.universe --length 3 --jobs 2 --resume state"
    # shellcheck disable=SC2086
    call "$epollcheck" $begin --programs 40
    expect_code 0
    expect_contains "$out" "40 of about 125 programs were run"
    # shellcheck disable=SC2086
    call "$epollcheck" $begin
    expect_code 0
    expect_contains "$out" "85 programs of 3 operations"
    expect_contains "$out" "all 125 programs were run"
    call "$epollcheck" enumerate --universe small.universe --length 2 --jobs 2 --resume state
    expect_code 2
    expect_error "state is of another enumeration"
    call "$epollcheck" enumerate --universe small.universe --shard 3/3
    expect_code 2
    expect_error "'3/3' is no shard"
    call "$epollcheck" enumerate --universe small.universe --for soon
    expect_code 2
    expect_error "'soon' is no duration"

    # The error of an unknown ioctl changed in 6.9, so a kernel deviates from one of these two.
    sed -i 's/^read.*/ioctl(ep, 0x1234)/' small.universe
    local codes='' profile
    for profile in linux-5.10 linux-6.18; do
        call "$epollcheck" enumerate --universe small.universe --length 2 --profile "$profile"
        codes+=" $code"
        if ((code == 1)); then
            expect_contains "$out" "FAILED enumerate/small-"
            expect_contains "$out" "   2  ioctl(ep, 0x1234)"
        fi
    done
    [[ $codes == " 0 1" || $codes == " 1 0" ]] || fail "one profile should fit: $codes"
}

test_usage
test_help
test_selection
test_seed
test_exit_codes
test_fail_fast
test_formats
test_colours
test_output_that_cannot_be_written
test_few_descriptors
test_interrupt
test_kill
test_corrupt_results
test_corrupt_programs
test_replay
test_explain
test_merge
test_format
test_doctor
test_rules
test_rule_coverage
test_defects
test_explore
test_enumerate

if ((failures > 0)); then
    printf '%d failed expectations\n' "$failures"
    exit 1
fi
printf 'the command line works\n'
