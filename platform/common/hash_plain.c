/*
 * SHA-256 in plain C, for where the system has no library for it: static programs, other
 * processors.
 *
 * The names are those of FIPS 180-4: the rounds are its section 6.2.2, the constants its 4.2.2.
 */
#include "plat/hash.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "plat/error.h"

enum {
    BLOCK_SIZE = 64,            /* bytes that are hashed at once */
    LENGTH_AT = BLOCK_SIZE - 8, /* where the last block has the message's length in bits */
    WORDS = BLOCK_SIZE / 4,
    ROUNDS = 64
};

struct plat_hash {
    uint32_t state[8];
    uint64_t size;                   /* of the message so far, bytes */
    unsigned char block[BLOCK_SIZE]; /* the last size % BLOCK_SIZE of them */
};

static const uint32_t initial[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                    0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};

static const uint32_t k[ROUNDS] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

/* Compilers make one instruction of it, also of load and store. */
static inline uint32_t right(uint32_t x, int by)
{
    return x >> by | x << (32 - by);
}

static inline uint32_t load(const unsigned char *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static inline void store(unsigned char *at, uint32_t x)
{
    at[0] = (unsigned char)(x >> 24);
    at[1] = (unsigned char)(x >> 16);
    at[2] = (unsigned char)(x >> 8);
    at[3] = (unsigned char)x;
}

static inline uint32_t choose(uint32_t x, uint32_t y, uint32_t z)
{
    return z ^ (x & (y ^ z)); /* x ? y : z for each bit */
}

/* The two parts have no bit in common; as a sum they wait less for each other. */
static inline uint32_t majority(uint32_t x, uint32_t y, uint32_t z)
{
    return (x & y) + (z & (x ^ y));
}

/* The words of the block, and what the rounds beyond make of them. */
static void schedule(uint32_t w[ROUNDS], const unsigned char *block)
{
    for (int t = 0; t < WORDS; t++)
        w[t] = load(block + 4 * t);
    for (int t = WORDS; t < ROUNDS; t++) {
        uint32_t s1 = right(w[t - 2], 17) ^ right(w[t - 2], 19) ^ w[t - 2] >> 10;
        uint32_t s0 = right(w[t - 15], 7) ^ right(w[t - 15], 18) ^ w[t - 15] >> 3;
        w[t] = s1 + w[t - 7] + s0 + w[t - 16];
    }
}

/* One round with the word k + w. Only d and h change: the standard's move of all eight by one place
 * is in the order in which they are named. */
static inline void turn(uint32_t a, uint32_t b, uint32_t c, uint32_t *d, uint32_t e, uint32_t f,
                        uint32_t g, uint32_t *h, uint32_t word)
{
    *h += (right(e, 6) ^ right(e, 11) ^ right(e, 25)) + choose(e, f, g) + word;
    *d += *h;
    *h += (right(a, 2) ^ right(a, 13) ^ right(a, 22)) + majority(a, b, c);
}

static void hash_block(uint32_t state[8], const unsigned char *block)
{
    uint32_t a = state[0], b = state[1], c = state[2], d = state[3];
    uint32_t e = state[4], f = state[5], g = state[6], h = state[7];
    uint32_t w[ROUNDS];
    schedule(w, block);
    for (int t = 0; t < ROUNDS; t += 8) {
        turn(a, b, c, &d, e, f, g, &h, k[t] + w[t]);
        turn(h, a, b, &c, d, e, f, &g, k[t + 1] + w[t + 1]);
        turn(g, h, a, &b, c, d, e, &f, k[t + 2] + w[t + 2]);
        turn(f, g, h, &a, b, c, d, &e, k[t + 3] + w[t + 3]);
        turn(e, f, g, &h, a, b, c, &d, k[t + 4] + w[t + 4]);
        turn(d, e, f, &g, h, a, b, &c, k[t + 5] + w[t + 5]);
        turn(c, d, e, &f, g, h, a, &b, k[t + 6] + w[t + 6]);
        turn(b, c, d, &e, f, g, h, &a, k[t + 7] + w[t + 7]);
    }
    const uint32_t added[8] = {a, b, c, d, e, f, g, h};
    for (int i = 0; i < 8; i++)
        state[i] += added[i];
}

int plat_hash_open(struct plat_hash **out)
{
    struct plat_hash *hash = malloc(sizeof *hash);
    if (!hash)
        return PLAT_ERR_NO_MEMORY;
    plat_hash_begin(hash);
    *out = hash;
    return 0;
}

void plat_hash_close(struct plat_hash *hash)
{
    free(hash);
}

void plat_hash_begin(struct plat_hash *hash)
{
    memcpy(hash->state, initial, sizeof hash->state);
    hash->size = 0;
}

void plat_hash_update(struct plat_hash *hash, const void *data, size_t size)
{
    const unsigned char *at = data;
    size_t kept = hash->size % BLOCK_SIZE;
    hash->size += size;
    if (kept > 0 && size >= BLOCK_SIZE - kept) {
        memcpy(hash->block + kept, at, BLOCK_SIZE - kept);
        hash_block(hash->state, hash->block);
        at += BLOCK_SIZE - kept;
        size -= BLOCK_SIZE - kept;
        kept = 0;
    }
    if (kept == 0)
        for (; size >= BLOCK_SIZE; at += BLOCK_SIZE, size -= BLOCK_SIZE)
            hash_block(hash->state, at);
    if (size > 0)
        memcpy(hash->block + kept, at, size);
}

/* Pads with one bit, zeros, and the length in bits, for which a block more may be needed. */
static void pad(struct plat_hash *hash)
{
    uint64_t bits = hash->size * 8;
    size_t kept = hash->size % BLOCK_SIZE;
    hash->block[kept++] = 0x80;
    if (kept > LENGTH_AT) {
        memset(hash->block + kept, 0, BLOCK_SIZE - kept);
        hash_block(hash->state, hash->block);
        kept = 0;
    }
    memset(hash->block + kept, 0, LENGTH_AT - kept);
    store(hash->block + LENGTH_AT, (uint32_t)(bits >> 32));
    store(hash->block + LENGTH_AT + 4, (uint32_t)bits);
    hash_block(hash->state, hash->block);
}

int plat_hash_end(struct plat_hash *hash, unsigned char digest[PLAT_HASH_SIZE])
{
    pad(hash);
    for (int i = 0; i < 8; i++)
        store(digest + 4 * i, hash->state[i]);
    plat_hash_begin(hash);
    return 0;
}
