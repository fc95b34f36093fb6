/*
 * Randomness from arc4random, which the system seeds and which cannot fail.
 */
#include "plat/random.h"

#include <stdlib.h>

int plat_random_bytes(void *buffer, size_t size)
{
    arc4random_buf(buffer, size);
    return 0;
}
