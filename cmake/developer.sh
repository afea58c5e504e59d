# The verbs of the front door alone: test, layout, lint, report, setup, executors (../epollcheck
# sources this).

# shellcheck shell=bash
# shellcheck disable=SC2154  # root is set by the script that sources this one

# source_files: all C++ files of the tree, each ended by NUL.
source_files() {
    find "$root" \( -path "$root/build" -o -name '.?*' \) -prune -o \
        -type f \( -name '*.cc' -o -name '*.h' \) -print0 | sort -z
}

# count_tests PATTERN: lines of the results file (JUnit, where ctest escapes what tests print).
count_tests() {
    grep -c -E "^[[:space:]]*<$1" "$results"
}

# close_tests PASSED FAILED CODE: the one line that other programs read.
close_tests() {
    printf '%d passed, %d failed\n' "$1" "$2"
    exit "$3"
}

# developer_test [--preset PRESET] [CTEST OPTION...]: builds all, runs all, ends with the counts.
developer_test() {
    local preset=release ctest_options=()
    while (($# > 0)); do
        case $1 in
            --preset) shift && preset=${1-} ;;
            --preset=*) preset=${1#*=} ;;
            *) ctest_options+=("$1") ;;
        esac
        shift
    done
    [[ $preset =~ ^(release|debug|asan|tsan)$ ]] ||
        stop 2 "no such preset: '$preset' (there are release, debug, asan and tsan)"

    install_for report  # its tests are among them
    # A tree that does not build is a failed test.
    local code=0
    (install_for pytest && build "$preset" all) || close_tests 0 1 $?

    local results=$root/build/$preset/tests.xml launcher=()
    rm -f -- "$results"
    # The thread sanitizer of g++ 12 does not know the address layouts of recent kernels.
    [[ $preset == tsan ]] && setarch -R true 2>/dev/null && launcher=(setarch -R)
    (cd -- "$root" && "${launcher[@]}" ctest --preset "$preset" --parallel "$(nproc)" \
        --output-junit "$results" "${ctest_options[@]}" </dev/null) || code=1
    [[ -f $results ]] || close_tests 0 1 1

    # A test that could not be started is "notrun" like one that asked to be skipped, and failed.
    local all passed skipped failed
    all=$(count_tests 'testcase ')
    passed=$(count_tests 'testcase .* status="run"')
    skipped=$(($(count_tests 'skipped message="SKIP_') + $(count_tests 'testcase .*"disabled"')))
    failed=$((all - passed - skipped))
    ((all > 0 || code > 0)) || exit 0  # an option of ctest that runs nothing, such as -N
    ((all > 0)) || stop 4 "no test was selected"
    ((skipped == 0)) || say "$skipped tests were skipped"
    ((code == 0 || failed > 0)) || failed=1  # ctest itself failed
    ((failed == 0)) || code=1
    close_tests "$passed" "$failed" "$code"
}

# developer_layout [--fix] [FILE...]: the layout that .clang-format asks for.
developer_layout() {
    local files=() action=(--dry-run --Werror)
    [[ ${1-} == --fix ]] && shift && action=(-i)
    files=("$@")
    install_for layout
    (($# > 0)) || mapfile -d '' -t files < <(source_files)
    clang-format --style=file "${action[@]}" "${files[@]}" ||
        stop 1 "the layout is not that of .clang-format: './epollcheck layout --fix' puts it right"
    say "${#files[@]} files have the right layout"
}

# lint_file FILE: what clang-tidy has to say, without its counts of what it left out.
lint_file() {
    local output
    printf 'epollcheck: clang-tidy %s\n' "${1#"$root/"}" >&2  # it takes up to 10 s
    # The executor is compiled with options of g++ for whole programs, which clang does not know.
    output=$(clang-tidy -p "$root/build/release" --quiet \
        --extra-arg=-Wno-ignored-optimization-argument "$1" 2>&1) && return
    printf '%s\n' "$output" | grep -v -E '^[0-9]+ .* generated\.$|^Error while processing'
    return 1
}

# developer_lint [FILE...]: clang-tidy over FILE (all .cc files); headers are seen where included.
developer_lint() {
    local files=("$@")
    build release all  # for the compilation database and the generated tables
    install_for lint
    (($# > 0)) || mapfile -d '' -t files < <(source_files | grep -z '\.cc$')
    export -f lint_file
    # shellcheck disable=SC2016  # $1 is for the inner shell
    printf '%s\0' "${files[@]}" |
        root=$root xargs -0 -n 1 -P "$(nproc)" bash -c 'lint_file "$1"' bash ||
        stop 1 "clang-tidy has findings (its checks are in .clang-tidy)"
    say "${#files[@]} files are free of findings"
}

# developer_report RESULTS... [-o FILE] [--markdown FILE]: a page for people; it needs no build.
developer_report() {
    install_for report
    local python=/usr/bin/python3  # the one that Debian's packages are for
    [[ -x $python ]] || python=python3
    PYTHONPATH=$root/reports exec "$python" -m report "$@"
}

# developer_setup WHAT...: the Debian packages that targets need, which nothing installs unasked.
developer_setup() {
    local what purpose
    (($# > 0)) || stop 2 "say what to set up: gvisor, qemu, or cross (compilers for executors)"
    for what in "$@"; do
        [[ $what =~ ^(gvisor|qemu|cross)$ ]] ||
            stop 2 "there is no set-up of '$what' (there are gvisor, qemu and cross)"
    done
    for what in "$@"; do
        if [[ $what == cross ]]; then
            while read -r purpose; do
                install_for "$purpose"
            done < <(grep -o '^executor-[a-z0-9]*' "$root/cmake/packages.txt")
        else
            install_for "$what"
        fi
        say "$what is set up"
    done
}

readonly executor_architectures=(x86_64 i686 aarch64 riscv64 s390x)

# build_executor ARCH: the static executor for ARCH, in build/executors.
build_executor() {
    local arch=$1 compiler=$1-linux-gnu-g++ directory=$root/build/executors/$1
    [[ $arch == "$(uname -m)" ]] && compiler=g++
    begin_setup
    need_packages build
    need_packages "executor-$arch"
    say "building the executor for $arch (log: $log)"
    cmake -S "$root" -B "$directory" -G Ninja -DEPOLLCHECK_EXECUTOR_ONLY=ON \
        -DCMAKE_SYSTEM_NAME=Linux -DCMAKE_SYSTEM_PROCESSOR="$arch" \
        -DCMAKE_CXX_COMPILER="$compiler" -DPython3_EXECUTABLE=/usr/bin/python3 \
        -DCMAKE_PROJECT_TOP_LEVEL_INCLUDES="$root/cmake/ccache.cmake" >>"$log" 2>&1 </dev/null ||
        stop_with_log "$kInternal" "configuring the executor for $arch failed"
    NINJA_STATUS='[%f/%t] ' ninja -C "$directory" epollcheck-executor 2>&1 </dev/null |
        follow_ninja || stop_with_log "$kInternal" "building the executor for $arch failed"
    cp -- "$directory/epollcheck-executor" "$root/build/executors/epollcheck-executor.$arch"
    end_setup
    printf '%s\n' "build/executors/epollcheck-executor.$arch"
}

# developer_executors [ARCH...]: static executors for ARCH (all), one path a line.
developer_executors() {
    local arch
    (($# > 0)) || set -- "${executor_architectures[@]}"
    for arch in "$@"; do
        [[ " ${executor_architectures[*]} " == *" $arch "* ]] ||
            stop 2 "no such architecture: '$arch' (there are ${executor_architectures[*]})"
    done
    for arch in "$@"; do
        build_executor "$arch"
    done
}
