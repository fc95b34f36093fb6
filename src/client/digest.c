#include "client/digest.h"

#include <stdlib.h>

enum { READ_SIZE = 256 * 1024 };

static int hash_bytes_of(const struct work *work, struct plat_file file, uint64_t size,
                         struct plat_hash *hash, char *buffer)
{
    for (uint64_t at = 0; at < size;) {
        size_t got, most = size - at < READ_SIZE ? (size_t)(size - at) : READ_SIZE;
        if (work_is_interrupted(work))
            return PLAT_AGAIN;
        int rc = plat_file_read(file, buffer, most, at, &got);
        if (rc != 0)
            return rc;
        plat_hash_update(hash, buffer, got);
        at += got;
    }
    return 0;
}

int digest_file(const struct work *work, struct plat_file file, uint64_t size,
                char sha256[HEX_DIGITS + 1])
{
    unsigned char digest[PLAT_HASH_SIZE];
    struct plat_hash *hash;
    int rc = plat_hash_open(&hash);
    if (rc < 0)
        return rc;
    char *buffer = malloc(READ_SIZE);
    rc = buffer ? hash_bytes_of(work, file, size, hash, buffer) : PLAT_ERR_NO_MEMORY;
    if (rc == 0)
        rc = plat_hash_end(hash, digest);
    if (rc == 0)
        hex_encode(digest, sha256);
    free(buffer);
    plat_hash_close(hash);
    return rc;
}
