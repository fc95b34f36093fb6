/*
 * SHA-256 (FIPS 180-4) of bytes that come in parts: how files and their chunks are known again on
 * another machine, and by another implementation.
 *
 * It takes what the system has for it, for that uses the processor's own instructions. This one
 * hash only: nothing here is keyed or secret.
 *
 * A hasher is opened once and takes one message after the other, without allocating (libcrypto, in
 * its own ways, may). One thread at a time may use it; several hashers know nothing of each other.
 */
#ifndef PLAT_HASH_H
#define PLAT_HASH_H

#include <stddef.h>

enum { PLAT_HASH_SIZE = 32 }; /* bytes of a digest */

struct plat_hash;

/* A hasher of the caller's, at the beginning of a message. 0, or PLAT_ERR_NO_MEMORY, or
 * PLAT_ERR_UNSUPPORTED where the system's library refuses to hash. */
int plat_hash_open(struct plat_hash **out);
void plat_hash_close(struct plat_hash *hash); /* NULL is allowed */

/* Forgets what was added, in the middle of a message or after an error. */
void plat_hash_begin(struct plat_hash *hash);

/* Adds bytes to the message; data may be NULL where size is 0. An error is kept for the end. */
void plat_hash_update(struct plat_hash *hash, const void *data, size_t size);

/* Ends the message and begins the next. 0 with the digest, or PLAT_ERR_OTHER if the system's
 * library failed anywhere on the way; then the digest is not to be used. */
int plat_hash_end(struct plat_hash *hash, unsigned char digest[PLAT_HASH_SIZE]);

#endif
