// Profile probing. See probe_profile.h.

#include "harness/check/probe_profile.h"

#include <fmt/format.h>

#include "harness/check/case_check.h"
#include "harness/program/parser.h"
#include "harness/program/printer.h"

namespace epollcheck {

namespace {

struct Probe {
    VersionDifference difference;
    const char* text;
};

constexpr Probe kProbes[] = {
    {VersionDifference::kV26, R"(
epoll_create1(0) = outer
epoll_create1(0) = inner
eventfd(1, EFD_NONBLOCK) = e
epoll_ctl(inner, ADD, e, {IN, 1})
epoll_ctl(outer, ADD, inner, {IN|ET, 2})
epoll_wait(outer, 1, 0)
epoll_wait(inner, 1, 0)
epoll_wait(outer, 1, 0) = [] if V-26 or [2:IN] if not V-26
)"},
    {VersionDifference::kV31, R"(
epoll_create1(0) = ep
pipe2([r, w], O_NONBLOCK)
epoll_ctl(ep, ADD, r, {IN|ET, 1})
write(w, 1)
epoll_wait(ep, 1, 0)
write(w, 1)
epoll_wait(ep, 1, 0) = [1:IN] if V-31 or [] if not V-31
)"},
    {VersionDifference::kV41, R"(
epoll_create1(0) = ep
ioctl(ep, 0x1234) = EINVAL if V-41 or ENOTTY if not V-41
)"},
    {VersionDifference::kV45, R"(
epoll_wait(-1, 0, 0) = EBADF if V-45 or EINVAL if not V-45
)"},
    {VersionDifference::kV49, R"(
epoll_create1(0) = a
epoll_create1(0) = b
epoll_create1(0) = c
epoll_create1(0) = d
epoll_create1(0) = e
epoll_create1(0) = f
epoll_ctl(a, ADD, b, {IN, 0})
epoll_ctl(b, ADD, c, {IN, 0})
epoll_ctl(c, ADD, d, {IN, 0})
epoll_ctl(d, ADD, e, {IN, 0})
epoll_ctl(e, ADD, f, {IN, 0}) = ELOOP if V-49 or 0 if not V-49
)"},
    {VersionDifference::kV53, R"(
socket(AF_UNIX, SOCK_DGRAM|SOCK_NONBLOCK) = s
shutdown(s, SHUT_WR)
write(s, 1) = EPIPE if V-53 or ENOTCONN if not V-53
)"},
    {VersionDifference::kV54, R"(
epoll_create1(0) = ep
open("fifo", O_RDWR|O_NONBLOCK) = f
fcntl(f, F_SETPIPE_SZ, 4096)
write(f, 4096)
epoll_ctl(ep, ADD, f, {IN|OUT|ET, 1})
epoll_wait(ep, 1, 0)
read(f, 1)
epoll_wait(ep, 1, 0) = [] if V-54 or [1:IN] if not V-54
)"},
    {VersionDifference::kV55, R"(
socketpair(AF_UNIX, SOCK_SEQPACKET|SOCK_NONBLOCK, [a, b])
write(a, 0)
close(b)
getsockopt(a, SO_ERROR) = {0} if V-55 or {ECONNRESET} if not V-55
)"},
};

/// Whether `probe` finds its difference in `target`.
std::variant<bool, HarnessError> run_probe(const Probe& probe, Target& target,
                                           const Profile& profile) {
    const std::string name(version_info(probe.difference).id);
    auto parsed = parse_program(probe.text, "probe of " + name);
    if (const auto* error = std::get_if<ParseError>(&parsed)) {
        return HarnessError{error->text()};
    }
    const auto& program = std::get<Program>(parsed);
    Trace trace;
    if (auto error =
            target.run(program.operations, static_cast<int>(program.handles.size()), trace)) {
        return *error;
    }
    const std::size_t last = program.operations.size() - 1;
    const Profile with = profile.with(probe.difference, true);
    const Profile without = profile.with(probe.difference, false);
    const bool present = is_expected(program.annotations[last], trace[last], with);
    if (!present && !is_expected(program.annotations[last], trace[last], without)) {
        return HarnessError{
            fmt::format("the probe of {} gives {}, which no known kernel does: name a profile with "
                        "--profile to go on",
                        name, print_answer(program.operations[last], program, trace[last]))};
    }
    if (probe.difference == VersionDifference::kV26 && !present) {
        return HarnessError{
            "this kernel wakes nested instances as Linux did before 5.5, which the model does "
            "not know: use --profile linux-5.10 with --tier linux or --tier contract"};
    }
    return present;
}

}  // namespace

std::variant<ProbedProfile, HarnessError> probe_profile(Target& target, Misfit misfit) {
    ProbedProfile result{.profile = named_profiles().back(), .probed = {}, .notes = {}};
    result.profile.name = "probed";
    for (const Probe& probe : kProbes) {
        const auto found = run_probe(probe, target, result.profile);
        if (const auto* error = std::get_if<HarnessError>(&found)) {
            if (misfit == Misfit::kIsError) {
                return *error;
            }
            result.notes.push_back(fmt::format("{} is judged as {} has it: {}",
                                               version_info(probe.difference).id,
                                               named_profiles().back().name, error->what));
            continue;
        }
        const bool present = std::get<bool>(found);
        result.profile = result.profile.with(probe.difference, present);
        result.probed.push_back({probe.difference, present});
    }
    return result;
}

}  // namespace epollcheck
