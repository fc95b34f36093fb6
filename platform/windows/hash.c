/*
 * SHA-256 from BCrypt, as an object that is used again and again.
 */
#include "plat/hash.h"

#include <stdbool.h>
#include <stdlib.h>

#include "os_system.h"

#include <bcrypt.h>

#include "plat/error.h"

struct plat_hash {
    BCRYPT_ALG_HANDLE algorithm;
    BCRYPT_HASH_HANDLE object;
    bool is_new; /* nothing was added since the last digest */
    bool failed;
};

/* Looking up the algorithm costs more than hashing a small file, so each object keeps it, and is
 * made to be used again: without the flag, every digest would need a new object. */
int plat_hash_open(struct plat_hash **out)
{
    struct plat_hash *hash = calloc(1, sizeof *hash);
    if (!hash)
        return PLAT_ERR_NO_MEMORY;
    hash->is_new = true;
    if (BCryptOpenAlgorithmProvider(&hash->algorithm, BCRYPT_SHA256_ALGORITHM, NULL,
                                    BCRYPT_HASH_REUSABLE_FLAG) < 0 ||
        BCryptCreateHash(hash->algorithm, &hash->object, NULL, 0, NULL, 0,
                         BCRYPT_HASH_REUSABLE_FLAG) < 0) {
        plat_hash_close(hash);
        return PLAT_ERR_UNSUPPORTED;
    }
    *out = hash;
    return 0;
}

void plat_hash_close(struct plat_hash *hash)
{
    if (!hash)
        return;
    if (hash->object)
        BCryptDestroyHash(hash->object);
    if (hash->algorithm)
        BCryptCloseAlgorithmProvider(hash->algorithm, 0);
    free(hash);
}

/* Only a digest makes the object new. */
void plat_hash_begin(struct plat_hash *hash)
{
    unsigned char unwanted[PLAT_HASH_SIZE];
    if (!hash->is_new)
        hash->failed = BCryptFinishHash(hash->object, unwanted, sizeof unwanted, 0) < 0;
    hash->is_new = !hash->failed;
}

/* BCrypt's parameter is not const, though it only reads. A failure is kept for the digest to tell.
 */
void plat_hash_update(struct plat_hash *hash, const void *data, size_t size)
{
    enum { MOST = 1 << 30 }; /* the call counts in 32 bits */
    const unsigned char *at = data;
    while (size > 0 && !hash->failed) {
        ULONG part = size < MOST ? (ULONG)size : MOST;
        hash->is_new = false;
        hash->failed = BCryptHashData(hash->object, (unsigned char *)(uintptr_t)at, part, 0) < 0;
        at += part;
        size -= part;
    }
}

/* After a failure the object may hold half of something, which begin then throws away. */
int plat_hash_end(struct plat_hash *hash, unsigned char digest[PLAT_HASH_SIZE])
{
    hash->is_new = !hash->failed && BCryptFinishHash(hash->object, digest, PLAT_HASH_SIZE, 0) >= 0;
    if (hash->is_new)
        return 0;
    plat_hash_begin(hash);
    return PLAT_ERR_OTHER;
}
