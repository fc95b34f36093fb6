/* client/planner.h: thousands of random histories. Whatever the sources do, every byte is fetched,
 * found right and written once, and there is an end. */
#include "history.h"

#include "proto/limits.h"

enum { HISTORIES = 3000, RELIABLE_MS = 60 * 1000, END_MS = 60 * 60 * 1000 };

static uint64_t random_size(struct seeded *random)
{
    static const uint64_t most[] = {10, CHUNK_SIZE, 3 * CHUNK_SIZE, 10 * CHUNK_SIZE,
                                    30 * CHUNK_SIZE};
    uint64_t size = 1 + seeded_below(random, (size_t)most[seeded_below(random, COUNT_OF(most))]);
    return seeded_below(random, 4) == 0 ? (size / CHUNK_SIZE + 1) * CHUNK_SIZE : size;
}

/* Anything between a good one and one that does all that sources do. */
static struct history_source random_source(struct seeded *random)
{
    static const uint64_t rates[] = {
        2000, 100 * 1000, 1000 * 1000, 5 * 1000 * 1000, 20 * 1000 * 1000, 100 * 1000 * 1000};
    static const unsigned chances[] = {0, 0, 0, 1, 10, 100, 1000};
    return (struct history_source){
        .rate = rates[seeded_below(random, COUNT_OF(rates))],
        .breaks = chances[seeded_below(random, COUNT_OF(chances))],
        .hangs = chances[seeded_below(random, COUNT_OF(chances) - 1)],
        .refuses = chances[seeded_below(random, COUNT_OF(chances))],
        .lies = chances[seeded_below(random, COUNT_OF(chances))],
        .streams = seeded_below(random, 6) == 0,
        .up_ms = seeded_below(random, 3) == 0 ? seeded_below(random, 30000) : 0,
    };
}

/* Sources come, go and change; the admitted ones change with them. */
static void disturb(struct history *h)
{
    unsigned source = (unsigned)seeded_below(h->random, h->source_count);
    struct history_source *s = &h->sources[source];
    uint64_t bit = (uint64_t)1 << source;
    switch (seeded_below(h->random, 40)) {
    case 0:
        planner_bar(h->planner, source);
        h->barred |= bit;
        break;
    case 1:
    case 2:
        planner_admit(h->planner, source, s->streams ? PLANNER_STREAM : PLANNER_RANGES);
        h->barred &= ~bit;
        break;
    case 3: s->up_ms = h->now_ms + seeded_below(h->random, 5000); break;
    case 4:
        if (seeded_below(h->random, 20) > 0)
            break;
        planner_reset(h->planner);
        ranges_remove(&h->written, 0, h->options.size);
        ranges_remove(&h->wrong, 0, h->options.size);
        h->check_count = 0;
        break;
    case 5: planner_pardon(h->planner, source); break;
    default: break;
    }
}

/* From now on one source does what it should. */
static void calm(struct history *h)
{
    h->sources[0].breaks = h->sources[0].hangs = 0;
    h->sources[0].refuses = h->sources[0].lies = 0;
    h->sources[0].up_ms = 0;
    h->sources[0].rate = 10 * 1000 * 1000;
    h->barred &= ~(uint64_t)1;
    planner_admit(h->planner, 0, h->sources[0].streams ? PLANNER_STREAM : PLANNER_RANGES);
}

static void one_history(struct seeded *random)
{
    struct history h;
    struct planner_options options = {.size = random_size(random),
                                      .workers = 1 + (unsigned)seeded_below(random, 8),
                                      .stall_ms = 5000,
                                      .rate_max = seeded_below(random, 4) == 0 ? 10000000 : 0,
                                      .seed = (uint32_t)seeded_next(random)};
    history_open(&h, random, &options);
    size_t sources = 1 + seeded_below(random, 6);
    for (size_t i = 0; i < sources; i++) {
        struct history_source source = random_source(random);
        history_add(&h, &source);
    }
    while (!history_is_over(&h) && h.now_ms < RELIABLE_MS) {
        history_step(&h, 10 + seeded_below(random, 90));
        disturb(&h);
    }
    calm(&h);
    history_run(&h, END_MS);
    history_close(&h);
}

static void every_byte_is_fetched_and_written_once_whatever_happens(void **state)
{
    struct seeded random;
    (void)state;
    seeded_init(&random, "planner histories");
    for (int i = 0; i < HISTORIES; i++)
        one_history(&random);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_byte_is_fetched_and_written_once_whatever_happens),
    };
    return cmocka_run_group_tests_name("planner histories", tests, NULL, NULL);
}
