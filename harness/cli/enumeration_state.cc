// Enumeration state. See enumeration_state.h.

#include "harness/cli/enumeration_state.h"

#include <fmt/format.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <type_traits>

#include "harness/program/printer.h"

namespace epollcheck {

namespace {

constexpr const char* kMagic = "epollcheck-enumeration-2";

std::uint64_t fingerprint(const std::string& text) {
    std::uint64_t hash = 0xcbf29ce484222325U;  // FNV-1a
    for (const char character : text) {
        hash = (hash ^ static_cast<unsigned char>(character)) * 0x100000001b3U;
    }
    return hash;
}

std::string state_text(const EnumerationState& state) {
    std::string text =
        fmt::format("{}\nuniverse {}\nlength {}\nshare {} {}\nworkers {}\n", kMagic, state.universe,
                    state.length, state.share.index, state.share.count, state.workers.size());
    for (const WorkerProgress& worker : state.workers) {
        text +=
            fmt::format("{} {} {} {} {} {}", worker.programs, worker.operations, worker.findings,
                        worker.inconclusive, worker.skipped, worker.ended ? 1 : 0);
        for (int i = 0; i < state.length; ++i) {
            text += fmt::format(" {}", worker.next[static_cast<std::size_t>(i)]);
        }
        text += "\n";
    }
    return text + "end\n";
}

bool read_worker(std::istream& in, int length, WorkerProgress& worker) {
    int ended = 0;
    in >> worker.programs >> worker.operations >> worker.findings >> worker.inconclusive >>
        worker.skipped >> ended;
    worker.ended = ended != 0;
    for (int i = 0; i < length; ++i) {
        int number = 0;
        in >> number;
        worker.next[static_cast<std::size_t>(i)] = static_cast<OperationNumber>(number);
    }
    return static_cast<bool>(in);
}

}  // namespace

void SharedProgress::publish(const WorkerProgress& progress) {
    static_assert(std::is_trivially_copyable_v<WorkerProgress>);
    std::array<std::uint64_t, kWords> words;
    std::memcpy(words.data(), &progress, sizeof progress);
    const std::uint64_t version = version_.load(std::memory_order_relaxed);
    version_.store(version + 1, std::memory_order_relaxed);
    // Who reads one of these words also sees that version, as each is released after it.
    for (std::size_t i = 0; i < kWords; ++i) {
        words_[i].store(words[i], std::memory_order_release);
    }
    version_.store(version + 2, std::memory_order_release);
}

WorkerProgress SharedProgress::read() const {
    while (true) {
        const std::uint64_t before = version_.load(std::memory_order_acquire);
        std::array<std::uint64_t, kWords> words;
        for (std::size_t i = 0; i < kWords; ++i) {
            words[i] = words_[i].load(std::memory_order_acquire);
        }
        if (before % 2 == 0 && version_.load(std::memory_order_relaxed) == before) {
            WorkerProgress progress;
            std::memcpy(static_cast<void*>(&progress), words.data(), sizeof progress);
            return progress;
        }
    }
}

WorkerProgress EnumerationState::total() const {
    WorkerProgress sum;
    sum.ended = true;
    for (const WorkerProgress& worker : workers) {
        sum.programs += worker.programs;
        sum.operations += worker.operations;
        sum.findings += worker.findings;
        sum.inconclusive += worker.inconclusive;
        sum.skipped += worker.skipped;
        sum.ended = sum.ended && worker.ended;
    }
    return sum;
}

bool operator==(const EnumerationState& left, const EnumerationState& right) {
    return left.universe == right.universe && left.length == right.length &&
           left.share.index == right.share.index && left.share.count == right.share.count &&
           left.workers == right.workers;
}

std::string universe_identity(const Universe& universe) {
    std::vector<OperationNumber> all;
    for (std::size_t i = 0; i < universe.operations.size(); ++i) {
        all.push_back(static_cast<OperationNumber>(i));
    }
    std::string text = print_program(universe_program(universe, all, false));
    text += fmt::format("{} {}", universe.setup.size(), renamings(universe).size());
    return fmt::format("{} {:016x}", universe.name, fingerprint(text));
}

std::optional<std::string> save_state(const EnumerationState& state, const std::string& path) {
    const std::string part = path + ".part";
    std::ofstream file(part, std::ios::binary | std::ios::trunc);
    file << state_text(state);
    file.close();
    std::error_code error;
    if (file) {
        std::filesystem::rename(part, path, error);
    }
    if (!file || error) {
        return fmt::format("the state cannot be written to {}; is there room, and may you write?",
                           path);
    }
    return std::nullopt;
}

std::variant<std::optional<EnumerationState>, std::string> load_state(const std::string& path) {
    if (!std::filesystem::exists(path)) {
        return std::optional<EnumerationState>();
    }
    std::ifstream file(path);
    const std::string damaged = fmt::format(
        "{} is no state of an enumeration, or it is damaged; remove it to start anew", path);
    EnumerationState state;
    std::string magic, key, name, print;
    std::size_t workers = 0;
    constexpr std::size_t kMostWorkers = 1024;
    file >> magic >> key >> name >> print;
    state.universe = name + " " + print;
    file >> key >> state.length >> key >> state.share.index >> state.share.count >> key >> workers;
    if (!file || magic != kMagic || state.length < 1 || state.length > Enumerator::kMaxLength ||
        workers > kMostWorkers) {
        return damaged;
    }
    state.workers.resize(workers);
    for (WorkerProgress& worker : state.workers) {
        if (!read_worker(file, state.length, worker)) {
            return damaged;
        }
    }
    file >> key;
    return key == "end" ? std::variant<std::optional<EnumerationState>, std::string>(
                              std::optional(std::move(state)))
                        : damaged;
}

}  // namespace epollcheck
