#!/usr/bin/env bash
# Tests of `epollcheck fuzz` with guidance: that it runs, finds a fault, keeps it, goes on where it
# was, and finds nothing where nothing is. Where libFuzzer is not there, that it says so.
#
# usage: fuzz_test.sh EPOLLCHECK

set -u -o pipefail
here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
epollcheck=$1
scratch=$(mktemp -d)
trap 'rm -rf -- "$scratch"' EXIT
export EPOLLCHECK_HOME=${here%/harness/cli}
# shellcheck source=harness/cli/shell_checks.sh
. "$here/shell_checks.sh"

test_fault_is_found_once() {
    local found
    call "$epollcheck" fuzz --target model:EdgeIsLevel --for 60s --max-findings 1 --seed 1 \
        --jobs 1 --corpus "$scratch/fault"
    expect_code 1
    expect_contains "$out" "FAILED fuzz/"
    expect_contains "$out" "tier exact allows only: []"
    found=$(find "$scratch/fault/findings" -name '*.ep' | wc -l)
    ((found >= 1)) || fail "there should be a program"
    [[ -n $(find "$scratch/fault/findings" -name '*.c') ]] || fail "there should be a C file"
    [[ -s $scratch/fault/progress.jsonl ]] || fail "there should be a record of the progress"

    # The same causes are known now, and the inputs are still there.
    call "$epollcheck" fuzz --target model:EdgeIsLevel --for 1s --max-findings 1 --seed 1 --jobs 1 \
        --corpus "$scratch/fault"
    expect_code 1
    expect_contains "$out" "programs deviate"
    call "$epollcheck" replay "$(find "$scratch/fault/findings" -name '*.ep' | head -n 1)"
    expect_code 0
}

test_two_causes_with_one_program_are_one_finding() {
    local program
    program=$(find "$scratch/fault/findings" -name '*.ep' | head -n 1)
    mkdir -p "$scratch/twin/findings"
    cp "$program" "$scratch/twin/findings/of-another-name.ep"
    # The same seed finds the same program first.
    call "$epollcheck" fuzz --target model:EdgeIsLevel --for 60s --max-findings 3 --seed 1 \
        --jobs 1 --corpus "$scratch/twin"
    expect_code 1
    [[ -f ${program/fault/twin} ]] && fail "what has the program of another finding is none"
    program=${program/fault/twin}
    [[ -f ${program%.ep}.twin ]] || fail "it should be told apart"
}

test_sound_model_has_no_findings() {
    call "$epollcheck" fuzz --target model --for 1s --seed 2 --jobs 2
    expect_code 0
    expect_contains "$out" "0 findings"
    expect_contains "$out" "2 jobs, seed 2"
}

test_machine() {
    call "$epollcheck" fuzz --for 2s --seed 3 --jobs 1 --no-seeds
    expect_code 0
    expect_contains "$out" "0 findings"
    call "$epollcheck" fuzz --what threads --for 2s --seed 3 --jobs 1
    expect_code 0
    expect_contains "$out" "0 findings"
}

test_unguided_ends_by_time_or_count() {
    call "$epollcheck" fuzz --unguided --for 1s --seed 4
    expect_code 0
    expect_contains "$out" "0 deviations"
    call "$epollcheck" fuzz --programs 10 --seed 4
    expect_contains "$out" "10 programs,"
}

test_wrong_options() {
    call "$epollcheck" fuzz --what nonsense
    expect_code 2
    printf '[[deviation]]\ncase = "x"\n' >"$scratch/wrong.toml"
    call "$epollcheck" fuzz --for 1s --target model --expectations "$scratch/wrong.toml"
    expect_code 2
    expect_contains "$err" "wrong.toml:1: error: a deviation needs a \`reason\`"
    call "$epollcheck" fuzz --what difference
    expect_code 2
    expect_contains "$err" "--against"
    call "$epollcheck" fuzz --for 1s --corpus /proc/nowhere
    expect_code 70
    expect_contains "$err" "cannot make the directory"
    call "$epollcheck" fuzz --for 1s --seed 1 --target-command "no-such-command" --jobs 1
    expect_code 70
    expect_contains "$err" "no-such-command"
}

call "$epollcheck" fuzz --for 1s --target model --seed 1 --jobs 1
if ((code == 70)); then
    expect_contains "$err" "built without libFuzzer"
else
    test_fault_is_found_once
    test_two_causes_with_one_program_are_one_finding
    test_sound_model_has_no_findings
    test_machine
    test_unguided_ends_by_time_or_count
    test_wrong_options
fi
((failures == 0)) && echo "all tests passed"
((failures == 0))
