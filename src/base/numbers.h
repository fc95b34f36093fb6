/*
 * Decimal numbers as the wire and the command line have them. Pure.
 */
#ifndef BASE_NUMBERS_H
#define BASE_NUMBERS_H

#include <stdint.h>

#include "base/slice.h"
#include "plat/error.h"

/* Room for any uint64_t in decimal and a final zero. */
#define NUMBER_TEXT_SIZE 21

/* Digits only: no sign, no space, no hex; leading zeros pass. 0, or PLAT_ERR_INVALID for anything
 * else and for values above max. */
int number_parse(struct slice text, uint64_t max, uint64_t *out);

/* Seconds with or without a fraction ("8", "0.25") in milliseconds, rounded up from the fourth
 * decimal on. 0, or PLAT_ERR_INVALID for anything else, for 0 and for values above max_ms. */
int number_parse_seconds(struct slice text, uint64_t max_ms, uint64_t *out_ms);

/* Bytes a second: "500000", "800k", "1.5M", "2G"; k, M and G, in either case, stand for 1024, its
 * square and its cube. Rounded down. 0, or PLAT_ERR_INVALID for anything else, for less than 1 and
 * for values above max, which is at most 2^63-1. */
int number_parse_rate(struct slice text, uint64_t max, uint64_t *out);

/* Writes the decimal digits and a final zero; returns how many digits. */
size_t number_format(uint64_t number, char text[NUMBER_TEXT_SIZE]);

#endif
