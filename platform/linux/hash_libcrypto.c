/*
 * SHA-256 from OpenSSL's libcrypto.
 */
#include "plat/hash.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdbool.h>
#include <stdlib.h>

#include "plat/error.h"

struct plat_hash {
    EVP_MD_CTX *context;
    bool failed;
};

int plat_hash_open(struct plat_hash **out)
{
    /* Or else exit() would take libcrypto apart under a thread that still hashes. */
    OPENSSL_init_crypto(OPENSSL_INIT_NO_ATEXIT, NULL);
    struct plat_hash *hash = malloc(sizeof *hash);
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    if (!hash || !context) {
        EVP_MD_CTX_free(context);
        free(hash);
        return PLAT_ERR_NO_MEMORY;
    }
    hash->context = context;
    plat_hash_begin(hash);
    if (hash->failed) {
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
    EVP_MD_CTX_free(hash->context);
    free(hash);
}

void plat_hash_begin(struct plat_hash *hash)
{
    hash->failed = EVP_DigestInit_ex(hash->context, EVP_sha256(), NULL) != 1;
}

void plat_hash_update(struct plat_hash *hash, const void *data, size_t size)
{
    /* After a failed begin there is nothing to add to. */
    if (!hash->failed)
        hash->failed = EVP_DigestUpdate(hash->context, data, size) != 1;
}

int plat_hash_end(struct plat_hash *hash, unsigned char digest[PLAT_HASH_SIZE])
{
    int rc = PLAT_ERR_OTHER;
    if (!hash->failed && EVP_DigestFinal_ex(hash->context, digest, NULL) == 1)
        rc = 0;
    plat_hash_begin(hash);
    return rc;
}
