/* A plug-in whose table is wrong, in the way that the environment says (EPOLLCHECK_FAULT): what the
 * tests of loading load. Without a fault it offers no more than every plug-in must, and nothing
 * works.
 */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "harness/target/epollcheck_plugin.h"

static int create1(int flags) {
    (void)flags;
    return -ENOSYS;
}

static int ctl(int epfd, int op, int fd, struct epoll_event* event) {
    (void)epfd, (void)op, (void)fd, (void)event;
    return -ENOSYS;
}

static int wait(int epfd, struct epoll_event* events, int maxevents, int timeout_ms) {
    (void)epfd, (void)events, (void)maxevents, (void)timeout_ms;
    return -ENOSYS;
}

static void reset(void) {}

const struct epollcheck_plugin* epollcheck_plugin_v1(void) {
    static struct epollcheck_plugin table;
    const char* fault = getenv("EPOLLCHECK_FAULT");
    if (fault == NULL) fault = "";
    memset(&table, 0, sizeof table);
    table.version = EPOLLCHECK_PLUGIN_VERSION + (strcmp(fault, "version") == 0);
    table.size = strcmp(fault, "size") == 0 ? 8 : sizeof table;
    table.create1 = create1;
    table.ctl = ctl;
    table.wait = strcmp(fault, "member") == 0 ? NULL : wait;
    table.reset = reset;
    if (strcmp(fault, "old") == 0) { /* from before the optional members were there */
        table.size = offsetof(struct epollcheck_plugin, create);
        table.poll_now = (int (*)(int, short))reset; /* beyond the end: nobody may look at it */
    }
    return strcmp(fault, "null") == 0 ? NULL : &table;
}
