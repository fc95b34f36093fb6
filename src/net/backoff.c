#include "net/backoff.h"

#include "plat/random.h"

uint32_t backoff_random_pause_ms(struct backoff *backoff)
{
    uint32_t random = 0;
    (void)plat_random_bytes(&random, sizeof random);
    return backoff_pause_ms(backoff, random);
}
