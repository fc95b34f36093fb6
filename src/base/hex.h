/*
 * SHA-256 digests as the wire, the cache and the messages have them: 64 hex digits. Pure.
 *
 * One digest has one spelling, in lower case, so that texts can be compared instead of digests.
 */
#ifndef BASE_HEX_H
#define BASE_HEX_H

#include "base/slice.h"
#include "plat/error.h"
#include "plat/hash.h"

enum { HEX_DIGITS = 2 * PLAT_HASH_SIZE };

/* Writes the digits and a final zero. */
void hex_encode(const unsigned char digest[PLAT_HASH_SIZE], char text[HEX_DIGITS + 1]);

/* 0, or PLAT_ERR_INVALID for anything but 64 digits in lower case; then the digest is unchanged. */
int hex_decode(struct slice text, unsigned char digest[PLAT_HASH_SIZE]);

#endif
