// Makes a program call a plug-in where it calls epoll. So the C file of a race that was found in a
// library (`epollcheck stress --save`, `epollcheck emit-c --run`) can be tried on it:
//
//     cc -pthread -I harness/target -include harness/plugins/in_place_of_epoll.h race.c
//     EPOLLCHECK_PLUGIN=build/release/plugins/epoll_on_poll.so ./a.out
//
// Calls without a row below are the kernel's own.

#ifndef EPOLLCHECK_IN_PLACE_OF_EPOLL_H
#define EPOLLCHECK_IN_PLACE_OF_EPOLL_H

#define _GNU_SOURCE
#include <dlfcn.h>
#include <epollcheck_plugin.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const struct epollcheck_plugin* plugin_table;

__attribute__((constructor)) static void load_plugin(void) {
    const char* path = getenv("EPOLLCHECK_PLUGIN");
    void* library = dlopen(path ? path : "", RTLD_NOW);
    const struct epollcheck_plugin* (*entry)(void) = NULL;

    if (library) *(void**)&entry = dlsym(library, "epollcheck_plugin_v1");
    if (!entry) {
        fprintf(stderr, "EPOLLCHECK_PLUGIN has to name a plug-in: %s\n", dlerror());
        exit(77);
    }
    plugin_table = entry();
}

/* From 0 or -errno to what programs get. */
static inline int plugin_result(int result) {
    if (result >= 0) return result;
    errno = -result;
    return -1;
}

static inline int plugin_close(int fd) {
    return plugin_table->close ? plugin_result(plugin_table->close(fd)) : close(fd);
}

static inline int plugin_dup2(int fd, int other) {
    return plugin_table->dup2 ? plugin_result(plugin_table->dup2(fd, other)) : dup2(fd, other);
}

#define epoll_create1(flags) plugin_result(plugin_table->create1(flags))
#define epoll_ctl(epfd, op, fd, event) plugin_result(plugin_table->ctl(epfd, op, fd, event))
#define epoll_wait(epfd, events, most, timeout) \
    plugin_result(plugin_table->wait(epfd, events, most, timeout))
#define close(fd) plugin_close(fd)
#define dup2(fd, other) plugin_dup2(fd, other)

#endif
