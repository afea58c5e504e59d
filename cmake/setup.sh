# Set-up for the front door (../epollcheck sources this): packages, configure, build.
#
# Each step first looks whether there is anything to do, so that a call with nothing to do costs a
# look at the package database and a ninja that finds nothing (0.1 s together). It is quiet:
# progress goes to stderr, everything else to build/setup.log, shown in full when a step fails. It
# may be interrupted anywhere; the next call takes up what is missing.

# shellcheck shell=bash
# shellcheck disable=SC2154  # root is set by the script that sources this one

readonly kUnavailable=69  # EX_UNAVAILABLE of sysexits.h: the system lacks something that we need
readonly kInternal=70     # EX_SOFTWARE: a fault of epollcheck itself
log=$root/build/setup.log

say() {
    printf 'epollcheck: %s\n' "$*" >&2
}

# stop CODE MESSAGE...
stop() {
    local code=$1
    shift
    say "$@"
    exit "$code"
}

# stop_with_log CODE MESSAGE: the whole log, then the message, where the eye falls first.
stop_with_log() {
    cat -- "$log" >&2
    stop "$1" "$2 (the log above is in $log)"
}

on_terminal() {
    [[ -t 2 && ${TERM-dumb} != dumb ]]
}

# missing_packages PURPOSE: those of packages.txt that are not installed, one a line.
missing_packages() {
    local purpose package state
    local -A wanted=() installed=()
    while read -r purpose package _; do
        [[ $purpose == "$1" ]] && wanted[$package]=1
    done <"$root/cmake/packages.txt"
    while read -r state package; do
        [[ $state == installed ]] && installed[$package]=1
    done < <(dpkg-query --show --showformat='${db:Status-Status} ${Package}\n' \
        "${!wanted[@]}" 2>/dev/null)
    for package in "${!wanted[@]}"; do
        [[ -v installed[$package] ]] || printf '%s\n' "$package"
    done | sort
}

# install_packages PACKAGE...: as root or through a sudo that does not ask; otherwise says how.
install_packages() {
    local commands="apt-get update && apt-get install --yes --no-install-recommends $*"
    local as_root=()
    say "these Debian packages are missing: $*"
    if command -v sudo >/dev/null; then
        commands="sudo sh -c '$commands'"
    else
        commands="su -c '$commands'"
    fi
    if (($(id -u) != 0)); then
        if ! sudo -n true 2>/dev/null; then
            say "installing them takes root. Run this, then call again:"
            printf '\n    %s\n\n' "$commands" >&2
            exit "$kUnavailable"
        fi
        as_root=(sudo -n)
    fi
    say "installing them (log: $log)"
    # The package lists of a fresh container are absent or old, so a first failure is no news.
    local apt_get=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive
        apt-get --yes --quiet -o DPkg::Lock::Timeout=120)
    {
        "${apt_get[@]}" install --no-install-recommends "$@" ||
            { "${apt_get[@]}" update &&
                "${apt_get[@]}" install --no-install-recommends "$@"; }
    } >>"$log" 2>&1 </dev/null ||
        stop_with_log "$kUnavailable" "apt-get could not install: $*"
}

# need_packages PURPOSE: on another system than Debian we can only say what is needed.
need_packages() {
    local missing
    if ! command -v dpkg-query >/dev/null; then
        command -v cmake >/dev/null && command -v ninja >/dev/null && return
        stop "$kUnavailable" "cmake or ninja is missing, and only on Debian can it be installed" \
            "for you: what is needed is in $root/cmake/packages.txt"
    fi
    mapfile -t missing < <(missing_packages "$1")
    ((${#missing[@]} == 0)) || install_packages "${missing[@]}"
}

# configure PRESET: once, and again when the presets change or the tree has been moved. All other
# changes (CMakeLists.txt, new files) are seen by ninja.
configure() {
    local directory=$root/build/$1
    local stamp=$directory/front_door_configured
    if [[ -f $directory/build.ninja && $stamp -nt $root/CMakePresets.json &&
        $(<"$stamp") == "$root" ]]; then
        return
    fi
    say "building the $1 preset, which takes some minutes the first time (log: $log)"
    (cd -- "$root" && cmake --fresh --preset "$1") >>"$log" 2>&1 </dev/null ||
        stop_with_log "$kInternal" "configuring failed"
    printf '%s' "$root" >"$stamp"
}

# follow_ninja: copies ninja's output to the log and shows how far it is, on a terminal in place,
# elsewhere every 20 seconds.
follow_ninja() {
    local line wipe='' last=$SECONDS
    while IFS= read -r line; do
        printf '%s\n' "$line" >>"$log"
        # Step 0 is ninja's look at the build files themselves, made on every call.
        [[ $line =~ ^\[([1-9][0-9]*)/([0-9]+)\]\  ]] || continue
        if on_terminal; then
            wipe='\r\033[K'
            printf '\r\033[Kepollcheck: building %s of %s' "${BASH_REMATCH[@]:1:2}" >&2
        elif ((SECONDS - last >= 20)); then
            say "building ${BASH_REMATCH[1]} of ${BASH_REMATCH[2]}"
            last=$SECONDS
        fi
    done
    printf '%b' "$wipe" >&2
}

# begin_setup, end_setup: one call at a time works on a tree, and starts a new log.
begin_setup() {
    if ! mkdir -p -- "$root/build" || ! : >>"$root/build/.lock"; then
        stop "$kUnavailable" "cannot write to $root/build: use a copy of the tree that you own"
    fi
    exec {lock}>"$root/build/.lock"
    if ! flock --nonblock "$lock"; then
        say "waiting for another epollcheck that is building in $root"
        flock "$lock"
    fi
    : >"$log"
}

end_setup() {
    exec {lock}>&-
}

# build PRESET TARGET: everything up to and including TARGET.
build() {
    begin_setup
    need_packages build
    configure "$1"
    NINJA_STATUS='[%f/%t] ' ninja -C "$root/build/$1" "$2" 2>&1 </dev/null | follow_ninja ||
        stop_with_log "$kInternal" "the build failed"
    end_setup
}

# install_for PURPOSE: the packages of a verb that needs more than the build does.
install_for() {
    begin_setup
    need_packages "$1"
    end_setup
}
