#!/usr/bin/env bash
# Tests of the command line with several targets: the matrix, expectations, shards, compare, shrink.
#
#     run_targets_test.sh EPOLLCHECK
#
# The targets are the model and the model with a seeded defect, which answer the same everywhere,
# and the kernel below for cases that every Linux answers alike.

set -u -o pipefail
here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
epollcheck=$(readlink -f -- "${1-}")
[[ -x $epollcheck ]] || { printf 'usage: run_targets_test.sh EPOLLCHECK\n' >&2 && exit 2; }
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

# make_case ID OPERATIONS: a case in ./cases, from its operations.
make_case() {
    mkdir -p "cases/${1%/*}"
    printf 'id: %s\ntitle: A title\nrules: R-C15\ntier: exact\n\n%s\n' "$1" "$2" >"cases/$1.ep"
}

# Cases that tell the model from the model with the defect EdgeIsLevel, and one that does not.
make_edge_suite() {
    rm -rf cases
    local i
    for i in 1 2; do
        make_case "edge/case-$i" "epoll_create1(0) = ep
eventfd($i, EFD_NONBLOCK) = e
epoll_ctl(ep, ADD, e, {IN|ET, 7}) = 0
epoll_wait(ep, 16, 0) = [7:IN]
epoll_wait(ep, 16, 0) = []"
    done
    make_case level/case 'epoll_create1(0) = ep
epoll_wait(ep, 1, 0) = []'
}

defective=model:EdgeIsLevel

test_targets() {
    make_edge_suite
    call "$epollcheck" run --cases cases --target model
    expect_code 0
    expect_contains "$out" "model: the model itself, model of linux-6.18"
    call "$epollcheck" run --cases cases --target "$defective"
    expect_code 1
    expect_contains "$out" "1 more with the same cause (R-C15 epoll_wait surplus-event)"
    call "$epollcheck" replay cases/edge/case-1.ep --target "$defective"
    expect_code 1
    call "$epollcheck" run --cases cases --target model:NoSuchDefect
    expect_code 2
    expect_error "there is no defect 'NoSuchDefect'"
    call "$epollcheck" run --cases cases --target no-such-target
    expect_code 2
    expect_error "no-such-target"

    call "$epollcheck" run --cases cases --target in-process --target model --target "$defective"
    expect_code 1
    expect_contains "$out" "topic  in-process  model  model:EdgeIsLevel"
    expect_contains "$out" "edge   + 2/2       + 2/2  x 0/2"
    expect_contains "$out" "level  + 1/1       + 1/1  + 1/1"
    expect_contains "$out" "     2  R-C15 epoll_wait surplus-event"
    expect_contains "$out" "edge/case-1 (5 operations)"
    expect_contains "$out" "2 cases answered differently, and not as allowed by all:"
    call "$epollcheck" run --cases cases --target model --target in-process
    expect_code 0
    expect_lacks "$out" "answered differently"
    call "$epollcheck" run --cases cases --target model --target-command /no/such/program
    expect_code 70
    expect_contains "$err" "target 'command'"
    expect_contains "$out" "command  0 passed; cut short, 0 of 3 cases ran"
    expect_contains "$out" "model    3 passed"
    call "$epollcheck" run --cases cases --target model --target model
    expect_code 2
    expect_error "'model' is named twice"
}

test_formats_of_targets() {
    make_edge_suite
    local both="--target model --target $defective"
    # shellcheck disable=SC2086
    call "$epollcheck" run --cases cases $both --format jsonl
    expect_code 1
    python3 -c 'import collections, json, sys
records = [json.loads(line) for line in open(sys.argv[1])]
kinds = collections.Counter((r["record"], r["target"]) for r in records)
assert kinds == {(kind, target): count for target in ("model", "model:EdgeIsLevel")
                 for kind, count in (("run", 1), ("case", 3), ("summary", 1))}, kinds
assert {r["exit_code"] for r in records if r["record"] == "summary"} == {0, 1}' out ||
        fail "each target should have its records"
    local format
    for format in tap junit; do
        # shellcheck disable=SC2086
        call "$epollcheck" run --cases cases $both --format "$format" --output report
        expect_code 1
        expect_contains "$out" "edge   + 2/2  x 0/2"
        expect_contains "$(<report)" "edge/case-1"
    done
}

test_expectations() {
    make_edge_suite
    rm -f known.toml
    "$epollcheck" run --cases cases --target "$defective" --format jsonl >bad.jsonl
    call "$epollcheck" expectations update bad.jsonl --cases cases --file known.toml
    expect_code 0
    expect_contains "$out" "added    edge/case-1"
    expect_contains "$out" "known.toml: 2 added, 0 removed"
    sed -i '1i # Kept by hand.' known.toml
    cp known.toml once.toml
    call "$epollcheck" expectations update bad.jsonl --cases cases --file known.toml
    cmp known.toml once.toml || fail "a second update should change nothing"
    call "$epollcheck" expectations check known.toml --cases cases
    expect_code 0

    call "$epollcheck" run --cases cases --target "$defective" --expectations known.toml
    expect_code 0
    expect_contains "$out" "2 failed (2 known)"
    call "$epollcheck" run --cases cases --target "$defective" --no-expectations
    expect_code 1
    call "$epollcheck" run --cases cases --target model --expectations known.toml
    expect_code 3
    expect_contains "$out" "STALE known.toml:"
    expect_contains "$out" "2 stale expectations"
    call "$epollcheck" run --cases cases --target model --expectations known.toml level
    expect_code 0
    call "$epollcheck" run --cases cases --target model --target "$defective" \
        --expectations known.toml
    expect_code 3
    expect_contains "$out" "edge   + 2/2  ~ 0/2"

    "$epollcheck" run --cases cases --target model --format jsonl >good.jsonl
    call "$epollcheck" expectations update good.jsonl --cases cases --file known.toml
    expect_contains "$out" "known.toml: 0 added, 2 removed"
    expect_contains "$(<known.toml)" "# Kept by hand."
    expect_lacks "$(<known.toml)" "[[deviation]]"
}

test_expectations_by_cause() {
    make_edge_suite
    rm -f known.toml
    "$epollcheck" run --cases cases --target "$defective" --format jsonl >bad.jsonl
    call "$epollcheck" expectations update bad.jsonl --cases cases --by-cause --file known.toml
    expect_contains "$out" "added    R-C15 epoll_wait surplus-event"
    call "$epollcheck" run --cases cases --target "$defective" --expectations known.toml
    expect_code 0
    # A cause can only be stale where everything ran.
    call "$epollcheck" run --cases cases --target model --expectations known.toml level
    expect_code 0
    call "$epollcheck" run --cases cases --target model --expectations known.toml
    expect_code 3
}

test_wrong_expectations() {
    make_edge_suite
    printf '[[deviation]]\ncase = "edge/case-1"\n' >wrong.toml
    call "$epollcheck" run --cases cases --target model --expectations wrong.toml
    expect_code 2
    expect_error "wrong.toml:1: error: a deviation needs a \`reason\`"
    call "$epollcheck" run --cases cases --target model --expectations missing.toml
    expect_code 2
    expect_error "cannot read missing.toml: No such file or directory"
    printf '[[deviation]]\ncase = "edge/other"\nreason = "r"\n' >wrong.toml
    call "$epollcheck" expectations check --cases cases wrong.toml
    expect_code 2
    expect_error "wrong.toml:1: error: there is no case 'edge/other'"
    "$epollcheck" run --cases cases --target model --target "$defective" --format jsonl >two.jsonl
    call "$epollcheck" expectations update two.jsonl --cases cases --file x.toml
    expect_code 2
    expect_error "choose one with --target"
    call "$epollcheck" expectations update two.jsonl --cases cases --file x.toml --target other
    expect_code 2
    call "$epollcheck" expectations update two.jsonl --cases cases --file x.toml \
        --target "$defective"
    expect_code 0
}

test_rerun_and_shards() {
    make_edge_suite
    "$epollcheck" run --cases cases --target "$defective" --format jsonl >bad.jsonl
    call "$epollcheck" run --cases cases --target "$defective" --rerun-failed bad.jsonl
    expect_code 1
    expect_contains "$out" "2 cases: 0 passed, 2 failed"
    "$epollcheck" run --cases cases --target model --format jsonl >good.jsonl
    call "$epollcheck" run --cases cases --rerun-failed good.jsonl
    expect_code 4
    expect_error "no case is left to run"
    call "$epollcheck" run --cases cases --rerun-failed missing.jsonl
    expect_code 2
    local shard listed=''
    for shard in 0/2 1/2; do
        call "$epollcheck" run --cases cases --shard "$shard" --list
        expect_code 0
        listed+=$out$'\n'
    done
    call "$epollcheck" run --cases cases --list
    [[ $(sort <<<"${listed%$'\n'}") == "$(sort <<<"$out")" ]] || fail "shards should be everything"
    call "$epollcheck" run --cases cases --shard 2/2
    expect_code 2
    expect_error "'2/2' is no shard"
}

test_compare() {
    make_edge_suite
    call "$epollcheck" compare cases/edge/case-1.ep --target in-process --target model
    expect_code 0
    expect_lacks "$out" "-> "
    call "$epollcheck" compare cases/edge/case-1.ep --target model --target "$defective"
    expect_code 1
    expect_contains "$out" "->   5"
    expect_contains "$out" "allowed: []"
    expect_contains "$out" "model:EdgeIsLevel: [7:IN] is forbidden by R-C15"
    call "$epollcheck" compare cases/edge/case-1.ep
    expect_code 2
    expect_error "give --target"
    call "$epollcheck" compare cases/edge/case-1.ep --target model --target nobody
    expect_code 2
    expect_error "nobody"
}

test_shrink() {
    local alone
    make_edge_suite
    call "$epollcheck" shrink cases/edge/case-1.ep --target "$defective"
    expect_code 1
    expect_contains "$err" "before: 5 operations"
    expect_contains "$err" "after: "
    alone=$out
    call "$epollcheck" shrink cases/edge/case-1.ep --target "$defective" --jobs 3
    expect_code 1
    [[ $out == "$alone" ]] || fail "several processes should come to the same program"
    call "$epollcheck" shrink cases/level/case.ep --target "$defective" --jobs 3
    expect_code 0
    [[ -z $out ]] || fail "there is nothing to shrink"
}

test_shrink
test_compare
test_targets
test_formats_of_targets
test_expectations
test_expectations_by_cause
test_wrong_expectations
test_rerun_and_shards

if ((failures > 0)); then
    printf '%d failed expectations\n' "$failures"
    exit 1
fi
printf 'several targets work\n'
