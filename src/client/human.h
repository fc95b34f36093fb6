/*
 * Sizes, speeds and times as a person reads them. Pure.
 */
#ifndef CLIENT_HUMAN_H
#define CLIENT_HUMAN_H

#include <stdint.h>

/* Room for any of them and a final zero. */
#define HUMAN_SIZE 32

/* "1 byte", "600 bytes", "1.5 KiB", "200.0 MiB", "3.1 GiB" */
const char *human_bytes(char text[HUMAN_SIZE], uint64_t bytes);

/* The same a second: "1.5 MiB/s" */
const char *human_rate(char text[HUMAN_SIZE], uint64_t bytes_a_second);

/* How long something took: "0.01 s", "2.1 s", "1:05 min", "2:03:04 h" */
const char *human_time(char text[HUMAN_SIZE], uint64_t ms);

/* How long something will take: "0:42", "1:05", "2:03:04" */
const char *human_clock(char text[HUMAN_SIZE], uint64_t seconds);

#endif
