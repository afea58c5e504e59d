// Helpers of emitted C files for requests of io_uring and for accounts whose watches are used up.
// See emit_c_helpers.h; the executor does the same in harness/executor/ring.cc and
// watch_account.cc.

#include "harness/program/emit_c_helpers.h"

namespace epollcheck {
namespace {

constexpr CHelper kSystem[] = {
    {"ring ring_is queues requests",
     R"C(
/* A ring of io_uring, used without a library: one request at a time. */
static int ring = -1;
static struct io_uring_params ring_is;
static char *queues;
static struct io_uring_sqe *requests;
)C"},
    {"queue_word",
     R"C(
static unsigned *queue_word(unsigned offset)
{
    return (unsigned *)(void *)(queues + offset);
}
)C"},
    {"use_ring",
     R"C(
/* Ends the program where io_uring has no request `code`. */
static void use_ring(unsigned code)
{
    static union {
        struct io_uring_probe probe;
        char space[sizeof(struct io_uring_probe) + 256 * sizeof(struct io_uring_probe_op)];
    } known;
    size_t bytes, done_bytes;

    if (ring >= 0)
        return;
    ring = (int)syscall(SYS_io_uring_setup, 4, &ring_is);
    if (ring < 0 || syscall(SYS_io_uring_register, ring, IORING_REGISTER_PROBE, &known, 256) != 0)
        cannot_run("io_uring");
    if (code > known.probe.last_op || !(ring_is.features & IORING_FEAT_SINGLE_MMAP)) {
        errno = ENOSYS;
        cannot_run("io_uring");
    }
    bytes = ring_is.sq_off.array + ring_is.sq_entries * sizeof(unsigned);
    done_bytes = ring_is.cq_off.cqes + ring_is.cq_entries * sizeof(struct io_uring_cqe);
    queues = mmap(NULL, bytes > done_bytes ? bytes : done_bytes, PROT_READ | PROT_WRITE,
                  MAP_SHARED | MAP_POPULATE, ring, IORING_OFF_SQ_RING);
    requests = mmap(NULL, ring_is.sq_entries * sizeof *requests, PROT_READ | PROT_WRITE,
                    MAP_SHARED | MAP_POPULATE, ring, IORING_OFF_SQES);
    if (queues == MAP_FAILED || requests == MAP_FAILED)
        cannot_run("io_uring");
}
)C"},
    {"submit_request",
     R"C(
/* Submits a request and waits for `wanted` completions. */
static void submit_request(struct io_uring_sqe request, unsigned wanted)
{
    unsigned *tail = queue_word(ring_is.sq_off.tail);
    unsigned place = *tail & *queue_word(ring_is.sq_off.ring_mask);

    requests[place] = request;
    queue_word(ring_is.sq_off.array)[place] = place;
    __atomic_store_n(tail, *tail + 1, __ATOMIC_RELEASE);
    while (syscall(SYS_io_uring_enter, ring, 1, wanted, wanted ? IORING_ENTER_GETEVENTS : 0, NULL,
                   0) < 0 &&
           errno == EINTR)
        ;
}
)C"},
    {"take_completion",
     R"C(
/* Takes all completions. True if that of `id` is among them. */
static int take_completion(uint64_t id, int *result)
{
    unsigned *head = queue_word(ring_is.cq_off.head);
    struct io_uring_cqe *done = (struct io_uring_cqe *)(void *)(queues + ring_is.cq_off.cqes);
    int found = 0;

    while (*head != __atomic_load_n(queue_word(ring_is.cq_off.tail), __ATOMIC_ACQUIRE)) {
        struct io_uring_cqe completion = done[*head & *queue_word(ring_is.cq_off.ring_mask)];

        if (completion.user_data == id) {
            *result = completion.res;
            found = 1;
        }
        __atomic_store_n(head, *head + 1, __ATOMIC_RELEASE);
    }
    return found;
}
)C"},
    {"result_of",
     R"C(
static int result_of(int result)
{
    if (result >= 0)
        return result;
    errno = -result;
    return -1;
}
)C"},
    {"ring_control",
     R"C(
static int ring_control(int epfd, int op, int fd, const void *wanted)
{
    int result = -ENOSYS;

    submit_request((struct io_uring_sqe){.opcode = IORING_OP_EPOLL_CTL, .fd = epfd,
                                         .off = (uint64_t)(int64_t)fd, .addr = (uintptr_t)wanted,
                                         .len = (uint32_t)op, .user_data = 1}, 1);
    take_completion(1, &result);
    return result_of(result);
}
)C"},
    {"ring_wait",
     R"C(
/* A request that does not complete at once is cancelled: it would wait. */
static int ring_wait(int epfd, void *buffer, int most)
{
    int result = -ENOSYS;

    /* 59: IORING_OP_EPOLL_WAIT of Linux 6.15 */
    submit_request((struct io_uring_sqe){.opcode = 59, .fd = epfd, .addr = (uintptr_t)buffer,
                                         .len = (uint32_t)most, .user_data = 1}, 0);
    if (take_completion(1, &result))
        return result_of(result);
    submit_request((struct io_uring_sqe){.opcode = IORING_OP_ASYNC_CANCEL, .addr = 1,
                                         .user_data = 2}, 2);
    take_completion(1, &result);
    return result == -ECANCELED ? BLOCKED : result_of(result);
}
)C"},
    {"use_up_watches",
     R"C(
/* In a child: uses up the watches of its account, returns `left` of them, and stops. */
static void use_up_watches(int left)
{
    struct epoll_event unused = {0, {0}};
    int files[500], ep = -1, added = 500;

    for (int fd = 0; fd < 1024; fd++)
        close(fd);
    for (int i = 0; i < 500; i++)
        files[i] = eventfd(0, 0);
    do {
        if (added == 500) {
            ep = epoll_create1(0);
            added = 0;
        }
    } while (epoll_ctl(ep, EPOLL_CTL_ADD, files[added++], &unused) == 0);
    if (errno != ENOSPC)
        _exit(1);
    for (; left > 0 && ep > files[499]; ep--)  /* whole instances first */
        for (int i = 0; i < 500 && left > 0; i++)
            left -= epoll_ctl(ep, EPOLL_CTL_DEL, files[i], &unused) == 0;
    raise(SIGSTOP);
    _exit(0);
}
)C"},
    {"limit_watches",
     R"C(
/* From now on this process belongs to an account of its own that may watch only `left` files. */
static int limit_watches(int left)
{
    long limit = 0;
    FILE *file = fopen("/proc/sys/fs/epoll/max_user_watches", "r");
    pid_t child;
    int status = 0;

    if (!file || fscanf(file, "%ld", &limit) != 1 || limit > 250000 ||
        setresuid(0x6f000000 + (uid_t)getpid(), (uid_t)-1, (uid_t)-1) != 0) {
        errno = EPERM;
        cannot_run("a limit on watches takes root, and max_user_watches below 250000");
    }
    fclose(file);
    child = fork();
    if (child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        use_up_watches(left);
    }
    if (child < 0 || waitpid(child, &status, WUNTRACED) != child || !WIFSTOPPED(status))
        cannot_run("a child that uses up watches");
    return 0;
}
)C"},
    {"limit_descriptors",
     R"C(
/* From now on there are `count` descriptor numbers, counted from the lowest one of this program. */
static int limit_descriptors(int count)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return -1;
    limit.rlim_cur = (rlim_t)(first_fd + count);
    return setrlimit(RLIMIT_NOFILE, &limit);
}
)C"},
    {"step_clock",
     R"C(
/* Sets the clock of the machine a few nanoseconds ahead. */
static int step_clock(int nanoseconds)
{
    struct timex change = {0};

    if (clock_adjtime(CLOCK_REALTIME, &change) < 0 || !(change.status & STA_UNSYNC))
        cannot_run("setting a clock that nobody keeps right");
    memset(&change, 0, sizeof change);
    change.modes = ADJ_SETOFFSET | ADJ_NANO;
    change.time.tv_usec = nanoseconds;
    if (clock_adjtime(CLOCK_REALTIME, &change) < 0)
        cannot_run("the privilege to set the clock");
    return 0;
}
)C"},
};

}  // namespace

std::span<const CHelper> system_c_helpers() { return kSystem; }

}  // namespace epollcheck
