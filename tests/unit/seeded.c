#include "seeded.h"

#include "plat/random.h"
#include "testing.h"

void seeded_init(struct seeded *random, const char *test)
{
    const char *given = getenv("MCDN_TEST_SEED");
    uint32_t seed = 1;
    if (given)
        seed = (uint32_t)strtoul(given, NULL, 10);
    else
        (void)plat_random_bytes(&seed, sizeof seed);
    random->state = seed;
    print_message("%s: MCDN_TEST_SEED=%lu repeats this run\n", test, (unsigned long)seed);
}
