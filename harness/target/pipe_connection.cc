// Pipe connection. See pipe_connection.h.

#include "harness/target/pipe_connection.h"

#include <algorithm>
#include <csignal>

namespace epollcheck {

namespace {

constexpr std::size_t kRoom = 1 << 16;  // bytes that are read at once
constexpr int kLinger = 300;            // ms that a child which closed its output gets to end
constexpr auto kRepeat = std::chrono::seconds(1);

std::string seconds_text(int milliseconds) {
    return std::to_string(milliseconds / 1000) + "." + std::to_string(milliseconds % 1000 / 100) +
           " s";
}

}  // namespace

PipeConnection::PipeConnection(ConnectionSettings settings)
    : settings_(std::move(settings)), room_(kRoom) {
    std::signal(SIGPIPE, SIG_IGN);  // a child that went away is told by EPIPE
}

std::optional<ConnectionFailure> PipeConnection::open() {
    close(0);
    reader_ = wire::FrameReader(wire::Sender::kExecutor);
    armour_reader_ = {};
    request_.clear();
    written_ = 0;
    is_new_ = true;
    if (std::string why = child_.start(settings_.command); !why.empty()) {
        return ConnectionFailure{Kind::kNoStart, "cannot be started: " + why};
    }
    return std::nullopt;
}

void PipeConnection::send(std::span<const std::uint8_t> frames) {
    // What is left of the request before is of no use: its answers are not waited for.
    request_.erase(request_.begin(), request_.begin() + static_cast<std::ptrdiff_t>(written_));
    written_ = 0;
    if (settings_.armour) {
        wire::append_armoured(request_, frames);
    } else {
        request_.insert(request_.end(), frames.begin(), frames.end());
    }
    received_ = 0;
    damaged_ = reader_.damaged_frames();
    errors_before_ = child_.error_bytes();
    last_repeat_ = Clock::now();
    if (is_open()) {
        write_some();
    }
}

void PipeConnection::write_some() {
    written_ += child_.write(std::span(request_).subspan(written_));
}

void PipeConnection::repeat_request() {
    const bool can = settings_.armour && is_new_ && written_ == request_.size();
    if (can && Clock::now() - last_repeat_ >= kRepeat) {
        last_repeat_ = Clock::now();
        written_ = 0;
        write_some();
    }
}

void PipeConnection::take(std::span<const std::uint8_t> bytes) {
    received_ += bytes.size();
    if (!settings_.armour) {
        reader_.feed(bytes);
        return;
    }
    plain_.clear();
    armour_reader_.feed(bytes, plain_);
    reader_.feed(plain_);
}

bool PipeConnection::exchange(int patience_ms) {
    const auto before = Clock::now();
    const auto ready = child_.wait(written_ < request_.size(), patience_ms);
    waited_ += Clock::now() - before;
    if (ready.to_write) {
        write_some();
    }
    if (!ready.to_read && !ready.ended) {
        return true;
    }
    // Whoever has ended may have left something to read, even after we were told.
    const std::size_t count = child_.read(room_);
    take(std::span(room_).first(count));
    return count > 0 || (!child_.output_is_over() && !ready.ended);
}

std::optional<ConnectionFailure> PipeConnection::receive(wire::Frame& frame) {
    const auto start = Clock::now();
    auto last_byte = start;
    const auto silence =
        std::chrono::milliseconds(is_new_ ? settings_.start_ms : settings_.reply_ms);
    for (;;) {
        if (received_ + child_.error_bytes() - errors_before_ > settings_.output_limit) {
            return fail(Kind::kFlood, "sent more than the " +
                                          std::to_string(settings_.output_limit) +
                                          " bytes that its output_limit allows");
        }
        if (auto next = reader_.next()) {
            is_new_ = false;
            frame = std::move(*next);
            return std::nullopt;
        }
        if (reader_.damaged_frames() > damaged_) {
            return fail(Kind::kDamaged, "sent a frame whose checksum is wrong");
        }
        const auto now = Clock::now();
        // Bytes that make no frame put the end off, but not for ever.
        const auto end = std::min(last_byte + silence, start + (is_new_ ? 1 : 3) * silence);
        if (now >= end) {
            const auto limit = is_new_ ? settings_.start_ms : settings_.reply_ms;
            return fail(Kind::kSilent,
                        (received_ > 0 && reader_.pending_bytes() == 0 ? "sent no frame for "
                                                                       : "said nothing for ") +
                            seconds_text(limit));
        }
        repeat_request();
        auto left = std::chrono::ceil<std::chrono::milliseconds>(end - now);
        if (settings_.armour && is_new_) {
            left = std::min<std::chrono::milliseconds>(left, kRepeat);
        }
        const std::uint64_t before = received_;
        if (!exchange(static_cast<int>(left.count()))) {
            return fail(Kind::kEnded, "", kLinger);
        }
        last_byte = received_ > before ? Clock::now() : last_byte;
    }
}

ConnectionFailure PipeConnection::fail(Kind kind, std::string what, int patience_ms) {
    const std::string end = child_.stop(patience_ms);
    if (kind == Kind::kEnded) {
        what = end == "killed" ? "closed its output and did not end" : "ended with " + end;
    }
    return {kind, std::move(what)};
}

void PipeConnection::close(int patience_ms) { child_.stop(patience_ms); }

std::string PipeConnection::remarks() const {
    return remarks_text(settings_.armour ? armour_reader_.noise() : reader_.noise(),
                        child_.last_words());
}

}  // namespace epollcheck
