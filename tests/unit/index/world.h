/*
 * A catalogue and a few servers, of which each has at most one list in force; for the tests of the
 * catalogue's parts.
 */
#ifndef WORLD_H
#define WORLD_H

#include "expect.h"
#include "index/catalogue.h"

enum { RECORDS_MAX = 1000, NAME_BYTES_MAX = 100 * 1000, SERVERS = 6 };

struct world {
    struct catalogue *catalogue;
    struct catalogue_reader *reader;
    struct catalogue_server servers[SERVERS]; /* alive; A had its turn first, then B, ... */
};

/* The setup and teardown of a test, which gives all its lists back. */
int world_setup(void **state);
int world_teardown(void **state);

#define world_test(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)

/* Takes a list that is not in force out, at once, and with it a reference. NULL is allowed. */
void discard(struct world *w, struct catalogue_list *list);

/* A list of server 0, 1, ..., which is called A, B, ... */
struct catalogue_list *open_list(struct world *w, int server);
void add(struct world *w, struct catalogue_list *list, const char *name, uint64_t size);

/* Tells the hash that is 32 times this byte. */
void set_hash(struct world *w, struct catalogue_list *list, const char *name, uint8_t byte);

/* Puts the list in force and gives our own reference back. */
void publish(struct world *w, int server, struct catalogue_list *list);

/* A lookup of one name; whether it is found. */
bool find_one(struct catalogue_reader *reader, struct slice name, struct catalogue_hit *hit);

/* A server with one file, without a hash and with one. */
void hold(struct world *w, int server, const char *name, uint64_t size);
void hold_hashed(struct world *w, int server, const char *name, uint64_t size, uint8_t byte);

#endif
