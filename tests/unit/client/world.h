/*
 * A network for a download under test: an index and some content servers on one loop, a folder to
 * download into, and the client's own parts.
 */
#ifndef WORLD_H
#define WORLD_H

#include "client/download.h"
#include "expect.h"
#include "fake_content.h"
#include "fake_index.h"
#include "proto/limits.h"
#include "testfile.h"

enum { WORLD_SOURCES = 3, MIB = 1024 * 1024 };

struct world {
    void *dir;
    struct work work;
    struct ui ui;
    struct index_link link;
    struct fake_index index;
    struct fake_content sources[WORLD_SOURCES]; /* CS1, CS2, CS3 */
    struct fake_file file, other;               /* the other one is what a test makes it */
    struct download_options options;            /* short times */
    struct download_result result;
};

/* cmocka's setup and teardown, with *state as the struct world. */
int world_setup(void **state);
int world_teardown(void **state);
#define world_test(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)

/* Makes "file" of this many bytes and opens so many servers that have it, all known to the index,
 * with its hash or without. */
void world_fill(struct world *world, uint64_t size, unsigned sources, bool with_hash);

/* Downloads "file"; the result is in the world. */
enum download_outcome world_get(struct world *world);

/* The download is done, what is there are these bytes, and nothing else is left. */
void world_expect_file(struct world *world);

/* Bytes that came from all servers. */
uint64_t world_sent(const struct world *world);

/* Changes each byte of the data and its hash; the servers and the index follow. */
void world_change(struct world *world, int64_t mtime_s);

const struct testdir *world_dir(const struct world *world);

#endif
