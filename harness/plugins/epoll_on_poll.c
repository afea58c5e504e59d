/* epoll-on-poll: a small epoll in user space, made of poll(2). An example of an epollcheck plug-in.
 *
 * An instance is a list of files. A wait polls them all, reports what is ready, and otherwise lets
 * poll(2) wait for them. A descriptor number is an eventfd, which also tells waits of other threads
 * that the list has changed. One lock guards everything and is not held while poll(2) waits.
 *
 * What poll(2) cannot tell, this emulation does not know:
 *   - EPOLLET is a comparison with what was reported before, so more data for a file that still has
 *     unread data is no event, and neither is what came and went between two looks.
 *   - An item goes with its descriptor number, not with the last descriptor of its file.
 *   - Events are reported in order of registration, in turn, not in the order in which they came.
 *   - Files without a poll method of their own (/dev/null) can be watched.
 *   - read, write, fcntl and the like of an instance see the eventfd.
 * harness/targets/expectations/epoll-on-poll.toml lists the cases that show it.
 */

#define _GNU_SOURCE
#include "harness/plugins/epoll_on_poll.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "harness/target/epollcheck_plugin.h"

#define POLL_BITS 0x3fffu /* what poll(2) knows; the bits above steer delivery */
#define MAX_NESTING 4     /* instances that may lie below one */

pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
struct instance* all_instances = NULL;
static struct instance* instance_of[MAX_NUMBERS];
static int numbers_end = 0; /* no number from here on is an instance */

int64_t now_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000000LL + now.tv_nsec;
}

struct instance* instance_at(int fd) {
    return fd >= 0 && fd < MAX_NUMBERS ? instance_of[fd] : NULL;
}

struct item* find_item(struct instance* in, int fd) {
    for (int i = 0; i < in->count; i++)
        if (in->items[i].fd == fd) return &in->items[i];
    return NULL;
}

/* A descriptor that was opened with O_PATH is none for epoll. */
static int is_open(int fd) {
    int mode = fcntl(fd, F_GETFL);
    return mode >= 0 && (mode & O_PATH) == 0;
}

/* --- what is ready ---------------------------------------------------------------------------- */

/* What poll(2) would say of a file. An instance is readable if one of its items has news. */
static uint32_t readiness(int fd, uint32_t asked) {
    struct instance* inner = instance_at(fd);
    struct pollfd entry = {fd, (short)asked, 0};
    if (inner == NULL) return poll(&entry, 1, 0) > 0 ? (unsigned short)entry.revents : 0;
    for (int i = 0; i < inner->count; i++)
        if (news_of(&inner->items[i]) != 0) return asked & (EPOLLIN | EPOLLRDNORM);
    return 0;
}

/* What a wait would report of an item now. */
uint32_t news_of(struct item* item) {
    if (!item->armed) return 0;
    uint32_t ready = readiness(item->fd, item->events & POLL_BITS);
    item->reported &= ready;
    if ((ready & POLLNVAL) != 0) return 0; /* it was closed behind our back */
    return (item->events & EPOLLET) != 0 && (ready & ~item->reported) == 0 ? 0 : ready;
}

static void deliver(struct item* item, uint32_t bits) {
    item->reported = bits;
    if ((item->events & EPOLLONESHOT) != 0) item->armed = 0;
}

static int harvest(struct instance* in, const struct wait* wait) {
    int start = in->first, found = 0;
    for (int i = 0; i < in->count && found < wait->maxevents; i++) {
        struct item* item = &in->items[(start + i) % in->count];
        uint32_t bits = news_of(item);
        if (bits == 0) continue;
        wait->events[found].events = bits;
        wait->events[found++].data = item->data;
        in->first = (start + i + 1) % in->count;
        steps.deliver(item, bits);
    }
    return found;
}

/* --- waiting ---------------------------------------------------------------------------------- */

/* Only what would be news is polled for: the rest would end poll(2) at once. */
static int collect(struct instance* in, struct pollfd* list, int length) {
    for (int i = 0; i < in->count && length < MAX_POLLED; i++) {
        const struct item* item = &in->items[i];
        uint32_t known = (item->events & EPOLLET) != 0 ? item->reported : 0;
        struct instance* inner = instance_at(item->fd);
        if (!item->armed || (known & (EPOLLERR | EPOLLHUP)) != 0) continue;
        short asked = (short)(item->events & POLL_BITS & ~known);
        if (inner == NULL)
            list[length++] = (struct pollfd){item->fd, asked, 0};
        else if ((item->events & EPOLLIN & ~known) != 0)
            length = steps.collect(inner, list, length);
    }
    return length;
}

int poll_until(struct pollfd* list, int length, const struct wait* wait) {
    int64_t left = wait->deadline < 0 ? 0 : wait->deadline - now_ns();
    if (left < 0) left = 0;
    struct timespec time = {left / 1000000000, left % 1000000000};
    long result = syscall(SYS_ppoll, list, (unsigned long)length, wait->deadline < 0 ? NULL : &time,
                          wait->sigmask, wait->sigsetsize);
    return result < 0 ? -errno : (int)result;
}

static int rest(struct instance* in, struct wait* wait) {
    struct pollfd list[MAX_POLLED + 1];
    int length = steps.collect(in, list, 0);
    list[length++] = (struct pollfd){in->wake, POLLIN, 0};
    unsigned seen = in->changes;
    in->asleep++;
    pthread_mutex_unlock(&lock);
    int result = poll_until(list, length, wait);
    pthread_mutex_lock(&lock);
    in->asleep--;
    steps.awake(in, seen, result == 0);
    return result < 0 ? result : 0;
}

/* Every wait in progress looks again, because instances watch each other. */
static void changed(struct instance* in, int op) {
    (void)in, (void)op;
    for (struct instance* each = all_instances; each != NULL; each = each->next) {
        if (each->asleep == 0) continue;
        each->changes++;
        each->unaware = each->asleep;
        eventfd_write(each->wake, 1);
    }
}

void drain(struct instance* in) {
    eventfd_t count;
    eventfd_read(in->wake, &count);
}

/* The eventfd stays readable until the last wait that must look again has seen it. */
static void awake(struct instance* in, unsigned seen, int timed_out) {
    (void)timed_out;
    if (in->changes != seen) in->unaware--;
    if (in->unaware == 0) drain(in);
}

static void release(struct instance* in) {
    if (in->numbers > 0 || in->waits > 0) return;
    struct instance** link = &all_instances;
    while (*link != in) link = &(*link)->next;
    *link = in->next;
    free(in);
}

static int wait_for_events(int epfd, struct wait* wait) {
    if (wait->maxevents <= 0) return -EINVAL;
    if (!is_open(epfd)) return -EBADF;
    if (wait->events == NULL) return -EFAULT;
    if (wait->sigmask != NULL && wait->sigsetsize != 8) return -EINVAL;
    pthread_mutex_lock(&lock);
    struct instance* in = instance_at(epfd);
    int result = in == NULL ? -EINVAL : 0;
    if (in != NULL) {
        in->waits++;
        while ((result = steps.harvest(in, wait)) == 0 &&
               (wait->deadline < 0 || now_ns() < wait->deadline) &&
               (result = steps.rest(in, wait)) == 0) {
        }
        in->waits--;
        release(in);
    }
    pthread_mutex_unlock(&lock);
    return result;
}

static int plugin_pwait2(int epfd, struct epoll_event* events, int maxevents,
                         const struct timespec* timeout, const void* sigmask, size_t sigsetsize) {
    struct wait wait = {events, maxevents, -1, sigmask, sigsetsize};
    if (timeout != NULL) {
        if (timeout->tv_sec < 0 || timeout->tv_nsec < 0 || timeout->tv_nsec > 999999999)
            return -EINVAL;
        int64_t seconds = timeout->tv_sec < 1000000000 ? timeout->tv_sec : 1000000000;
        int none = timeout->tv_sec == 0 && timeout->tv_nsec == 0;
        wait.deadline = none ? 0 : now_ns() + seconds * 1000000000 + timeout->tv_nsec;
    }
    return wait_for_events(epfd, &wait);
}

static int plugin_pwait(int epfd, struct epoll_event* events, int maxevents, int timeout_ms,
                        const void* sigmask, size_t sigsetsize) {
    struct timespec timeout = {timeout_ms / 1000, timeout_ms % 1000 * 1000000L};
    return plugin_pwait2(epfd, events, maxevents, timeout_ms < 0 ? NULL : &timeout, sigmask,
                         sigsetsize);
}

static int plugin_wait(int epfd, struct epoll_event* events, int maxevents, int timeout_ms) {
    return plugin_pwait(epfd, events, maxevents, timeout_ms, NULL, 8);
}

/* --- the interest list ------------------------------------------------------------------------ */

/* How many instances lie below `in` along the longest chain; -1 if `end` is among them. */
static int chain_below(const struct instance* in, const struct instance* end) {
    int longest = 0;
    for (int i = 0; i < in->count; i++) {
        struct instance* inner = instance_at(in->items[i].fd);
        int chain = inner == NULL ? -1 : inner == end ? -2 : chain_below(inner, end);
        if (inner != NULL && chain < 0) return -1;
        if (chain + 1 > longest) longest = chain + 1;
    }
    return longest;
}

static int chain_above(const struct instance* in) {
    int longest = 0;
    for (struct instance* outer = all_instances; outer != NULL; outer = outer->next)
        for (int i = 0; i < outer->count; i++)
            if (instance_at(outer->items[i].fd) == in) {
                int chain = chain_above(outer) + 1;
                if (chain > longest) longest = chain;
            }
    return longest;
}

static int add_item(struct instance* in, int fd, const struct epoll_event* event) {
    struct instance* inner = instance_at(fd);
    if (inner != NULL) {
        int below = chain_below(inner, in);
        if (below < 0 || below + 1 + chain_above(in) > MAX_NESTING) return -ELOOP;
    }
    if (in->count == MAX_ITEMS) return -ENOSPC;
    in->items[in->count++] = (struct item){fd, event->events, 0, 1, event->data};
    return 0;
}

static void remove_item(struct instance* in, struct item* item) {
    int index = (int)(item - in->items);
    memmove(item, item + 1, (size_t)(in->count - index - 1) * sizeof *item);
    in->count--;
    if (in->first > index) in->first--;
    if (in->first >= in->count) in->first = 0;
}

/* EXCLUSIVE goes with few other bits, only with ADD, and not with an instance. */
static int exclusive_fault(int op, const struct item* item, int fd, uint32_t events) {
    const uint32_t allowed =
        EPOLLEXCLUSIVE | EPOLLIN | EPOLLOUT | EPOLLERR | EPOLLHUP | EPOLLWAKEUP | EPOLLET;
    if (op == EPOLL_CTL_MOD && item != NULL && (item->events & EPOLLEXCLUSIVE) != 0) return 1;
    if ((events & EPOLLEXCLUSIVE) == 0) return 0;
    return op == EPOLL_CTL_MOD || instance_at(fd) != NULL || (events & ~allowed) != 0;
}

/* Directories and files on disk have no poll method: the kernel refuses to watch them. */
static int can_be_watched(int fd) {
    struct stat status;
    return fstat(fd, &status) == 0 && !S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode) &&
           !S_ISBLK(status.st_mode);
}

static int control(int epfd, int op, int fd, const struct epoll_event* event) {
    if (!is_open(epfd) || !is_open(fd)) return -EBADF;
    if (!can_be_watched(fd)) return -EPERM;
    struct instance* in = instance_at(epfd);
    if (in == NULL || instance_at(fd) == in) return -EINVAL;
    struct item* item = find_item(in, fd);
    if (op != EPOLL_CTL_DEL && exclusive_fault(op, item, fd, event->events)) return -EINVAL;
    switch (op) {
        case EPOLL_CTL_ADD:
            return item != NULL ? -EEXIST : add_item(in, fd, event);
        case EPOLL_CTL_MOD:
            if (item == NULL) return -ENOENT;
            *item = (struct item){fd, event->events, 0, 1, event->data};
            return 0;
        case EPOLL_CTL_DEL:
            if (item == NULL) return -ENOENT;
            remove_item(in, item);
            return 0;
        default:
            return -EINVAL;
    }
}

static int plugin_ctl(int epfd, int op, int fd, struct epoll_event* event) {
    if (op != EPOLL_CTL_DEL && event == NULL) return -EFAULT;
    pthread_mutex_lock(&lock);
    int result = control(epfd, op, fd, event);
    if (result == 0) steps.changed(instance_at(epfd), op);
    pthread_mutex_unlock(&lock);
    return result;
}

/* --- descriptors ------------------------------------------------------------------------------ */

static int adopt(int fd, struct instance* in) {
    if (in != NULL && fd >= 0 && fd < MAX_NUMBERS) {
        instance_of[fd] = in;
        in->wake = fd;
        in->numbers++;
        if (fd >= numbers_end) numbers_end = fd + 1;
    }
    return fd < 0 ? -errno : fd;
}

static int plugin_create1(int flags) {
    if ((flags & ~EPOLL_CLOEXEC) != 0) return -EINVAL;
    struct instance* in = calloc(1, sizeof *in);
    if (in == NULL) return -ENOMEM;
    pthread_mutex_lock(&lock);
    int fd = eventfd(0, EFD_NONBLOCK | ((flags & EPOLL_CLOEXEC) != 0 ? EFD_CLOEXEC : 0));
    int result = adopt(fd, in);
    in->next = all_instances;
    all_instances = in;
    release(in);
    pthread_mutex_unlock(&lock);
    return result;
}

static void forget(int fd) {
    for (struct instance* in = all_instances; in != NULL; in = in->next) {
        struct item* item = find_item(in, fd);
        if (item != NULL) remove_item(in, item);
    }
    struct instance* in = instance_at(fd);
    if (in == NULL) return;
    instance_of[fd] = NULL;
    in->numbers--;
    in->wake = -1;
    for (int other = 0; other < numbers_end; other++)
        if (instance_of[other] == in) in->wake = other;
    release(in);
}

static int plugin_close(int fd) {
    pthread_mutex_lock(&lock);
    if (fcntl(fd, F_GETFD) >= 0) steps.forget(fd);
    int result = close(fd) < 0 ? -errno : 0;
    pthread_mutex_unlock(&lock);
    return result;
}

static int plugin_dup(int fd) {
    pthread_mutex_lock(&lock);
    int result = adopt(dup(fd), instance_at(fd));
    pthread_mutex_unlock(&lock);
    return result;
}

/* dup2, and dup3 with flags that are not negative. */
static int duplicate_to(int fd, int newfd, int flags) {
    struct instance* in = instance_at(fd);
    int probe = fcntl(newfd, F_GETFD);
    if (fd == newfd && flags < 0) return probe < 0 ? -EBADF : fd;
    if (fd == newfd || (flags > 0 && (flags & ~O_CLOEXEC) != 0)) return -EINVAL;
    if (probe >= 0 && fcntl(fd, F_GETFD) >= 0) steps.forget(newfd);
    return adopt(flags < 0 ? dup2(fd, newfd) : dup3(fd, newfd, flags), in);
}

static int plugin_dup2(int fd, int newfd) {
    pthread_mutex_lock(&lock);
    int result = duplicate_to(fd, newfd, -1);
    pthread_mutex_unlock(&lock);
    return result;
}

static int plugin_dup3(int fd, int newfd, int flags) {
    if (flags < 0) return -EINVAL;
    pthread_mutex_lock(&lock);
    int result = duplicate_to(fd, newfd, flags);
    pthread_mutex_unlock(&lock);
    return result;
}

static int plugin_poll_now(int fd, short events) {
    pthread_mutex_lock(&lock);
    int result = (int)readiness(fd, (unsigned short)events);
    pthread_mutex_unlock(&lock);
    return result;
}

static void plugin_reset(void) {
    pthread_mutex_lock(&lock);
    while (all_instances != NULL) {
        struct instance* in = all_instances;
        all_instances = in->next;
        free(in);
    }
    memset(instance_of, 0, (size_t)numbers_end * sizeof *instance_of);
    numbers_end = 0;
    pthread_mutex_unlock(&lock);
}

const struct steps honest_steps = {changed, harvest, deliver, collect, rest, awake, forget};
struct steps steps = {changed, harvest, deliver, collect, rest, awake, forget};

__attribute__((visibility("default"))) const struct epollcheck_plugin* epollcheck_plugin_v1(void) {
    static const struct epollcheck_plugin table = {
        .version = EPOLLCHECK_PLUGIN_VERSION,
        .size = sizeof table,
        .name = "epoll-on-poll",
        .create1 = plugin_create1,
        .ctl = plugin_ctl,
        .wait = plugin_wait,
        .reset = plugin_reset,
        .pwait = plugin_pwait,
        .pwait2 = plugin_pwait2,
        .close = plugin_close,
        .dup = plugin_dup,
        .dup2 = plugin_dup2,
        .dup3 = plugin_dup3,
        .poll_now = plugin_poll_now,
        .defects = defect_names,
        .choose_defect = choose_defect,
    };
    choose_defect(getenv("EPOLL_ON_POLL_DEFECT"));
    return &table;
}
