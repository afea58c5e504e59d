/* After close_range, a number is like any other that was closed
 *
 * qemu-user swaps the bytes of an eventfd, which are in another order on s390x, by a table of
 * descriptor numbers. close_range does not clear the table as close does, so whatever gets the
 * number next, here a pipe, has its bytes swapped, too.
 *
 * Exit status: 0 the bytes arrive as they were sent, 1 they do not, 77 that cannot be said here.
 * Compile with: s390x-linux-gnu-gcc -std=c11 -Wall -Wextra -static FILE.c
 */

#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(void)
{
    char bytes[8] = "";
    int ends[2];
    int e = eventfd(0, 0);

    if (e < 0 || syscall(SYS_close_range, (unsigned)e, (unsigned)e, 0u) != 0)
        return 77;
    if (pipe(ends) != 0 || ends[0] != e)  /* the lowest free number */
        return 77;
    if (write(ends[1], "01234567", sizeof bytes) != sizeof bytes
        || read(ends[0], bytes, sizeof bytes) != sizeof bytes)
        return 77;
    printf("sent 01234567, got %.8s\n", bytes);
    return memcmp(bytes, "01234567", sizeof bytes) != 0;
}
