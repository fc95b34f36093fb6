/*
 * The catalogue that is measured with: which names there are, how large each file is, in what order
 * they are asked for. All follows from a number, so that senders, askers and peers agree without
 * telling each other. Pure.
 */
#ifndef BENCH_NAMES_H
#define BENCH_NAMES_H

#include <stddef.h>
#include <stdint.h>

/* Room for a name and a final zero; names of the same catalogue are equally long. */
#define NAMES_TEXT_SIZE 24
/* How many folders the names are spread over. */
#define NAMES_FOLDERS 1000
#define NAMES_MAX     UINT64_C(100000000)

/* Writes "d042/file-00001042.bin" for number < NAMES_MAX; returns its length. */
size_t names_write(uint64_t number, char text[NAMES_TEXT_SIZE]);

/* The size in bytes of that file: 1 to 1 MiB, each as likely. */
uint64_t names_size(uint64_t number);

/* The next of a series of random numbers, which any state begins. */
uint64_t names_random(uint64_t *state);

#endif
