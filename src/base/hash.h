/*
 * A keyed hash for tables whose keys strangers choose: SipHash-1-3 (Aumasson and Bernstein, 2012),
 * so that nobody without the key can make many names fall together. Not for integrity. Pure.
 */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include <stdint.h>

#include "base/slice.h"

struct hash_key {
    uint64_t k0, k1;
};

uint64_t hash_bytes(const struct hash_key *key, struct slice bytes);

#endif
