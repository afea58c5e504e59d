// Plug-in: how a library that has an epoll of its own is tested by epollcheck. Plain C.
//
// The library exports one function, epollcheck_plugin_v1(), which returns a table of functions.
// Programs are run by epollcheck; where one calls epoll, the table is called instead of the kernel.
// All other files (pipes, sockets, timers ...) are the kernel's, so an instance watches ordinary
// descriptors. harness/plugins/epoll_on_poll.c is an example, minimal.c beside it a start.
//
// What every function keeps to:
//   - A result is >= 0, or -errno. errno itself is not looked at.
//   - An instance has a real descriptor number, the lowest that is free: open some placeholder for
//     it (eventfd(2) will do), and nothing else that stays open. Programs see these numbers.
//   - A wait that a signal handler interrupts returns -EINTR. That is also how epollcheck finds out
//     that a wait does not end: it sends itself a signal every 20 ms.
//   - Pointers are valid or NULL. Programs that pass others are left out, because the kernel
//     answers EFAULT to them and a library dies of them.
//   - Functions may be called from several threads at once, except reset().
//
// A member that is NULL is not offered. What then happens is said at the member: the kernel's own
// call is made, or programs that need it are skipped with a reason. A library that was built
// against an older table has a smaller `size`; what lies beyond it counts as NULL.

#ifndef EPOLLCHECK_PLUGIN_H
#define EPOLLCHECK_PLUGIN_H

#include <poll.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <time.h>

#ifdef __cplusplus
extern "C" {
#endif

#define EPOLLCHECK_PLUGIN_VERSION 1

struct epollcheck_plugin {
    uint32_t version; /* EPOLLCHECK_PLUGIN_VERSION */
    uint32_t size;    /* sizeof(struct epollcheck_plugin) */
    const char* name; /* for reports, like "epoll-on-poll 1.0" */

    /* What every plug-in has. Arguments and results are those of the man pages epoll_create1(2),
     * epoll_ctl(2) and epoll_wait(2). */
    int (*create1)(int flags);
    int (*ctl)(int epfd, int op, int fd, struct epoll_event* event);
    int (*wait)(int epfd, struct epoll_event* events, int maxevents, int timeout_ms);

    /* A program is over: forget all instances. Descriptors that it left open, those of instances
     * too, are still open and are closed by the caller afterwards, without close(). */
    void (*reset)(void);

    /* epoll_create(2). NULL: a size below 1 gives EINVAL, any other create1(0). */
    int (*create)(int size);
    /* epoll_pwait(2) and epoll_pwait2(2); `sigsetsize` is that of the system call. NULL: programs
     * with such calls are skipped. */
    int (*pwait)(int epfd, struct epoll_event* events, int maxevents, int timeout_ms,
                 const void* sigmask, size_t sigsetsize);
    int (*pwait2)(int epfd, struct epoll_event* events, int maxevents,
                  const struct timespec* timeout, const void* sigmask, size_t sigsetsize);

    /* Called in place of the calls of these names for every descriptor, not only those of
     * instances, so that the library learns which files go: it makes the kernel's call itself.
     * NULL: the kernel's own. Without dup, dup2 or dup3 programs that duplicate an instance by them
     * are skipped. */
    int (*close)(int fd);
    int (*dup)(int fd);
    int (*dup2)(int fd, int newfd);
    int (*dup3)(int fd, int newfd, int flags);

    /* What poll(2) with time-out 0 says of any descriptor: revents. NULL: programs that poll an
     * instance are skipped; those that ask select(2) or ppoll(2) about one always are. */
    int (*poll_now)(int fd, short events);

    /* For libraries that can misbehave on purpose, to test the tests: the names of their defects,
     * with a NULL behind the last, and the choice of one (NULL: none). -ENOENT if there is no such
     * defect. Both or neither are NULL. */
    const char* const* (*defects)(void);
    int (*choose_defect)(const char* name);
};

/* The one symbol that the library exports. The table stays valid as long as it is loaded. A later
 * table that is no extension of this one gets a function of another name. */
const struct epollcheck_plugin* epollcheck_plugin_v1(void);

#ifdef __cplusplus
}
#endif

#endif
