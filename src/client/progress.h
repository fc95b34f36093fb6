/*
 * The text of a progress line. Pure.
 *
 * It begins with the words that other programs look for, "Downloading: 42.0% (4/10 bytes)"; where
 * there is a person to read it, what may change from one to the next follows.
 */
#ifndef CLIENT_PROGRESS_H
#define CLIENT_PROGRESS_H

#include <stddef.h>
#include <stdint.h>

/* Room for the longest text and a final zero. */
#define PROGRESS_SIZE 192

struct progress {
    uint64_t done, size; /* bytes */
    uint64_t rate;       /* bytes a second; PACE_UNKNOWN: left out */
    uint64_t left_s;     /* seconds; PACE_UNKNOWN: left out */
    unsigned sources;    /* 0: left out */
};

/* The words alone; returns their length. 100.0 % is for what is complete. */
size_t progress_format(char text[PROGRESS_SIZE], const struct progress *progress);

/* The words and as much of the rest as fits into so many columns; even the words are cut there. */
size_t progress_format_wide(char text[PROGRESS_SIZE], const struct progress *progress,
                            size_t columns);

#endif
