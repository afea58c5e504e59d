#!/usr/bin/env bash
# Builds the fuzz targets with nothing but the compilers and flags of the environment, as OSS-Fuzz
# and ClusterFuzzLite do, and puts them with their zipped seeds into $OUT:
#
#     CC CXX CFLAGS CXXFLAGS LIB_FUZZING_ENGINE OUT      as there; by default clang, ASan and UBSan
#     WORK     for objects; a directory of its own for each set of flags
#     TARGETS  those to build; by default all
#
# Of Debian it needs python3, libfmt-dev, nlohmann-json3-dev, libcli11-dev, libtomlplusplus-dev and
# libboost1.81-dev. fmt is used as headers only, so that its standard library is that of $CXX.

set -eu -o pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."

: "${CC:=clang}" "${CXX:=clang++}" "${WORK:=build/fuzz-work}" "${OUT:=build/fuzz}"
: "${CFLAGS:=-O1 -g -fno-omit-frame-pointer -fsanitize=fuzzer-no-link,address,undefined}"
: "${CXXFLAGS:=$CFLAGS -fno-sanitize-recover=all}"
: "${LIB_FUZZING_ENGINE:=-fsanitize=fuzzer}"
: "${TARGETS:=fuzz_calls fuzz_threads fuzz_difference fuzz_readers}"
: "${JOBS:=$(nproc)}"

readonly generated=$WORK/generated
readonly floors="model/vocabulary model/rules model/world model/eventpoll model/kinds
    model/judgement harness/program harness/executor harness/wire harness/target harness/check
    harness/expectations stress/history stress reports conformance fuzz fuzz/targets"
# shellcheck disable=SC2206  # flags are words
flags=($CXXFLAGS -std=c++20 -DFMT_HEADER_ONLY -DEPOLLCHECK_HAS_FUZZER_LOOP -I. -I"$generated")

# The tables that the build makes of rules, cases and seeds.
generate() {
    python3 cmake/embed_rules.py "$generated/model/rules" model/rules/*.rules
    embed() { python3 cmake/embed_cases.py "$generated/$1" "$2" "$3"; }
    embed conformance/embedded_cases.inc conformance/cases .ep
    embed conformance/embedded_universes.inc conformance/universes .universe
    embed stress/embedded_scenarios.inc stress/scenarios .scenario
    embed fuzz/embedded_seeds.inc fuzz/seeds .seeds
    embed fuzz/embedded_findings.inc docs findings.md
    embed fuzz/embedded_found.inc fuzz/found .ep
}

# compile SOURCE: its object, unless a newer one is there.
compile() {
    local object=$WORK/${1//\//_}.o
    [[ $object -nt $1 ]] || "$CXX" "${flags[@]}" -c "$1" -o "$object"
}

mkdir -p -- "$WORK" "$OUT"
generate
sources=()
for floor in $floors; do
    for source in "$floor"/*.cc; do
        [[ $source == *_test.cc || $source == */main.cc ]] || sources+=("$source")
    done
done
running=0
for source in "${sources[@]}"; do
    ((running < JOBS)) || { wait -n; running=$((running - 1)); }
    compile "$source" &
    running=$((running + 1))
done
while ((running > 0)); do
    wait -n
    running=$((running - 1))
done

objects=()
for source in "${sources[@]}"; do
    case $source in
        fuzz/targets/fuzz_* | */write_seeds.cc) ;;
        *) objects+=("$WORK/${source//\//_}.o") ;;
    esac
done
rm -f -- "$WORK/libepollcheck.a"
ar rcs "$WORK/libepollcheck.a" "${objects[@]}"
# shellcheck disable=SC2086
"$CXX" $CXXFLAGS "$WORK/fuzz_targets_write_seeds.cc.o" "$WORK/libepollcheck.a" -lpthread -ldl \
    -o "$WORK/write_seeds"
"$WORK/write_seeds" "$WORK/seeds"
for target in $TARGETS; do
    # shellcheck disable=SC2086
    "$CXX" $CXXFLAGS "$WORK/fuzz_targets_$target.cc.o" "$WORK/libepollcheck.a" \
        $LIB_FUZZING_ENGINE -lpthread -ldl -o "$OUT/$target"
    python3 -m zipfile -c "$OUT/${target}_seed_corpus.zip" "$WORK/seeds/$target"
done
