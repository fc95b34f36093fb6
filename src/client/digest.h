/*
 * The SHA-256 of a file that is there, in a wait that the user may interrupt.
 */
#ifndef CLIENT_DIGEST_H
#define CLIENT_DIGEST_H

#include "base/hex.h"
#include "client/work.h"
#include "plat/file.h"

/* Reads the file's first `size` bytes. 0 with its digits; PLAT_AGAIN when interrupted; PLAT_END
 * when it is shorter; or a plat error. */
int digest_file(const struct work *work, struct plat_file file, uint64_t size,
                char sha256[HEX_DIGITS + 1]);

#endif
