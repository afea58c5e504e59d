// Basic helpers of emitted C files: answers as text and their comparison, memory, time, signals.
// See emit_c_helpers.h.

#include "harness/program/emit_c_helpers.h"

#include <algorithm>
#include <cctype>

namespace epollcheck {
namespace {

constexpr CHelper kBasic[] = {
    {"answer",
     R"C(
static char answer[8192];  /* the last answer as text */
)C"},
    {"BLOCKED",
     R"C(
enum { BLOCKED = -2 };  /* what a call gives that waits for ever */
)C"},
    {"cannot_run",
     R"C(
static void cannot_run(const char *what)
{
    printf("cannot run here: %s: %s\n", what, strerror(errno));
    exit(77);
}
)C"},
    {"number",
     R"C(
/* An answer as text: a number, or the name of an error. */
static const char *number(long result)
{
    if (result >= 0)
        sprintf(answer, "%ld", result);
@ERRORS@    else
        sprintf(answer, "errno %d (%s)", errno, strerror(errno));
    return answer;
}
)C"},
    {"descriptor",
     R"C(
static const char *descriptor(long result)
{
    return result >= 0 ? "fd" : number(result);
}
)C"},
    {"first_fd",
     R"C(
static int first_fd;  /* the lowest number that this program can get */
)C"},
    {"slot",
     R"C(
static const char *slot(long result)
{
    if (result >= 0)
        sprintf(answer, "descriptor number %ld above the first one", result - first_fd);
    return result >= 0 ? answer : number(result);
}
)C"},
    {"value",
     R"C(
static uint64_t value;  /* what was read */
)C"},
    {"payload",
     R"C(
static const char *payload(long result)
{
    if (result != sizeof value)
        return number(result);
    sprintf(answer, "{%" PRIu64 "}", value);
    value = 0;
    return answer;
}
)C"},
    {"any_payload",
     R"C(
/* For a number that may be any. */
static const char *any_payload(long result)
{
    return result == sizeof value ? "{any number}" : number(result);
}
)C"},
    {"any_count",
     R"C(
/* For a count that may be any. */
static const char *any_count(long result)
{
    return result >= 0 ? "any count" : number(result);
}
)C"},
    {"add_mask",
     R"C(
/* Appends the names of events to an answer. */
static void add_mask(uint32_t mask)
{
    static const char *const names[32] = {
        "IN", "PRI", "OUT", "ERR", "HUP", "NVAL", "RDNORM", "RDBAND", "WRNORM", "WRBAND", "MSG",
        [13] = "RDHUP", [27] = "URING_WAKE", "EXCLUSIVE", "WAKEUP", "ONESHOT", "ET"};
    uint32_t unknown = 0;
    const char *gap = "";

    for (int bit = 0; bit < 32; bit++) {
        if ((mask >> bit & 1) && names[bit]) {
            strcat(strcat(answer, gap), names[bit]);
            gap = "|";
        } else {
            unknown |= mask & (uint32_t)1 << bit;
        }
    }
    if (unknown || !mask)
        sprintf(answer + strlen(answer), unknown ? "%s%#" PRIx32 : "%s0", gap, unknown);
}
)C"},
    {"ready",
     R"C(
static struct epoll_event ready[64];  /* where waits store their events */
)C"},
    {"event_list",
     R"C(
/* The answer of a wait: [data:EVENTS, ...]. */
static const char *event_list(long count)
{
    if (count < 0 || count > 64)
        return number(count);
    strcpy(answer, "[");
    for (long i = 0; i < count; i++) {
        sprintf(answer + strlen(answer), "%s%" PRIu64 ":", i ? ", " : "", ready[i].data.u64);
        add_mask(ready[i].events);
    }
    memset(ready, 0xa5, sizeof ready);  /* an old event must not pass for a new one */
    return strcat(answer, "]");
}
)C"},
    {"sorted_event_list",
     R"C(
static int compare_events(const void *left, const void *right)
{
    const struct epoll_event *a = left, *b = right;

    if (a->data.u64 != b->data.u64)
        return a->data.u64 < b->data.u64 ? -1 : 1;
    return a->events < b->events ? -1 : a->events > b->events;
}

/* The same where the order of the events is not promised: sorted by their data. */
static const char *sorted_event_list(long count)
{
    if (count > 0 && count <= 64)
        qsort(ready, (size_t)count, sizeof ready[0], compare_events);
    return event_list(count);
}
)C"},
    {"hide",
     R"C(
/* Compilers must not see that this pointer does not fit: they would warn. */
static void *hide(void *pointer)
{
    void *volatile hidden = pointer;

    return hidden;
}
)C"},
    {"hide_number",
     R"C(
/* Nor that a number does not fit. */
static int hide_number(int odd)
{
    volatile int hidden = odd;

    return hidden;
}
)C"},
    {"bad_page",
     R"C(
/* Memory that can be accessed, and behind it a page that cannot. */
static void *bad_page(void)
{
    static char *area;
    size_t bytes = 1 << 16;

    if (!area) {
        area = mmap(NULL, 2 * bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (area == MAP_FAILED || mprotect(area + bytes, bytes, PROT_NONE) != 0)
            cannot_run("mmap");
    }
    return hide(area + bytes);
}
)C"},
    {"kernel_address",
     R"C(
/* An address that belongs to the kernel. */
static void *kernel_address(void)
{
    return hide((void *)(UINTPTR_MAX << (sizeof(void *) == 8 ? 47 : 12)));
}
)C"},
    {"stored_at",
     R"C(
static void *stored_at;  /* where the last wait was to store its events */
)C"},
    {"room",
     R"C(
/* A buffer for `count` events and `bytes` bytes in front of a page that cannot be accessed. */
static void *room(size_t count, size_t bytes)
{
    return stored_at = (char *)bad_page() - count * sizeof(struct epoll_event) - bytes;
}
)C"},
    {"unaligned",
     R"C(
static void *unaligned(void)
{
    return stored_at = (char *)hide(ready) + 1;
}
)C"},
    {"stored_event_list",
     R"C(
static const char *stored_event_list(long count)
{
    if (count > 0 && count <= 64)
        memmove(ready, stored_at, (size_t)count * sizeof ready[0]);
    return event_list(count);
}
)C"},
    {"handled on_program_signal prepare_signals",
     R"C(
static volatile sig_atomic_t handled;  /* signals of this program that were handled */

static void on_program_signal(int signal)
{
    (void)signal;
    handled = handled + 1;
}

/* The signals of this program: all are blocked, and the handler of one asks for restarts. */
static void prepare_signals(void)
{
    const int own[] = {SIGUSR1, SIGUSR2, SIGRTMIN, SIGRTMIN + 1};
    struct sigaction action;
    sigset_t blocked;

    memset(&action, 0, sizeof action);
    action.sa_handler = on_program_signal;
    sigemptyset(&blocked);
    for (int i = 0; i < 4; i++) {
        action.sa_flags = own[i] == SIGUSR2 ? SA_RESTART : 0;
        sigaction(own[i], &action, NULL);
        sigaddset(&blocked, own[i]);
    }
    sigprocmask(SIG_BLOCK, &blocked, NULL);
}
)C"},
    {"set_of",
     R"C(
/* The set of the signals in a list that ends with 0. */
static sigset_t *set_of(const int *signals)
{
    static sigset_t set;

    sigemptyset(&set);
    for (; *signals; signals++)
        sigaddset(&set, *signals);
    return &set;
}
)C"},
    {"check",
     R"C(
/* Ends the program unless an answer is one of those that are allowed. */
static void check(int step, const char *call, const char *got, const char *const *allowed)
{
@CHECK@    printf("step %d: %s: got %s, allowed:", step, call, got);
    for (int i = 0; allowed[i]; i++)
        printf("%s %s", i ? " or" : "", allowed[i]);
    printf("\n");
    exit(1);
}

#define EXPECT(step, format, call, ...) \
    (errno = 0, check(step, #call, format(call), (const char *const[]){__VA_ARGS__, NULL}))
)C"},
    {"EXPECT_NOT",
     R"C(
/* For a step where so much is allowed that only the one answer is checked which is not. */
#define EXPECT_NOT(step, format, call, forbidden) \
    check(step, #call, strcmp(format(call), forbidden) ? "" : answer, \
          (const char *const[]){"", "(anything else)", NULL})
)C"},
    {"EXPECT_PATIENTLY",
     R"C(
/* A call that may wait is interrupted every 20 ms; one that still waits then, three times in a row,
 * is said to block. One that comes back with less than `whole` bytes was waiting, too. */
static volatile sig_atomic_t ticks;
@HANDLED_BEFORE@
static void on_tick(int signal)
{
    (void)signal;
    ticks = ticks + 1;
}

static void set_ticks(int period_us)
{
    struct itimerval timer = {{0, period_us}, {0, period_us}};

    setitimer(ITIMER_REAL, &timer, NULL);
}

static void start_ticks(void)
{
    struct sigaction action;

    memset(&action, 0, sizeof action);  /* without SA_RESTART, so that calls do end */
    action.sa_handler = on_tick;
    sigaction(SIGALRM, &action, NULL);
    ticks = 0;
@REMEMBER@    set_ticks(20000);
}

static int was_interrupted(long result)
{
    return result == -1 && errno == EINTR@NOT_HANDLED@;
}

static long stop_ticks(long result, long whole)
{
    int error = errno;
    int waits = was_interrupted(result) || (ticks > 0 && result >= 0 && result < whole);

    set_ticks(0);
    errno = error;
    return waits ? BLOCKED : result;
}

#define EXPECT_PATIENTLY(step, format, call, whole, ...) \
    do { \
        long result; \
        start_ticks(); \
        do \
            result = call; \
        while (was_interrupted(result) && ticks < 3); \
        check(step, #call, format(stop_ticks(result, whole)), \
              (const char *const[]){__VA_ARGS__, NULL}); \
    } while (0)
)C"},
    {"started start_clock check_duration",
     R"C(
static struct timespec started;

static void start_clock(void)
{
    clock_gettime(CLOCK_MONOTONIC, &started);
}

/* A wait that gave `nothing` must have lasted as long as its time-out. */
static void check_duration(int step, const char *nothing, long long nanoseconds)
{
    struct timespec now;
    long long passed;

    clock_gettime(CLOCK_MONOTONIC, &now);
    passed = (now.tv_sec - started.tv_sec) * 1000000000LL + (now.tv_nsec - started.tv_nsec);
    if (strcmp(answer, nothing) != 0 || passed >= nanoseconds)
        return;
    printf("step %d: the wait ended after %lld ns, its time-out was %lld ns\n", step, passed,
           nanoseconds);
    exit(1);
}
)C"},
};

bool is_word_character(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

}  // namespace

std::span<const CHelper> basic_c_helpers() { return kBasic; }

bool has_word(std::string_view text, std::string_view name) {
    for (auto at = text.find(name); at != std::string_view::npos; at = text.find(name, at + 1)) {
        const std::size_t end = at + name.size();
        const bool starts = at == 0 || !is_word_character(text[at - 1]);
        const bool ends = end == text.size() || !is_word_character(text[end]);
        if (starts && ends) return true;
    }
    return false;
}

bool has_any_word(std::string_view text, std::string_view names) {
    while (!names.empty()) {
        const std::size_t end = std::min(names.find(' '), names.size());
        if (has_word(text, names.substr(0, end))) return true;
        names.remove_prefix(std::min(end + 1, names.size()));
    }
    return false;
}

}  // namespace epollcheck
