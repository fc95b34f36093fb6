#include "prober.h"

#include <stdlib.h>

#include "names.h"
#include "plat/clock.h"
#include "wire.h"

/* Often enough to meet a stall of a few milliseconds, seldom enough to leave the machine to what
 * is probed. */
enum { PAUSE_MS = 1 };

static bool pause_is_over(struct prober *prober)
{
    plat_mutex_lock(&prober->mutex);
    if (!prober->stopping)
        (void)plat_cond_wait_for(&prober->stop, &prober->mutex, PAUSE_MS);
    bool stopping = prober->stopping;
    plat_mutex_unlock(&prober->mutex);
    return !stopping;
}

static int probe(struct prober *prober, struct wire *wire, uint64_t number)
{
    char name[NAMES_TEXT_SIZE];
    struct slice slice = slice_of(name, names_write(number, name));
    uint64_t begin_us = plat_clock_now_us();
    int rc = wire_ask(wire, DIALECT_INDEX, slice, names_size(number));
    histogram_add(&prober->latency, plat_clock_now_us() - begin_us, 1);
    if (rc != PLAT_ERR_INVALID)
        return rc;
    prober->wrong++;
    return 0;
}

static void run(void *arg)
{
    struct prober *prober = arg;
    struct wire *wires = calloc(PROBER_WIRES, sizeof *wires);
    uint64_t random = 1;
    int rc = wires ? 0 : PLAT_ERR_NO_MEMORY;
    for (unsigned i = 0; rc == 0 && i < PROBER_WIRES; i++)
        rc = wire_open(&wires[i], &prober->to);
    /* In turn, so that a thread of the server that stalls is met within a few milliseconds. */
    for (unsigned i = 0; rc == 0 && pause_is_over(prober); i++)
        rc = probe(prober, &wires[i % PROBER_WIRES], names_random(&random) % prober->files);
    for (unsigned i = 0; wires && i < PROBER_WIRES; i++)
        wire_close(&wires[i]);
    free(wires);
    prober->error = rc;
}

int prober_start(struct prober *prober)
{
    plat_mutex_init(&prober->mutex);
    plat_cond_init(&prober->stop);
    prober->stopping = false;
    return plat_thread_start(&prober->thread, run, prober);
}

void prober_stop(struct prober *prober)
{
    plat_mutex_lock(&prober->mutex);
    prober->stopping = true;
    plat_cond_broadcast(&prober->stop);
    plat_mutex_unlock(&prober->mutex);
    plat_thread_join(&prober->thread);
    plat_cond_fini(&prober->stop);
    plat_mutex_fini(&prober->mutex);
}
