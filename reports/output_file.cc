// Output file. See output_file.h.

#include "reports/output_file.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace epollcheck {

std::optional<std::string> write_fully(int fd, std::string_view text) {
    while (!text.empty()) {
        const ssize_t written = ::write(fd, text.data(), text.size());
        if (written < 0 && errno == EAGAIN) {
            // Somebody else made this pipe or terminal non-blocking.
            pollfd room = {.fd = fd, .events = POLLOUT, .revents = 0};
            poll(&room, 1, -1);
        } else if (written < 0 && errno != EINTR) {
            return std::strerror(errno);
        }
        text.remove_prefix(written < 0 ? 0 : static_cast<std::size_t>(written));
    }
    return std::nullopt;
}

OutputFile::OutputFile(const std::string& path)
    : fd_(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666)), name_(path) {
    if (fd_ < 0) {
        note_error(std::strerror(errno));
    }
}

OutputFile::OutputFile(OutputFile&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)),
      name_(std::move(other.name_)),
      error_(std::move(other.error_)) {}

OutputFile::~OutputFile() { close(); }

void OutputFile::write(std::string_view text) {
    if (error_) {
        return;
    }
    if (const auto reason = write_fully(fd_, text)) {
        note_error(*reason);
    }
}

void OutputFile::close() {
    if (fd_ > STDERR_FILENO && ::close(fd_) != 0 && !error_) {
        note_error(std::strerror(errno));
    }
    fd_ = -1;
}

void OutputFile::note_error(const std::string& reason) {
    error_ = "cannot write to " + name_ + ": " + reason;
}

}  // namespace epollcheck
