#!/usr/bin/env bash
# Tests of `epollcheck stress scale`: help, wrong options, exit codes, the JSON lines, Ctrl-C, and
# that an epoll whose wait asks all files (harness/plugins/epoll_on_poll.c) is told from the kernel.
#
#     stress_scale_test.sh EPOLLCHECK PLUGIN

set -u -o pipefail
here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
epollcheck=$(readlink -f -- "$1")
plugin=$(readlink -f -- "$2")
scratch=$(mktemp -d)
trap 'rm -rf -- "$scratch"' EXIT
cd "$scratch" || exit 1
export EPOLLCHECK_HOME=${here%/harness/cli}
# shellcheck source=harness/cli/shell_checks.sh
. "$here/shell_checks.sh"

# statement SERIES: what the JSON lines in ./out say of a series: STATED VERDICT.
statement() {
    python3 -c 'import json, sys
for record in map(json.loads, open("out")):
    if record["record"] == "series" and record["name"] == sys.argv[1]:
        print(record["stated"], record["verdict"])' "$1"
}

test_usage() {
    call "$epollcheck" stress scale --help
    expect_code 0
    expect_contains "$out" "epollcheck stress scale --for 2m"
    expect_contains "$out" "The exit code is 0 if all is as expected"
    call "$epollcheck" stress --help
    expect_code 0
    expect_contains "$out" "scale"
    local wrong
    for wrong in '--strict very' '--format xml' '--for soon' '--largest 3' '--target windows' \
        '--plugin missing.so --target native'; do
        # shellcheck disable=SC2086
        call "$epollcheck" stress scale $wrong
        ((code != 0 && code != 1)) || fail "'$wrong' should be refused"
        [[ -z $out && $err == "epollcheck: error: "* ]] || fail "'$wrong' should be explained"
    done
    call "$epollcheck" stress scale --target native
    expect_code 2
    expect_contains "$err" "costs are measured in this process"
    call "$epollcheck" stress scale --plugin missing.so
    expect_code 70
    expect_contains "$err" "missing.so cannot be read: No such file or directory"
}

# What a healthy kernel gets is no accusation, however busy the machine is; what is unclear is 5.
test_kernel() {
    call "$epollcheck" stress scale --for 10m --rounds 12 --largest 10000 --format jsonl
    ((code == 0 || code == 5)) || fail "the exit code should be 0 or 5"
    python3 -c 'import json, sys
records = [json.loads(line) for line in open("out")]
kinds = [record["record"] for record in records]
assert kinds[0] == "scale" and kinds[-1] == "scale-summary", kinds
assert records[0]["schema"] == 1 and records[0]["target"] == "in-process"
assert records[-1]["exit_code"] == int(sys.argv[1]) and not records[-1]["interrupted"]
names = [record["name"] for record in records if record["record"] == "series"]
assert names == ["wait", "poll", "select", "add", "mod", "del", "wake"], names' "$code" ||
        fail "the records should be complete and in order"
    call "$epollcheck" stress scale --for 10m --rounds 5 --largest 1000 --strict none
    expect_code 0
    expect_contains "$out" $'\nseries  cost '
    expect_contains "$out" "not judged"
    expect_contains "$out" "fairness_least_share          1.00"
}

test_plugin() {
    call "$epollcheck" stress scale --for 10m --rounds 30 --format jsonl --plugin "$plugin"
    expect_code 1
    [[ $(statement wait) == "linear contradicts" ]] || fail "the wait should be linear"
    [[ -z $(statement poll) ]] || fail "poll is not the plug-in's"
    expect_contains "$out" '"target":"epoll_on_poll"'
    call "$epollcheck" stress scale --for 10m --rounds 5 --strict none --target epoll-on-poll
    expect_code 0
}

# Interrupted as soon as it has instances: by then it listens, and has not measured all.
test_interrupt() {
    local pid
    "$epollcheck" stress scale --for 10m --format jsonl >out 2>err </dev/null &
    pid=$!
    until [[ $(ls -l "/proc/$pid/fd" 2>err) == *eventpoll* ]]; do
        kill -0 "$pid" || break
    done
    kill -INT "$pid"
    code=0
    wait "$pid" || code=$?
    out=$(<out)
    expect_code 130
    expect_contains "$out" '{"record":"scale-summary","exit_code":130,"interrupted":true}'
}

test_usage
test_kernel
test_plugin
test_interrupt

if ((failures > 0)); then
    printf '%d failed expectations\n' "$failures"
    exit 1
fi
printf 'stress scale works\n'
