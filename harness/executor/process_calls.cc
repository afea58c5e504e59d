// System calls about processes, and those that pass descriptors between them. See system_calls.h.

#include <fcntl.h>
#include <linux/kcmp.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "harness/executor/system_calls.h"

namespace epollcheck::system_call {
namespace {

Outcome outcome(std::int64_t result) { return result >= 0 ? result : -errno; }

/// Which of two different files comes first is nothing to rely on, kcmp(2).
Outcome same_or_not(std::int64_t result) { return result > 0 ? 1 : outcome(result); }

/// A message of one byte with room for one descriptor.
struct Message {
    iovec data;
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
    msghdr header = {};

    explicit Message(void* byte) : data{byte, 1} {
        header.msg_iov = &data;
        header.msg_iovlen = 1;
        header.msg_control = control;
        header.msg_controllen = sizeof control;
    }
};

}  // namespace

Outcome socket_name(int fd, void* address, unsigned int* length) {
    return outcome(::getsockname(fd, static_cast<sockaddr*>(address), length));
}

Outcome send_fd(int fd, const void* byte, int sent) {
    Message message(const_cast<void*>(byte));
    cmsghdr* const rights = CMSG_FIRSTHDR(&message.header);
    rights->cmsg_level = SOL_SOCKET;
    rights->cmsg_type = SCM_RIGHTS;
    rights->cmsg_len = CMSG_LEN(sizeof sent);
    std::memcpy(CMSG_DATA(rights), &sent, sizeof sent);
    return outcome(::sendmsg(fd, &message.header, 0));
}

Outcome receive_fd(int fd, void* byte, int flags, int* received) {
    *received = -1;
    Message message(byte);
    const Outcome count = outcome(::recvmsg(fd, &message.header, flags));
    const cmsghdr* const rights = CMSG_FIRSTHDR(&message.header);
    if (count >= 0 && rights != nullptr && rights->cmsg_type == SCM_RIGHTS) {
        std::memcpy(received, CMSG_DATA(rights), sizeof *received);
    }
    return count;
}

Outcome unshare(int flags) { return outcome(::unshare(flags)); }

Outcome kcmp_file(int process, int fd, int other_fd) {
    return same_or_not(syscall(SYS_kcmp, getpid(), process, KCMP_FILE,
                               static_cast<unsigned long>(fd),
                               static_cast<unsigned long>(other_fd)));
}

Outcome kcmp_epoll(int epfd, int fd, unsigned offset) {
    kcmp_epoll_slot item = {static_cast<std::uint32_t>(epfd), static_cast<std::uint32_t>(fd),
                            offset};
    return same_or_not(syscall(SYS_kcmp, getpid(), getpid(), KCMP_EPOLL_TFD,
                               static_cast<unsigned long>(fd), &item));
}

Outcome fdinfo_text(int fd, char* text, std::size_t bytes) {
    if (const Outcome flags = fcntl(fd, F_GETFD, 0); flags < 0) {
        return flags;
    }
    char name[48];
    std::snprintf(name, sizeof name, "/proc/self/fdinfo/%d", fd);
    const Outcome file = open(name, O_RDONLY | O_CLOEXEC);
    if (file < 0) {
        return -ENOTSUP;
    }
    std::size_t length = 0;
    Outcome result = 0;
    while (length < bytes) {
        result = read(static_cast<int>(file), text + length, bytes - length);
        if (result <= 0) {
            break;
        }
        length += static_cast<std::size_t>(result);
    }
    close(static_cast<int>(file));
    if (result < 0) {
        return -ENOTSUP;
    }
    return length == bytes ? -EOVERFLOW : static_cast<Outcome>(length);
}

}  // namespace epollcheck::system_call
