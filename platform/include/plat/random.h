/*
 * Unpredictable bytes from the operating system.
 */
#ifndef PLAT_RANDOM_H
#define PLAT_RANDOM_H

#include <stddef.h>

/* Fills the buffer. 0, or PLAT_ERR_OTHER where the system has no randomness to give. Any thread. */
int plat_random_bytes(void *buffer, size_t size);

#endif
