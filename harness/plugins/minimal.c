/* The smallest plug-in: level-triggered, one thread, no nesting. Start your own from here.
 *
 *     cc -shared -fPIC -I harness/target -o minimal.so harness/plugins/minimal.c
 *     epollcheck run level --tier contract --target minimal.toml
 *
 * where minimal.toml has three lines: title = "my epoll", how = "plug-in", library = "minimal.so".
 */

#include <errno.h>
#include <fcntl.h>
#include <sys/eventfd.h>

#include "epollcheck_plugin.h"

#define MOST 64

static struct item {
    int epfd, fd;
    struct epoll_event event;
} items[MOST];
static int count;

static int create1(int flags) {
    int fd = eventfd(0, (flags & EPOLL_CLOEXEC) != 0 ? EFD_CLOEXEC : 0); /* only for its number */
    return fd < 0 ? -errno : fd;
}

static int ctl(int epfd, int op, int fd, struct epoll_event* event) {
    int i = 0;
    if (fcntl(epfd, F_GETFD) < 0 || fcntl(fd, F_GETFD) < 0) return -EBADF;
    while (i < count && (items[i].epfd != epfd || items[i].fd != fd)) i++;
    if (op == EPOLL_CTL_ADD && i < count) return -EEXIST;
    if (op != EPOLL_CTL_ADD && i == count) return -ENOENT;
    if (i == MOST) return -ENOSPC;
    if (op == EPOLL_CTL_DEL) {
        items[i] = items[--count];
        return 0;
    }
    items[i] = (struct item){epfd, fd, *event};
    if (i == count) count++;
    return 0;
}

static int wait(int epfd, struct epoll_event* events, int maxevents, int timeout_ms) {
    struct pollfd polled[MOST];
    int found = 0;
    if (maxevents <= 0) return -EINVAL;
    for (int i = 0; i < count; i++) {
        int is_here = items[i].epfd == epfd;
        polled[i] = (struct pollfd){is_here ? items[i].fd : -1, (short)items[i].event.events, 0};
    }
    if (poll(polled, (nfds_t)count, timeout_ms) < 0) return -errno;
    for (int i = 0; i < count && found < maxevents; i++) {
        if (polled[i].revents == 0) continue;
        events[found].events = (unsigned short)polled[i].revents;
        events[found++].data = items[i].event.data;
    }
    return found;
}

static void reset(void) { count = 0; }

const struct epollcheck_plugin* epollcheck_plugin_v1(void) {
    static const struct epollcheck_plugin table = {
        .version = EPOLLCHECK_PLUGIN_VERSION,
        .size = sizeof table,
        .name = "minimal",
        .create1 = create1,
        .ctl = ctl,
        .wait = wait,
        .reset = reset,
    };
    return &table;
}
