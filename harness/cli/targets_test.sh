#!/usr/bin/env bash
# Tests of targets on the command line: `epollcheck targets`, and verbs with --target and
# --target-command. The other end is the lying executor (harness/target/lying), which runs programs
# as it should unless it is told to misbehave.
#
# usage: targets_test.sh EPOLLCHECK LYING_EXECUTOR

set -u -o pipefail
here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
epollcheck=$1
liar=$2
scratch=$(mktemp -d)
trap 'rm -rf -- "$scratch"' EXIT
export EPOLLCHECK_HOME=${here%/harness/cli}
# shellcheck source=harness/cli/shell_checks.sh
. "$here/shell_checks.sh"

describe() {
    cat >"$scratch/$1.toml"
}

test_list() {
    call "$epollcheck" targets
    expect_code 0
    expect_contains "$out" "in-process"
    expect_contains "$out" "ready  the kernel below this process"
    expect_contains "$out" "it needs an argument: ssh:user@host"

    call "$epollcheck" targets gvisor native
    expect_code 0
    expect_contains "$out" "name          gvisor"
    expect_contains "$out" "command       runsc --network=none --platform=ptrace do {executor}"
    expect_contains "$out" "name          native"

    call "$epollcheck" targets windows
    expect_code 2
    expect_contains "$err" "there is no target 'windows' in "
}

test_known_deviations() {
    call "$epollcheck" expectations check
    expect_code 0
    expect_contains "$out" "gvisor.toml: in order"
    expect_contains "$out" "gvisor.fuzz.toml: in order"
}

test_own_descriptions() {
    describe mine <<END
title = "an honest liar"
command = ["$liar", "{argument}"]
argument = "MODE"
tier = "exact"
END
    call "$epollcheck" targets --targets "$scratch"
    expect_contains "$out" "mine  no     an honest liar"
    call "$epollcheck" targets --check "mine:honest" --targets "$scratch"
    expect_code 0
    expect_contains "$out" "kernel        Lie 1.0 test"
    expect_contains "$out" "pages of 4096 bytes"
    call "$epollcheck" targets --check "mine:die-at-start" --targets "$scratch"
    expect_code 70
    expect_contains "$out" "ended with exit code 3 before it said hello"

    describe bad <<'END'
title = "bad"

command = ["x"]
batch = -1
END
    call "$epollcheck" targets "$scratch/bad.toml"
    expect_code 2
    expect_contains "$err" "bad.toml: line 4: batch must be a number from 1 to 65536"
    call "$epollcheck" fuzz --target "$scratch/bad.toml"
    expect_code 2
    expect_contains "$err" "bad.toml: line 4"
}

test_verbs() {
    call "$epollcheck" fuzz --target-command "$liar noise" --tier exact --programs 600 --seed 1
    expect_code 0
    expect_contains "$out" "600 programs"
    expect_contains "$out" "0 deviations at tier exact"
    call "$epollcheck" enumerate --universe modes --length 2 --target-command "'$liar' honest"
    expect_code 0
    expect_contains "$out" "0 deviations at tier linux"
    call "$epollcheck" replay golden/t03-round-robin --target-command "$liar honest"
    expect_code 0
    expect_contains "$out" "conforms at tier linux"
    expect_contains "$out" "Lie 1.0 test"
    call "$epollcheck" explain golden/t03-round-robin --run --target-command "$liar honest"
    expect_code 0
    call "$epollcheck" doctor --target-command "$liar honest"
    expect_code 0
    expect_contains "$out" "programs can be run there and judged"
    call "$epollcheck" bench --target-command "$liar honest" --rounds 1
    expect_code 0
    expect_contains "$out" "command_over_in_process_ratio"
    expect_contains "$out" "command_target_share"
}

test_trouble() {
    printf 'epoll_create(666) = ep\nepoll_wait(ep, 1, 0)\n' >"$scratch/bad.ep"
    call "$epollcheck" replay "$scratch/bad.ep" --target-command "$liar die"
    expect_contains "$out" "ended with exit code 7 in this program, also when it ran alone"
    expect_contains "$out" "a bad program came"
    ((code != 0)) || fail "a crash is no success"

    call "$epollcheck" fuzz --target-command "no-such-command" --programs 1
    expect_code 70
    expect_contains "$err" "there is no command 'no-such-command'"
    call "$epollcheck" fuzz --target windows --programs 1
    expect_code 2
    expect_contains "$err" "there is no target 'windows'"
    call "$epollcheck" fuzz --target ssh --programs 1
    expect_code 70
    expect_contains "$err" "it needs an argument, user@host: --target ssh:ARGUMENT"
    call "$epollcheck" fuzz --target-command "'x" --programs 1
    expect_code 2
    expect_contains "$err" "--target-command: a ' has no end"
}

test_list
test_known_deviations
test_own_descriptions
test_verbs
test_trouble

if ((failures > 0)); then
    printf '%d failed expectations\n' "$failures"
    exit 1
fi
printf 'targets can be chosen\n'
