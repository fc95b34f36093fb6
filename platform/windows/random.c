/*
 * Unpredictable bytes from the operating system.
 */
#include "plat/random.h"

#include "os_system.h"

#include <bcrypt.h>

#include "plat/error.h"

int plat_random_bytes(void *buffer, size_t size)
{
    enum { MOST = 1 << 30 }; /* the call counts in 32 bits */
    unsigned char *at = buffer;
    while (size > 0) {
        ULONG part = size < MOST ? (ULONG)size : MOST;
        if (BCryptGenRandom(NULL, at, part, BCRYPT_USE_SYSTEM_PREFERRED_RNG) < 0)
            return PLAT_ERR_OTHER;
        at += part;
        size -= part;
    }
    return 0;
}
