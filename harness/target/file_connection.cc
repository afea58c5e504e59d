// File connection. See file_connection.h.

#include "harness/target/file_connection.h"

#include <stdlib.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "harness/target/child_process.h"
#include "harness/wire/armour.h"

namespace epollcheck {

namespace {

using Clock = std::chrono::steady_clock;

constexpr const char* kInput = "requests";
constexpr const char* kOutput = "answers";

void replace_all(std::string& text, std::string_view what, const std::string& by) {
    for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at)) {
        text.replace(at, what.size(), by);
        at += by.size();
    }
}

}  // namespace

FileConnection::~FileConnection() {
    if (!directory_.empty()) {
        std::error_code ignored;
        std::filesystem::remove_all(directory_, ignored);
    }
}

std::optional<ConnectionFailure> FileConnection::make_directory() {
    std::error_code failure;
    const auto parent = std::filesystem::temp_directory_path(failure);
    std::string name = (failure ? "/tmp" : parent.string()) + "/epollcheck-XXXXXX";
    if (mkdtemp(name.data()) == nullptr) {
        return ConnectionFailure{Kind::kNoStart, "cannot be started: no directory can be made at " +
                                                     name + ": " + std::strerror(errno)};
    }
    directory_ = name;
    return std::nullopt;
}

std::optional<ConnectionFailure> FileConnection::open() {
    is_open_ = true;
    return directory_.empty() ? make_directory() : std::nullopt;
}

void FileConnection::send(std::span<const std::uint8_t> frames) {
    request_.clear();
    if (settings_.armour) {
        wire::append_armoured(request_, frames);
    } else {
        request_.assign(frames.begin(), frames.end());
    }
    has_run_ = false;
}

std::optional<ConnectionFailure> FileConnection::run_command() {
    std::ofstream input(path_of(kInput), std::ios::binary | std::ios::trunc);
    input.write(reinterpret_cast<const char*>(request_.data()),
                static_cast<std::streamsize>(request_.size()));
    input.close();
    std::error_code ignored;
    std::filesystem::remove(path_of(kOutput), ignored);
    if (!input) {
        return ConnectionFailure{Kind::kNoStart,
                                 "cannot be started: " + path_of(kInput) + " cannot be written"};
    }
    std::vector<std::string> command = settings_.command;
    for (std::string& word : command) {
        replace_all(word, "{input}", path_of(kInput));
        replace_all(word, "{output}", path_of(kOutput));
    }
    ChildProcess child;
    if (std::string why = child.start(command); !why.empty()) {
        return ConnectionFailure{Kind::kNoStart, "cannot be started: " + why};
    }
    const int patience_ms = settings_.start_ms + settings_.reply_ms;
    const auto deadline = Clock::now() + std::chrono::milliseconds(patience_ms);
    std::string said;
    std::array<std::uint8_t, 4096> room{};
    auto left = std::chrono::milliseconds(patience_ms);
    bool ended = false;
    while (!ended && left.count() > 0) {
        ended = child.wait(false, static_cast<int>(left.count())).ended;
        const std::size_t count = child.read(room);
        said.append(room.begin(), room.begin() + static_cast<std::ptrdiff_t>(count));
        said.erase(0, said.size() - std::min(said.size(), ChildProcess::kLastWords));
        left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
    }
    end_ = child.stop(0);
    remarks_ = remarks_text(said, child.last_words());
    if (!ended) {
        return ConnectionFailure{
            Kind::kSilent, "had not ended after " + std::to_string(patience_ms / 1000) + " s"};
    }
    return std::nullopt;
}

std::optional<ConnectionFailure> FileConnection::load_answers() {
    std::ifstream output(path_of(kOutput), std::ios::binary | std::ios::ate);
    if (!output) {
        return ConnectionFailure{Kind::kEnded, "ended with " + end_ + " and left no answers"};
    }
    const auto size = static_cast<std::uint64_t>(output.tellg());
    if (size > settings_.output_limit) {
        return ConnectionFailure{Kind::kFlood, "left " + std::to_string(size) +
                                                   " bytes of answers, more than the " +
                                                   std::to_string(settings_.output_limit) +
                                                   " bytes that its output_limit allows"};
    }
    wire::Bytes bytes(size);
    output.seekg(0);
    output.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(size));
    wire::Bytes plain;
    if (settings_.armour) {
        wire::ArmourReader().feed(bytes, plain);
        bytes.swap(plain);
    }
    reader_ = wire::FrameReader(wire::Sender::kExecutor);
    reader_.feed(bytes);
    return std::nullopt;
}

std::optional<ConnectionFailure> FileConnection::receive(wire::Frame& frame) {
    if (!has_run_) {
        has_run_ = true;
        const auto before = Clock::now();
        auto failure = run_command();
        waited_ += Clock::now() - before;
        if (!failure) {
            failure = load_answers();
        }
        if (failure) {
            close(0);
            return failure;
        }
    }
    if (auto next = reader_.next()) {
        frame = std::move(*next);
        return std::nullopt;
    }
    close(0);
    if (reader_.damaged_frames() > 0) {
        return ConnectionFailure{Kind::kDamaged, "left a frame whose checksum is wrong"};
    }
    return ConnectionFailure{Kind::kEnded,
                             "ended with " + end_ + " and left fewer answers than were due"};
}

void FileConnection::close(int /*patience_ms*/) { is_open_ = false; }

}  // namespace epollcheck
