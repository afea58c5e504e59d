// Helpers of emitted C files for programs of several threads. See emit_c_helpers.h.
//
// The program runs over and over. Its threads meet in front of each section, spin for a time that
// is drawn anew for each call, and leave in `answers` what came of it. Whether a thread sleeps is
// read from /proc as in harness/executor/thread_state.h, which has the argument why that is sound.

#include "harness/program/emit_c_helpers.h"

namespace epollcheck {
namespace {

constexpr CHelper kThreads[] = {
    {"NOT_MADE LATE",
     R"C(
enum { LATE = -3, NOT_MADE = -4 };  /* a call that had something to say only when it was ended */
)C"},
    {"THREADS SECTIONS CALLS",
     R"C(
enum { THREADS = @THREADS@, SECTIONS = @SECTIONS@, CALLS = @CALLS@ };
)C"},
    {"answers",
     R"C(
/* What came of each call. */
static struct {
    long n;
    int error;
@TICKET_FIELD@    uint64_t value;
    struct epoll_event ready[@EVENTS@];
} answers[CALLS + 1];
)C"},
    {"threads this_thread",
     R"C(
static struct {
    pthread_t thread;
    int syscall, stat, schedstat;  /* its files in /proc */
    atomic_int call;       /* the one that it is in, or 0; negative: one that ends by time */
    atomic_int ended;      /* that call waits for ever, and is ended */
    atomic_long sections;  /* how many it has run */
} threads[THREADS + 1];
static _Thread_local int this_thread;  /* 1 for T1 */
)C"},
    {"seed most_spin spin",
     R"C(
static unsigned long long seed;
static unsigned most_spin;

/* So that many repetitions sweep the window of a race. */
static void spin(void)
{
    static _Thread_local uint64_t random;

    if (!random)
        random = (seed + 1) * 0x9e3779b97f4a7c15u + (unsigned)this_thread;
    random ^= random << 13;
    random ^= random >> 7;
    random ^= random << 17;
    for (volatile uint64_t left = most_spin ? random % most_spin : 0; left; left--)
        ;
}
)C"},
    {"tickets came_before",
     R"C(
static atomic_long tickets;  /* drawn in front of each call and behind it */

/* True if the first call had returned before the second was made. */
static int came_before(int first, int second)
{
    return answers[first].end < answers[second].begin;
}
)C"},
    {"begin_call end_call CALL TIMED_CALL",
     R"C(
static void begin_call(int call, int ends_by_time)
{
    spin();
    errno = 0;
@TICKET_BEGIN@    threads[this_thread].call = ends_by_time ? -call : call;
}

/* True if the call was ended: then the thread makes no more of them in this section. */
static int end_call(int call)
{
    answers[call].error = errno;
    threads[this_thread].call = 0;
@TICKET_END@    if (!threads[this_thread].ended)
        return 0;
    answers[call].n = answers[call].n == -1 && answers[call].error == EINTR ? BLOCKED : LATE;
    while (threads[this_thread].ended)
        sched_yield();
    return 1;
}

#define CALL(number, call) \
    if (begin_call(number, 0), answers[number].n = (call), end_call(number)) \
        return
#define TIMED_CALL(number, call) \
    if (begin_call(number, 1), answers[number].n = (call), end_call(number)) \
        return
)C"},
    {"KEEP_EVENTS",
     R"C(
#define KEEP_EVENTS(call) \
    if (answers[call].n > 0) \
        memmove(answers[call].ready, stored_at, \
                (size_t)answers[call].n * sizeof(struct epoll_event))
)C"},
    {"sleeps runs_of",
     R"C(
static const char *text_of(int file, char *text, size_t size)
{
    ssize_t length = pread(file, text, size - 1, 0);

    text[length < 0 ? 0 : length] = '\0';
    return text;
}

/* How often a thread was put on a processor, or 0 where nobody counts. */
static long runs_of(int thread)
{
    char text[256];
    const char *last = strrchr(text_of(threads[thread].schedstat, text, sizeof text), ' ');

    return last ? atol(last) : 0;
}

/* True if the thread slept in a call at some instant of this look: it was off its processor
 * ("syscall" waits for that), its state is to sleep, and it has not run in between. */
static int sleeps(int thread, int *call, long *runs)
{
    char text[512];
    const char *name_end;

    *call = threads[thread].call;
    *runs = runs_of(thread);
    if (!*call || !strncmp(text_of(threads[thread].syscall, text, sizeof text), "running", 7))
        return 0;
    name_end = strrchr(text_of(threads[thread].stat, text, sizeof text), ')');
    return name_end && (name_end[2] == 'S' || name_end[2] == 'D') && runs_of(thread) == *runs &&
           threads[thread].call == *call;
}
)C"},
    {"await",
     R"C(
/* Waits until a thread sleeps in its call, or has nothing more to do in this section. */
static void await(int thread)
{
    int call;
    long runs;

    while (threads[thread].sections <= threads[this_thread].sections &&
           !sleeps(thread, &call, &runs))
        sched_yield();
}
)C"},
    {"all_sleep",
     R"C(
/* True if at one instant each thread slept in a call without a time-out, or was through with the
 * section: then nothing can end these calls. Their threads are marked. */
static int all_sleep(void)
{
    int calls[THREADS + 1] = {0}, call;
    long runs[THREADS + 1], again, section = threads[1].sections;

    for (int i = 2; i <= THREADS; i++)
        section = threads[i].sections < section ? threads[i].sections : section;
    for (int round = 0; round < (runs_of(1) ? 2 : 20); round++) {
        if (round > 1)  /* nobody counts how often a thread runs: only time can tell */
            usleep(5000);
        for (int i = 1; i <= THREADS; i++) {
            if (threads[i].sections > section && (round == 0 || !calls[i]))
                continue;
            if (!sleeps(i, &call, &again) || call < 0 ||
                (round > 0 && (call != calls[i] || again != runs[i])))
                return 0;
            calls[i] = call;
            runs[i] = again;
        }
    }
    for (int i = 1; i <= THREADS; i++)
        threads[i].ended = calls[i] != 0;
    return 1;
}
)C"},
    {"end_calls",
     R"C(
/* Ends the calls of the threads that are marked, by signals. */
static void end_calls(void)
{
    for (int i = 1; i <= THREADS; i++) {
        while (threads[i].ended && threads[i].call) {
            pthread_kill(threads[i].thread, SIGUSR1);
            sched_yield();
        }
    }
    for (int i = 1; i <= THREADS; i++)
        threads[i].ended = 0;
}
)C"},
    {"meet",
     R"C(
static void meet(void)
{
    long mine = ++threads[this_thread].sections;

    for (int i = 1; i <= THREADS; i++)
        while (threads[i].sections < mine)
            sched_yield();
}
)C"},
    {"faults paused resume",
     R"C(
/* Pages that are not there until they are filled in (userfaultfd(2)): who stores there stops. */
static int faults;
static char *pages;

static void *paused(void)
{
    madvise(pages + this_thread * 4096 * 16, 4096 * 16, MADV_DONTNEED);
    return stored_at = pages + this_thread * 4096 * 16;
}

static void resume(int thread)
{
    struct uffdio_zeropage zeros = {
        .range = {(uintptr_t)pages + (uintptr_t)thread * 4096 * 16, 4096 * 16}
    };

    while (ioctl(faults, UFFDIO_ZEROPAGE, &zeros) != 0 && errno == EAGAIN)
        ;
}
)C"},
    {"prepare_pages",
     R"C(
static void prepare_pages(void)
{
    struct uffdio_api api = {.api = UFFD_API};
    struct uffdio_register all = {.mode = UFFDIO_REGISTER_MODE_MISSING};

    all.range.len = (THREADS + 1) * 4096 * 16;
    faults = (int)syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK);
    if (faults < 0 || ioctl(faults, UFFDIO_API, &api) != 0)
        cannot_run("userfaultfd, which takes root or vm.unprivileged_userfaultfd=1");
    pages = mmap(NULL, all.range.len, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    all.range.start = (uintptr_t)pages;
    if (pages == MAP_FAILED || ioctl(faults, UFFDIO_REGISTER, &all) != 0)
        cannot_run("userfaultfd");
}
)C"},
    {"started finished run_thread",
     R"C(
static pthread_barrier_t started;
static sem_t finished;

static void run_part(int section);

static void *run_thread(void *number)
{
    this_thread = (int)(intptr_t)number;
    for (;;) {
        pthread_barrier_wait(&started);
        getppid();  /* a signal that came late is delivered here */
        for (int section = 0; section < SECTIONS; section++) {
            run_part(section);
            meet();
        }
        sem_post(&finished);
    }
    return NULL;
}
)C"},
    {"start_threads",
     R"C(
static void on_end(int signal)
{
    (void)signal;
}

static int open_of(pid_t id, const char *name)
{
    char path[64];

    snprintf(path, sizeof path, "/proc/self/task/%d/%s", (int)id, name);
    return open(path, O_RDONLY | O_CLOEXEC);
}

static void *tell_id(void *number)
{
    int thread = (int)(intptr_t)number;
    pid_t id = (pid_t)syscall(SYS_gettid);

    threads[thread].syscall = open_of(id, "syscall");
    threads[thread].stat = open_of(id, "stat");
    threads[thread].schedstat = open_of(id, "schedstat");
    sem_post(&finished);
    return run_thread(number);
}

static void start_threads(void)
{
    sigaction(SIGUSR1, &(struct sigaction){.sa_handler = on_end}, NULL);
    signal(SIGPIPE, SIG_IGN);
    sem_init(&finished, 0, 0);
    pthread_barrier_init(&started, NULL, THREADS + 1);
    for (intptr_t i = 1; i <= THREADS; i++) {
        if (pthread_create(&threads[i].thread, NULL, tell_id, (void *)i) != 0)
            cannot_run("pthread_create");
        sem_wait(&finished);
        if (threads[i].stat < 0)
            cannot_run("/proc/self/task, to see whether threads sleep");
    }
}
)C"},
    {"run_once",
     R"C(
static void run_once(long repetition)
{
    static const unsigned spins[] = {0, 20, 100, 400, 2000};
    struct timespec until;

    for (int i = 1; i <= CALLS; i++)
        answers[i].n = NOT_MADE;
    most_spin = spins[repetition % 5];
    pthread_barrier_wait(&started);
    for (int left = THREADS; left > 0;) {
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_nsec += 500000;
        if (until.tv_nsec >= 1000000000) {
            until.tv_nsec -= 1000000000;
            until.tv_sec++;
        }
        if (sem_timedwait(&finished, &until) == 0)
            left--;
        else if (all_sleep())
            end_calls();
    }
}
)C"},
    {"LOOK ANSWER BEGINNING show_answers",
     R"C(
static const char *const names[CALLS + 1];
static long n;  /* what a call gave, errno, and the rest, as they were behind it */
static const struct epoll_event *ready;
static uint64_t value;

static int look_at(int call)
{
    n = answers[call].n;
    errno = answers[call].error;
    ready = answers[call].ready;
    value = answers[call].value;
    return 1;
}

static int show_answers(long repetition)
{
    printf("In repetition %ld, seed %llu:\n", repetition, seed);
    for (int i = 1; i <= CALLS; i++) {
        if (!names[i] || !look_at(i) || n == NOT_MADE)
            continue;
        printf("%2d  %s ", i, names[i]);
        if (n == BLOCKED || n == LATE)
            printf("sleeps for ever%s\n", n == LATE ? ", but had something to say when ended" : "");
        else if (n == -1)
            printf("gave %m\n");
        else
            printf("gave %ld\n", n);
        for (long k = 0; k < n && strstr(names[i], "wait"); k++)
            printf("        %llu: %#x\n", (unsigned long long)ready[k].data.u64, ready[k].events);
    }
    return 1;
}

#define LOOK(call) look_at(call)
#define ANSWER(call, wanted) \
    if (look_at(call), !(wanted)) \
        return printf("%s: not %s\n", names[call], #wanted), show_answers(repetition)
#define BEGINNING(call, wanted) \
    if (look_at(call), !(wanted)) \
        return printf("%s gave %ld (%m), not %s\n", names[call], n, #wanted), 77
)C"},
    {"close_all",
     R"C(
static void close_all(void)
{
    for (int fd = first_fd; fd < first_fd + @DESCRIPTORS@; fd++)
        close(fd);
}
)C"},
};

}  // namespace

std::span<const CHelper> thread_c_helpers() { return kThreads; }

}  // namespace epollcheck
