// Helpers of emitted C files for calls on one kind of file, and for looks at files. See
// emit_c_helpers.h. They do what harness/executor does for the same operations, with the C library
// where it has a function that checks nothing by itself.

#include "harness/program/emit_c_helpers.h"

namespace epollcheck {
namespace {

constexpr CHelper kFiles[] = {
    {"timespec_of",
     R"C(
#define timespec_of(seconds, nanoseconds) \
    (&(struct timespec){.tv_sec = seconds, .tv_nsec = nanoseconds})
)C"},
    {"time64",
     R"C(
/* The kernel's timespec for calls that are made without the library: 64 bits everywhere. */
#define time64(seconds, nanoseconds) ((void *)(int64_t[]){seconds, nanoseconds})
)C"},
    {"poll_one",
     R"C(
static long poll_one(int fd, unsigned wanted)
{
    struct pollfd entry = {fd, (short)wanted, 0};

    return poll(&entry, 1, 0) < 0 ? -1 : (unsigned short)entry.revents;
}
)C"},
    {"ppoll_one",
     R"C(
static long ppoll_one(int fd, unsigned wanted, const struct timespec *time, const sigset_t *mask)
{
    struct pollfd entry = {fd, (short)wanted, 0};

    return ppoll(&entry, 1, time, mask) < 0 ? -1 : (unsigned short)entry.revents;
}
)C"},
    {"raw_ppoll_one",
     R"C(
/* Without the library, which reads the time-out and passes a size of its own. */
static long raw_ppoll_one(int fd, unsigned wanted, void *time, const void *mask, size_t size)
{
    struct pollfd entry = {fd, (short)wanted, 0};
#ifdef SYS_ppoll_time64
    long result = syscall(SYS_ppoll_time64, &entry, 1L, time, mask, size);
#else
    long result = syscall(SYS_ppoll, &entry, 1L, time, mask, size);
#endif

    return result < 0 ? -1 : (unsigned short)entry.revents;
}
)C"},
    {"fill_sets take_sets set_words",
     R"C(
/* The three sets of select about one descriptor, as words of bits for any number. */
enum { READ = 1, WRITE = 4, EXCEPT = 2, WORD_BITS = 8 * sizeof(unsigned long) };
static unsigned long set_words[3][(1 << 20) / WORD_BITS];

static int fill_sets(int fd, int sets)
{
    static const int bits[] = {READ, WRITE, EXCEPT};
    int count = fd >= 0 && fd < 1 << 20 ? fd + 1 : 0;

    for (int i = 0; i < 3; i++) {
        memset(set_words[i], 0, sizeof set_words[i]);
        if (count && (sets & bits[i]))
            set_words[i][fd / WORD_BITS] |= 1UL << fd % WORD_BITS;
    }
    return count;
}

static long take_sets(int fd, long result)
{
    static const int bits[] = {READ, WRITE, EXCEPT};
    int found = 0;

    for (int i = 0; i < 3 && result > 0; i++)
        if (set_words[i][fd / WORD_BITS] >> fd % WORD_BITS & 1)
            found |= bits[i];
    return result < 0 ? -1 : found;
}
)C"},
    {"select_one",
     R"C(
/* The sets in which select leaves one descriptor. */
static long select_one(int fd, int sets)
{
    struct timeval now = {0, 0};
    int count = fill_sets(fd, sets);

    return take_sets(fd, select(count, (fd_set *)set_words[0], (fd_set *)set_words[1],
                                (fd_set *)set_words[2], &now));
}
)C"},
    {"pselect_one",
     R"C(
static long pselect_one(int fd, int sets, const struct timespec *time, const sigset_t *mask)
{
    int count = fill_sets(fd, sets);

    return take_sets(fd, pselect(count, (fd_set *)set_words[0], (fd_set *)set_words[1],
                                 (fd_set *)set_words[2], time, mask));
}
)C"},
    {"raw_pselect_one",
     R"C(
/* Without the library, which reads the time-out and passes a size of its own. */
static long raw_pselect_one(int fd, int sets, void *time, const void *mask, size_t size)
{
    struct { const void *mask; size_t size; } pair = {mask, size};
    int count = fill_sets(fd, sets);
#ifdef SYS_pselect6_time64
    long call = SYS_pselect6_time64;
#else
    long call = SYS_pselect6;
#endif

    return take_sets(fd, syscall(call, count, set_words[0], set_words[1], set_words[2], time,
                                 &pair));
}
)C"},
    {"interest_list",
     R"C(
struct line { long fd; struct epoll_event item; };

static int compare_lines(const void *left, const void *right)
{
    const struct line *a = left, *b = right;

    if (a->fd != b->fd)
        return a->fd < b->fd ? -1 : 1;
    if (a->item.data.u64 != b->item.data.u64)
        return a->item.data.u64 < b->item.data.u64 ? -1 : 1;
    return a->item.events < b->item.events ? -1 : a->item.events > b->item.events;
}

/* Stores the interest list that /proc/self/fdinfo shows in `ready`, sorted. */
static long interest_list(int fd, struct epoll_event *ready)
{
    static struct line lines[64];
    char name[64];
    char text[256];
    int count = 0;
    FILE *file;

    if (fcntl(fd, F_GETFD) < 0)
        return -1;
    sprintf(name, "/proc/self/fdinfo/%d", fd);
    file = fopen(name, "r");
    if (!file)
        cannot_run(name);
    while (count < 64 && fgets(text, sizeof text, file)) {
        unsigned wanted;
        unsigned long long data;

        if (sscanf(text, "tfd: %ld events: %x data: %llx", &lines[count].fd, &wanted, &data) == 3) {
            lines[count].item.events = wanted;
            lines[count++].item.data.u64 = data;
        }
    }
    fclose(file);
    qsort(lines, (size_t)count, sizeof lines[0], compare_lines);
    for (int i = 0; i < count; i++)
        ready[i] = lines[i].item;
    return count;
}
)C"},
    {"own_signals",
     R"C(
/* Which of the signals of this program are in a set, as bits. */
static long own_signals(const sigset_t *set)
{
    return sigismember(set, SIGUSR1) | sigismember(set, SIGUSR2) << 1 |
           sigismember(set, SIGRTMIN) << 2 | sigismember(set, SIGRTMIN + 1) << 3;
}
)C"},
    {"change_mask",
     R"C(
static long change_mask(int how, const sigset_t *set)
{
    sigset_t before;

    return sigprocmask(how, set, &before) < 0 ? -1 : own_signals(&before);
}
)C"},
    {"pending_signals",
     R"C(
static long pending_signals(void)
{
    sigset_t set;

    return sigpending(&set) < 0 ? -1 : own_signals(&set);
}
)C"},
    {"kill_each",
     R"C(
/* Sends this process the signals in a list that ends with 0. */
static int kill_each(const int *signals)
{
    while (*signals)
        if (kill(getpid(), *signals++) != 0)
            return -1;
    return 0;
}
)C"},
    {"raise_each",
     R"C(
/* Sends this thread the signals in a list that ends with 0. */
static int raise_each(const int *signals)
{
    while (*signals)
        if (raise(*signals++) != 0)
            return -1;
    return 0;
}
)C"},
    {"change_signalfd",
     R"C(
static int change_signalfd(int fd, const sigset_t *set)
{
    if (fd == -1) {  /* which would ask for a new one */
        errno = EBADF;
        return -1;
    }
    return signalfd(fd, set, 0) < 0 ? -1 : 0;
}
)C"},
    {"map_and_unmap",
     R"C(
static int map_and_unmap(int fd)
{
    size_t bytes = (size_t)sysconf(_SC_PAGESIZE);
    void *address = mmap(NULL, bytes, PROT_READ, MAP_SHARED, fd, 0);

    return address == MAP_FAILED ? -1 : munmap(address, bytes);
}
)C"},
    {"ones",
     R"C(
/* The argument of an ioctl: a one, and room for whatever a request stores. */
static int *ones(void)
{
    static int argument[1024];

    argument[0] = 1;
    return argument;
}
)C"},
    {"busy_poll",
     R"C(
#ifndef EPIOCSPARAMS  /* C libraries before glibc 2.40 */
struct epoll_params {
    uint32_t busy_poll_usecs;
    uint16_t busy_poll_budget;
    uint8_t prefer_busy_poll, pad;
};
#define EPIOCSPARAMS _IOW(0x8A, 0x01, struct epoll_params)
#define EPIOCGPARAMS _IOR(0x8A, 0x02, struct epoll_params)
#endif
static struct epoll_params busy_poll;
)C"},
    {"params_of",
     R"C(
static struct epoll_params *params_of(uint32_t usecs, uint16_t budget, uint8_t prefer, uint8_t pad)
{
    busy_poll.busy_poll_usecs = usecs;
    busy_poll.busy_poll_budget = budget;
    busy_poll.prefer_busy_poll = prefer;
    *((uint8_t *)&busy_poll + 7) = pad;
    return &busy_poll;
}
)C"},
    {"has_params",
     R"C(
static int has_params(uint32_t usecs, uint16_t budget, uint8_t prefer, uint8_t pad)
{
    return busy_poll.busy_poll_usecs == usecs && busy_poll.busy_poll_budget == budget &&
           busy_poll.prefer_busy_poll == prefer && *((uint8_t *)&busy_poll + 7) == pad;
}
)C"},
    {"set_timer",
     R"C(
/* The setting of a timer: nanoseconds until it expires, and between further expiries. */
static struct itimerspec *set_timer(unsigned long long first, long long period)
{
    static struct itimerspec setting;

    setting.it_value.tv_sec = (time_t)(first / 1000000000);
    setting.it_value.tv_nsec = (long)(first % 1000000000);
    setting.it_interval.tv_sec = (time_t)(period / 1000000000);
    setting.it_interval.tv_nsec = (long)(period % 1000000000);
    return &setting;
}
)C"},
    {"time_remains",
     R"C(
/* 1 if some time remains until the next expiry of a timer. */
static int time_remains(int fd)
{
    struct itimerspec setting;

    return timerfd_gettime(fd, &setting) < 0 ? -1
                                             : setting.it_value.tv_sec || setting.it_value.tv_nsec;
}
)C"},
    {"spawn_child",
     R"C(
/* A process that has no files open and waits until it is killed: a descriptor of it. */
static int spawn_child(void)
{
    int ends[2];
    char byte;
    pid_t child;

    if (pipe(ends) != 0)
        return -1;
    child = fork();
    if (child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        for (int fd = 0; fd < 1024; fd++)
            if (fd != ends[1])
                close(fd);
        close(ends[1]);  /* the last one, so that the parent sees that all are closed */
        for (;;)
            pause();
    }
    close(ends[1]);
    if (child > 0 && read(ends[0], &byte, 1) != 0)
        cannot_run("a child");
    close(ends[0]);
    /* No function of older C libraries. */
    return child < 0 ? -1 : (int)syscall(SYS_pidfd_open, child, 0);
}
)C"},
    {"kill_child",
     R"C(
static int kill_child(int pidfd)
{
    return (int)syscall(SYS_pidfd_send_signal, pidfd, SIGKILL, NULL, 0);
}
)C"},
    {"reap_child",
     R"C(
static int reap_child(int pidfd)
{
    siginfo_t info;

    return waitid((idtype_t)3, (id_t)pidfd, &info, WEXITED);  /* P_PIDFD */
}
)C"},
    {"settle",
     R"C(
/* Polls until the file is ready, or until nothing more can be expected after `patience_ms`. */
static long settle(int fd, unsigned wanted, int patience_ms)
{
    struct pollfd entry = {fd, (short)wanted, 0};
    siginfo_t info;
    int count;

    for (int terminal = 0; terminal < 64; terminal++) {
        struct pollfd look = {terminal, POLLIN, 0};

        if (isatty(terminal))
            poll(&look, 1, 0);  /* fetches what is on its way to a terminal */
    }
    count = poll(&entry, 1, fd < 0 ? 0 : patience_ms);
    waitid((idtype_t)3, (id_t)fd, &info, WEXITED | WNOHANG | WNOWAIT);  /* P_PIDFD: all is woken */
    return count < 0 ? -1 : (unsigned short)entry.revents;
}
)C"},
    {"set_mode",
     R"C(
/* Makes a terminal canonical or raw, without echo and without special characters. */
static int set_mode(int fd, tcflag_t canonical)
{
    struct termios mode;

    if (tcgetattr(fd, &mode) != 0)
        return -1;
    mode.c_iflag = 0;
    mode.c_oflag = 0;
    mode.c_lflag = canonical;
    memset(mode.c_cc, _POSIX_VDISABLE, sizeof mode.c_cc);
    mode.c_cc[VMIN] = 1;
    mode.c_cc[VTIME] = 0;
    return tcsetattr(fd, TCSANOW, &mode);
}
)C"},
    {"open_slave",
     R"C(
static int open_slave(int master, int flags)
{
    return ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY | flags);
}
)C"},
    {"open_terminal",
     R"C(
/* A pseudo terminal: its master and its slave, which is raw. */
static int open_terminal(int fds[2], int flags)
{
    fds[0] = posix_openpt(O_RDWR | O_NOCTTY | flags);
    if (fds[0] < 0 || unlockpt(fds[0]) != 0)
        cannot_run("/dev/ptmx");
    fds[1] = open_slave(fds[0], flags);
    return fds[1] < 0 ? -1 : set_mode(fds[1], 0);
}
)C"},
    {"letters",
     R"C(
/* Letters, and at the end `last`: no byte may mean anything to a terminal. */
static const char *letters(size_t count, char last)
{
    static char text[16384];

    memset(text, 'a', sizeof text);
    if (count > 0)
        text[count - 1] = last;
    return text;
}
)C"},
    {"compare_files",
     R"C(
/* 0 if two descriptors name the same open file description, else 1. The library has no kcmp. */
static long compare_files(int fd, pid_t process, int other)
{
    long result = syscall(SYS_kcmp, getpid(), process, KCMP_FILE, (unsigned long)fd,
                          (unsigned long)other);

    if (result < 0 && (errno == EPERM || errno == EACCES))
        cannot_run("kcmp");
    return result > 0 ? 1 : result;
}
)C"},
    {"compare_item",
     R"C(
/* 0 if item `offset` of those with the number `fd` watches what `fd` names, else 1. */
static long compare_item(int epfd, int fd, unsigned offset)
{
    struct kcmp_epoll_slot item = {(uint32_t)epfd, (uint32_t)fd, offset};
    long result = syscall(SYS_kcmp, getpid(), getpid(), KCMP_EPOLL_TFD, (unsigned long)fd, &item);

    if (result < 0 && (errno == EPERM || errno == EACCES))
        cannot_run("kcmp");
    return result > 0 ? 1 : result;
}
)C"},
};

}  // namespace

std::span<const CHelper> file_c_helpers() { return kFiles; }

}  // namespace epollcheck
