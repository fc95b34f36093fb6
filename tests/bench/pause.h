/*
 * Letting time pass, for those who measure at a pace.
 */
#ifndef BENCH_PAUSE_H
#define BENCH_PAUSE_H

#include <stdint.h>

/* Blocks for so long, or a little longer. Any thread. */
void pause_ms(uint32_t ms);

#endif
