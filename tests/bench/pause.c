#include "pause.h"

#include "plat/clock.h"
#include "plat/thread.h"

void pause_ms(uint32_t ms)
{
    struct plat_mutex mutex;
    struct plat_cond never;
    uint64_t now_ms = plat_clock_now_ms();
    uint64_t end_ms = now_ms + ms;
    plat_mutex_init(&mutex);
    plat_cond_init(&never);
    plat_mutex_lock(&mutex);
    for (; now_ms < end_ms; now_ms = plat_clock_now_ms())
        (void)plat_cond_wait_for(&never, &mutex, (uint32_t)(end_ms - now_ms));
    plat_mutex_unlock(&mutex);
    plat_cond_fini(&never);
    plat_mutex_fini(&mutex);
}
