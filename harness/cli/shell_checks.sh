# What the tests of the command line and of the front door have in common: `call` makes a call and
# keeps its results, and the expectations count a failure each instead of ending the test. Sourced;
# the test sets $scratch, a directory of its own, and looks at $failures at its end.

# shellcheck shell=bash
# shellcheck disable=SC2154  # scratch is set by the script that sources this one

failures=0

# Results of the last `call`.
code=0
out=''
err=''

call() {
    code=0
    "$@" >"$scratch/out" 2>"$scratch/err" </dev/null || code=$?
    out=$(<"$scratch/out")
    err=$(<"$scratch/err")
}

fail() {
    printf 'FAILED (line %s): %s\n--- exit code %s, stdout:\n%s\n--- stderr:\n%s\n' \
        "${BASH_LINENO[1]}" "$1" "$code" "$out" "$err"
    failures=$((failures + 1))
}

expect_code() {
    ((code == $1)) || fail "the exit code should be $1"
}

expect_contains() {
    [[ $1 == *"$2"* ]] || fail "'$2' should be in the text"
}

expect_lacks() {
    [[ $1 != *"$2"* ]] || fail "'$2' should not be in the text"
}
