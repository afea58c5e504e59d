// Canonical text, and the words that reports use for operations and answers.

#include "harness/program/printer.h"

#include <catch2/catch.hpp>

#include "harness/program/parser.h"
#include "model/vocabulary/error_name.h"
#include "model/vocabulary/operation_table.h"

namespace epollcheck {
namespace {

Program parsed(std::string_view text) {
    auto result = parse_program(text, "test.ep");
    if (const auto* error = std::get_if<ParseError>(&result)) FAIL(error->text());
    return std::get<Program>(std::move(result));
}

}  // namespace

TEST_CASE("print_program: freely written text becomes canonical") {
    CHECK(print_program(parsed(R"(#  licence
tags:  b   a
id:topic/name
title:   one  title
rules: R-C1
  # note

 epoll_create1( 0 )=ep  #first

#above
epoll_create1(0x80000000)=EINVAL
pipe2([r,_],O_CLOEXEC|O_NONBLOCK)=0
epoll_ctl(ep,EPOLL_CTL_ADD,r,{EPOLLET|EPOLLIN,0x10}) = 0  or EEXIST  if  not V-1
epoll_pwait(ep,16,5,sigsetsize=8,mask=NULL)=[ 16 : IN , 17:0 ]
open("fifo", O_NONBLOCK) = (o)
# end
)")) == R"(id: topic/name
title: one  title
rules: R-C1
tier: exact
tags: b a

#  licence
# note

epoll_create1(0) = ep  # first
# above
epoll_create1(0x80000000) = EINVAL
pipe2([r, _], O_NONBLOCK|O_CLOEXEC) = 0
epoll_ctl(ep, ADD, r, {IN|ET, 16}) = 0 or EEXIST if not V-1
epoll_pwait(ep, 16, 5) = [16:IN, 17:0]
open("fifo", O_RDONLY|O_NONBLOCK) = (o)
# end
)");
}

/// Each operation at least once, and each way to write its arguments.
const std::string kEveryOperation = R"(epoll_create(10) = a
epoll_create1(EPOLL_CLOEXEC) = ep
eventfd(0, EFD_NONBLOCK|EFD_CLOEXEC|EFD_SEMAPHORE) = e
epoll_ctl(ep, ADD, e, {IN|OUT|RDHUP|ET, 7}) = 0
epoll_ctl(ep, 9, -1, NULL) = EBADF
epoll_ctl(ep, MOD, e, KERNEL) = EFAULT
epoll_wait(ep, 16, -1, buffer=room(2)) = [7:OUT]
epoll_pwait(ep, 16, 5, buffer=NULL, mask=EMPTY, sigsetsize=4) = EINVAL
epoll_pwait2(ep, 16, {0, 1000}, mask=BAD) = EFAULT
epoll_pwait2(ep, 16, NULL) = blocks
epoll_pwait2(ep, 16, NULL, buffer=UNALIGNED, mask=SIGUSR1|SIGSTOP) = EINTR
epoll_wait(ep, 16, -1, buffer=PAUSED) = blocks
epoll_wait(ep, 16, 0, buffer=room(0, 8)) = EFAULT
epoll_wait(ep, 16, -1, buffer=BAD, arriving=SIGUSR1) = EINTR
epoll_pwait(ep, 16, -1, mask=EMPTY, arriving=SIGSTOP) = EINTR or blocks
io_uring_epoll_ctl(ep, ADD, e, {IN, 7}) = EEXIST
io_uring_epoll_wait(ep, 16, buffer=BAD) = blocks
poll(e, IN|OUT) = OUT
poll(e, 0) = 0
ppoll(e, IN, {0, 1000}, mask=SIGUSR2) = EINTR
select(e, READ|WRITE|EXCEPT) = READ|WRITE
select(e, 0) = 0
pselect(e, READ, NULL, mask=EMPTY, sigsetsize=4) = EINVAL
fdinfo(ep) = [7:IN|OUT|ERR|HUP|RDHUP|ET]
dup(e) = d
dup2(d, e) = e
dup2(d, e)
dup3(d, 17, O_CLOEXEC) = x
fcntl(ep, F_GETFL) = O_RDWR
fcntl(ep, F_SETFL, 0) = 0
fcntl(ep, F_SETFL, O_NONBLOCK) = 0
fcntl(ep, F_GETFD) = 1
pipe2([r, w], O_NONBLOCK|O_DIRECT) = 0
fcntl(w, F_SETPIPE_SZ, 131072) = 131072
fcntl(w, F_GETPIPE_SZ) = 65536
read(r, 10) = EAGAIN
read(e, u64, buffer=BAD) = {3} or 8
write(w, 100, buffer=KERNEL) = EFAULT
write(e, {5}) = 8
open("/dev/null", O_WRONLY|O_CLOEXEC) = f
open("directory", O_PATH) = fd or EMFILE
memfd_create() = m
socket(AF_UNIX, SOCK_STREAM|SOCK_NONBLOCK) = s
socketpair(AF_UNIX, SOCK_SEQPACKET, [p, q]) = 0
bind(s) = 0
listen(s, 5) = 0
connect(p, s) = EISCONN
connect(p, -1) = 0
accept4(s, SOCK_NONBLOCK|SOCK_CLOEXEC) = EAGAIN
send(p, 10, MSG_OOB) = EOPNOTSUPP
recv(p, 10, MSG_PEEK|MSG_DONTWAIT) = 10
shutdown(s, SHUT_WR) = 0
shutdown(s, 3) = EINVAL
getsockopt(s, SO_ERROR) = {0} or {ECONNRESET}
setsockopt(s, SO_RCVLOWAT, 10) = 0
lseek(ep) = 0
pread(ep) = ESPIPE
mmap(ep) = ENODEV
fsync(ep) = EINVAL
ftruncate(ep) = EINVAL
fstat(ep) = 384
readlink(ep) = 1
fallocate(ep) = ENODEV
announce("/proc/self/mounts") = 0
vfork_close(e) = 0
open_other(perf_event) = o
ioctl(ep, FIONBIO) = 0
ioctl(ep, FIOASYNC) = ENOTTY
ioctl(ep, 0x1234) = ENOTTY
ioctl(ep, EPIOCSPARAMS, {64, 8, 1, 0}) = 0
ioctl(ep, EPIOCSPARAMS, NULL) = EFAULT
ioctl(ep, EPIOCGPARAMS) = {64, 8, 1, 0}
ioctl(ep, EPIOCGPARAMS, BAD) = EFAULT
kill(SIGUSR1|SIGUSR2) = 0
sigprocmask(SIG_UNBLOCK, SIGUSR1) = SIGUSR1|SIGUSR2
sigpending() = 0
limit_watches(3) = 0
limit_descriptors(2) = 0
step_clock(1) = 0
inotify_init1(IN_NONBLOCK|IN_CLOEXEC) = i
inotify_add_watch(i, "directory", IN_MODIFY|IN_CREATE|IN_MASK_ADD) = 1
inotify_rm_watch(i, 1) = 0
mknod("directory/a") = 0
truncate("file") = 0
unlink("directory/b") = ENOENT
spawn() = c
kill_child(c) = 0
settle(c, IN) = IN
fill(s) = EAGAIN
drain(s) = EAGAIN
reap(c) = 0
timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK|TFD_CLOEXEC) = t
timerfd_settime(t, TFD_TIMER_ABSTIME, {1, 0}) = 0
timerfd_settime(t, 0, NULL) = EFAULT
timerfd_gettime(t) = 1
fcntl(ep, F_SETFD, FD_CLOEXEC) = 0
fork() = EEXIST
clone(CLONE_FILES) = 0
exec() = EPERM
P2: exit() = 0
unshare(CLONE_FILES) = 0
close_range(p, -1, CLOSE_RANGE_UNSHARE|CLOSE_RANGE_CLOEXEC) = 0
send_fd(p, ep) = 1
P2: recv_fd(p, MSG_PEEK|MSG_CMSG_CLOEXEC) = r2 or 1 or ESRCH
kcmp_file(ep, P2, ep) = 0
kcmp_epoll(ep, t, 1) = ENOENT
signalfd(SIGUSR1|SIGRTMIN_1, SFD_NONBLOCK|SFD_CLOEXEC) = g
signalfd_mask(g, SIGUSR2) = 0
kill(SIGUSR1) = 0
tgkill(SIGURG|SIGSTOP) = 0
openpty([m, n], O_NONBLOCK) = 0
open_slave(m, O_NONBLOCK) = o
tcsetattr(n, ICANON) = 0
tcsetattr(m, 0) = 0
write_line(m, 5) = 5
io_uring_setup() = u
uring_nop(u, 1) = 0
uring_poll(u, ep, IN|OUT, 2) = 0
uring_poll_many(u, ep, IN, 3) = 0
uring_wait(u, ep, 4) = 0
uring_timed_wait(u, ep, 5, 6) = 0
uring_cancel(u, 2, 7) = 0
uring_reap(u) = [1:0, 2:ECANCELED, 3:IN|OUT+, 3:IN, 4:{7:IN}] or [] or EBADF
await(T1) = 0
resume(T16) = 0
interrupt(T1) = 0
close(1000000) = EBADF
barrier
)";

TEST_CASE("print_program: every operation in its canonical form is unchanged") {
    const Program program = parsed(kEveryOperation);
    CHECK(print_program(program) == kEveryOperation);
    std::vector<bool> seen(kOperationKinds);
    for (const Operation& operation : program.operations) {
        seen[static_cast<std::size_t>(operation.kind)] = true;
    }
    for (int i = 0; i < kOperationKinds; ++i) {
        CAPTURE(operation_table()[static_cast<std::size_t>(i)].name);
        CHECK(seen[static_cast<std::size_t>(i)]);
    }
}

TEST_CASE("print_program: threads are shown when there are several, then on every line") {
    CHECK(print_program(parsed("T1: close(1)\nclose(1)\n")) == "close(1)\nclose(1)\n");
    CHECK(print_program(parsed("close(1)\nT2: close(1)\n")) == "T1: close(1)\nT2: close(1)\n");
    CHECK(print_program(parsed("T2: close(1)\n")) == "T2: close(1)\n");
}

TEST_CASE("print_program: a barrier belongs to no thread") {
    constexpr std::string_view kText = "T1: close(1)\nbarrier\nT2: close(1)\n";
    CHECK(print_program(parsed(kText)) == kText);
}

TEST_CASE("print_program: the header of a bare program is empty") {
    CHECK(print_program({}).empty());
    CHECK(print_program(parsed("tier: exact\nbarrier\n")) == "barrier\n");
    CHECK(print_program(parsed("tier: linux\nbarrier\n")) == "tier: linux\n\nbarrier\n");
    CHECK(print_program(parsed("# note\n\n# above\nbarrier\n")) == "# note\n\n# above\nbarrier\n");
}

TEST_CASE("print_program: a line break in a comment does not become a line of the program") {
    Program program = parsed("barrier\n");
    program.annotations[0].comment = "one\nclose(1)";
    program.header.title = "two\nlines";
    CHECK(print_program(program) == "title: two lines\ntier: exact\n\nbarrier  # one close(1)\n");
}

TEST_CASE("print_program: programs that refer to nothing print without harm") {
    Program program;
    program.operations.resize(2);
    program.operations[0] = {.kind = OperationKind::kClose, .fd = {.handle = 99}};
    program.operations[1] = {.kind = OperationKind::kOpen, .number = 99};
    CHECK(print_program(program) == "close(?)\nopen(\"?\", O_RDONLY)\n");
}

TEST_CASE("print_operation: one line with binding and without answers") {
    const Program program = parsed(
        "epoll_create1(0) = ep or EMFILE\npipe2([r, w], 0) = 0 # c\ndup2(r, w) = EBADF\n"
        "epoll_create1(0) = EMFILE\nepoll_wait(ep, 1, 0) = [1:IN]\neventfd(0, 0) = (e)\n");
    CHECK(print_operation(program, 0) == "epoll_create1(0) = ep");
    CHECK(print_operation(program, 1) == "pipe2([r, w], 0)");
    CHECK(print_operation(program, 2) == "dup2(r, w) = w");
    CHECK(print_operation(program, 3) == "epoll_create1(0)");
    CHECK(print_operation(program, 4) == "epoll_wait(ep, 1, 0)");
    CHECK(print_operation(program, 5) == "eventfd(0, 0) = e");
    CHECK(print_operation(parsed("close(1)\nT2: close(1)\n"), 0) == "T1: close(1)");
}

TEST_CASE("print_answer: the words of the text form") {
    const Program program = parsed(
        "epoll_create1(0) = ep\npipe2([r, w], 0)\nepoll_create1(0)\npoll(r, IN)\n"
        "fcntl(r, F_GETFL)\ngetsockopt(r, SO_ERROR)\nread(r, u64)\n");
    const auto text = [&program](std::size_t index, const Result& result,
                                 std::span<const Event> events = {}) {
        return print_answer(program.operations[index], program, {result, events});
    };
    CHECK(text(0, Result::of_descriptor(3)) == "ep");
    CHECK(text(1, Result::of_descriptor(3, 4)) == "0");
    CHECK(text(2, Result::of_descriptor(3)) == "fd");
    CHECK(text(2, Result::of_error(error::kEMFILE)) == "EMFILE");
    CHECK(text(3, Result::of_value(event::kIn | event::kHup)) == "IN|HUP");
    CHECK(text(3, Result::of_value(0)) == "0");
    CHECK(text(4, Result::of_value(flag::kWriteOnly | flag::kNonblock)) == "O_WRONLY|O_NONBLOCK");
    CHECK(text(4, Result::of_value(0)) == "O_RDONLY");
    CHECK(text(4, Result::of_value(flag::kPath)) == "O_PATH");
    CHECK(text(5, Result::of_payload(0)) == "{0}");
    CHECK(text(5, Result::of_payload(error::kECONNRESET)) == "{ECONNRESET}");
    CHECK(text(5, Result::of_payload(99999)) == "{99999}");
    CHECK(text(6, Result::of_payload(error::kECONNRESET)) == "{104}");
    CHECK(text(6, Result::of_payload(~0ULL)) == "{18446744073709551615}");
    CHECK(text(6, Result::of_value(4)) == "4");
    CHECK(text(6, Result::blocked()) == "blocks");
    CHECK(text(6, Result{}) == "did not run");
    const Event events[] = {{event::kIn | event::kOut, 7}, {event::kHup, 8}};
    CHECK(text(6, Result::of_events(2), events) == "[7:IN|OUT, 8:HUP]");
    CHECK(text(6, Result::of_events(0)) == "[]");
}

}  // namespace epollcheck
