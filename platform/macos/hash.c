/*
 * SHA-256 from CommonCrypto, whose calls cannot fail.
 */
#include "plat/hash.h"

#include <CommonCrypto/CommonDigest.h>
#include <stdlib.h>

#include "plat/error.h"

_Static_assert(PLAT_HASH_SIZE == CC_SHA256_DIGEST_LENGTH, "both mean the same hash");

struct plat_hash {
    CC_SHA256_CTX context;
};

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
    CC_SHA256_Init(&hash->context);
}

void plat_hash_update(struct plat_hash *hash, const void *data, size_t size)
{
    enum { MOST = 1 << 30 }; /* the call counts in 32 bits */
    const unsigned char *at = data;
    while (size > 0) {
        CC_LONG part = size < MOST ? (CC_LONG)size : MOST;
        CC_SHA256_Update(&hash->context, at, part);
        at += part;
        size -= part;
    }
}

int plat_hash_end(struct plat_hash *hash, unsigned char digest[PLAT_HASH_SIZE])
{
    CC_SHA256_Final(digest, &hash->context);
    plat_hash_begin(hash);
    return 0;
}
