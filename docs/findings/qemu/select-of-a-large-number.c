/* select does not look at numbers beyond the table of descriptors
 *
 * R-C13c: select(2) asks the poll method, too. Its read set has the descriptors with RDNORM,
 *     RDBAND, IN, HUP, ERR or NVAL, its write set those with WRNORM, WRBAND, OUT, ERR or NVAL, its
 *     except set those with PRI or NVAL. A descriptor that is not open: EBADF; one beyond the
 *     descriptor table is ignored; one that was opened with O_PATH is in every set.
 *
 * What is allowed is what tier linux promises.
 * Exit status: 0 all answers are allowed, 1 one is not, 77 that cannot be said
 * here. Compile with: cc -std=c11 -Wall -Wextra FILE.c
 */

#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <sys/time.h>

static char answer[8192];  /* the last answer as text */

static void cannot_run(const char *what)
{
    printf("cannot run here: %s: %s\n", what, strerror(errno));
    exit(77);
}

/* An answer as text: a number, or the name of an error. */
static const char *number(long result)
{
    if (result >= 0)
        sprintf(answer, "%ld", result);
    else
        sprintf(answer, "errno %d (%s)", errno, strerror(errno));
    return answer;
}

/* Ends the program unless an answer is one of those that are allowed. */
static void check(int step, const char *call, const char *got, const char *const *allowed)
{
    for (int i = 0; allowed[i]; i++)
        if (strcmp(got, allowed[i]) == 0)
            return;
    if (errno == ENOSYS || errno == ENOMEM || errno == EMFILE || errno == ENFILE || errno == ENOSPC)
        cannot_run(call);
    printf("step %d: %s: got %s, allowed:", step, call, got);
    for (int i = 0; allowed[i]; i++)
        printf("%s %s", i ? " or" : "", allowed[i]);
    printf("\n");
    exit(1);
}

#define EXPECT(step, format, call, ...) \
    (errno = 0, check(step, #call, format(call), (const char *const[]){__VA_ARGS__, NULL}))

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

/* The sets in which select leaves one descriptor. */
static long select_one(int fd, int sets)
{
    struct timeval now = {0, 0};
    int count = fill_sets(fd, sets);

    return take_sets(fd, select(count, (fd_set *)set_words[0], (fd_set *)set_words[1],
                                (fd_set *)set_words[2], &now));
}

static const char *set_names(long result)
{
    static const char *const names[] = {"READ", "EXCEPT", "WRITE"};

    if (result < 0)
        return number(result);
    answer[0] = '\0';
    if (result & 1)
        strcat(answer, names[0]);
    if (result & 4)
        strcat(strcat(answer, answer[0] ? "|" : ""), names[2]);
    if (result & 2)
        strcat(strcat(answer, answer[0] ? "|" : ""), names[1]);
    return answer[0] ? answer : strcpy(answer, "0");
}

int main(void)
{
    /* 1: select(1000000, READ) = 0 */
    EXPECT(1, set_names, select_one(1000000, READ), "0");

    printf("conforms\n");
    return 0;
}
