// `epollcheck doctor`. See verb_doctor.h.

#include "harness/cli/verb_doctor.h"

#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>

#include "harness/check/calibrate.h"
#include "harness/check/features.h"
#include "harness/cli/exit_code.h"
#include "harness/cli/open_target.h"
#include "harness/cli/options.h"
#include "harness/cli/terminal.h"
#include "harness/target/in_process_target.h"
#include "reports/text_layout.h"

namespace epollcheck {

namespace {

constexpr const char* kFooter =
    R"(The exit code is 0 if programs can be run here and judged, else 70 with the reason.)";

std::string line(std::string_view what, std::string_view value) {
    return fmt::format("{:<22}  {}\n", what, value);
}

std::string features_text(const Calibration& calibration, const Paint& paint) {
    std::string text = "\n" + paint.bold("features that cases may need") + "\n";
    for (const Feature& feature : features()) {
        const bool present = feature.present(calibration);
        text += line(feature.name, present ? fmt::format("yes  {}", feature.meaning)
                                           : fmt::format("no   {}", feature.missing));
    }
    return text;
}

std::string capacities_text(const Calibration& calibration, const Paint& paint) {
    std::string text = "\n" + paint.bold("capacities, measured") + "\n";
    text += line("page", fmt::format("{} bytes", calibration.page_size));
    text += line("pipe", fmt::format("{} pages", calibration.pipe_slots));
    text += line("largest pipe", fmt::format("{} bytes{}", calibration.pipe_max_size,
                                             calibration.may_exceed_pipe_max
                                                 ? ", and more with this user's privilege"
                                                 : ""));
    text += line("unix send buffer", fmt::format("{} bytes", calibration.unix_send_buffer));
    text += line("unix stream chunk", fmt::format("{} bytes", calibration.unix_stream_chunk));
    text +=
        line("unix datagram queue", fmt::format("{} datagrams", calibration.datagram_queue_length));
    text += line("struct epoll_event", fmt::format("{} bytes", calibration.epoll_event_size));
    return text;
}

std::string limits_text(const Paint& paint) {
    std::string text = "\n" + paint.bold("limits") + "\n";
    rlimit descriptors = {};
    getrlimit(RLIMIT_NOFILE, &descriptors);  // fails only for a bad argument
    text += line("descriptors", fmt::format("{} (ulimit -n), hard limit {}", descriptors.rlim_cur,
                                            descriptors.rlim_max));
    std::string watches = "unknown: /proc/sys/fs/epoll/max_user_watches cannot be read";
    std::ifstream("/proc/sys/fs/epoll/max_user_watches") >> watches;
    text += line("epoll watches per user", watches);
    text += line("processors", fmt::format("{}", sysconf(_SC_NPROCESSORS_ONLN)));
    return text;
}

/// Which named profiles have the same probed differences.
std::string alike_text(const OpenTarget& target) {
    std::string names;
    for (const Profile& profile : named_profiles()) {
        const bool alike = std::all_of(target.probed.begin(), target.probed.end(),
                                       [&](const ProbedDifference& probed) {
                                           return profile.has(probed.difference) == probed.present;
                                       });
        if (alike) {
            names += fmt::format("{}{}", names.empty() ? "" : " ", profile.name);
        }
    }
    return names.empty() ? "no named profile" : names;
}

std::string profile_text(const OpenTarget& target, const Paint& paint) {
    std::string text = "\n" + paint.bold("profile, probed") + "\n";
    text += line("probes agree with", alike_text(target));
    for (const ProbedDifference& probed : target.probed) {
        const VersionInfo& info = version_info(probed.difference);
        text += wrap(fmt::format("{}  since {}: {}", probed.present ? "yes" : "no ", info.release,
                                 info.text),
                     fmt::format("{:<22}  ", info.id), std::string(24, ' '), 100);
    }
    return text;
}

/// What a target elsewhere offers.
int examine_target(const TargetChoice& choice, const Paint& paint) {
    const auto opened = open_target(choice, kProbeProfile);
    if (const auto* error = std::get_if<HarnessError>(&opened)) {
        complain(error->what);
        return exit_code::kOwnFault;
    }
    const OpenTarget& target = *std::get<std::unique_ptr<OpenTarget>>(opened);
    print(line("epollcheck", EPOLLCHECK_RELEASE) +
          line("target", fmt::format("{}, {}", target.name, target.title)) +
          line("kernel", target.target->kernel()) + line("tier", tier_name(target.tier)));
    print(capacities_text(target.calibration, paint) + features_text(target.calibration, paint) +
          profile_text(target, paint));
    for (const std::string& note : target.notes) {
        print("\n" + wrap(note, "", "", 100));
    }
    print("\n" + paint.good("programs can be run there and judged") + "\n");
    return exit_code::kConforms;
}

int examine(const TargetChoice& choice) {
    const Paint paint(colour_wanted());
    if (choice.name != kInProcessTarget || !choice.command.empty()) {
        return examine_target(choice, paint);
    }
    print(line("epollcheck", EPOLLCHECK_RELEASE) + line("kernel", local_kernel_text()) +
          limits_text(paint));
    Calibration calibration;
    if (const auto error = calibrate(this_machine(), calibration)) {
        complain(error->what);
        return exit_code::kOwnFault;
    }
    print(capacities_text(calibration, paint) + features_text(calibration, paint));
    const auto opened = open_target({}, kProbeProfile);
    if (const auto* error = std::get_if<HarnessError>(&opened)) {
        complain(error->what);
        return exit_code::kOwnFault;
    }
    print(profile_text(*std::get<std::unique_ptr<OpenTarget>>(opened), paint));
    print("\n" + paint.good("programs can be run and judged here") + "\n");
    return exit_code::kConforms;
}

}  // namespace

RunVerb add_doctor_verb(CLI::App& command, const CommandLine& /*line*/) {
    auto choice = std::make_shared<TargetChoice>();
    command.footer(kFooter);
    add_target_options(command, *choice);
    return [choice] { return examine(*choice); };
}

}  // namespace epollcheck
