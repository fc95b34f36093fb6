/*
 * Randomness from getrandom(2).
 */
#include "plat/random.h"

#include <errno.h>
#include <sys/random.h>

#include "plat/error.h"

int plat_random_bytes(void *buffer, size_t size)
{
    unsigned char *at = buffer;
    while (size > 0) {
        ssize_t n = getrandom(at, size, 0);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return PLAT_ERR_OTHER;
        at += n;
        size -= (size_t)n;
    }
    return 0;
}
