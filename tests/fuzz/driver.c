/*
 * A plain driver for the fuzz targets, for every compiler: replays a corpus, and a number of
 * mutations of it that are the same in each run.
 *
 *     target CORPUS [MUTATIONS [SEED]]
 *
 * Each input lies in memory of just its size, so that a sanitizer sees a step beyond it. The input
 * that makes a target abort is left in the working directory.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "plat/file.h"
#include "plat/process.h"
#include "seeded.h"

enum { INPUT_MAX = 16384, INPUTS_MAX = 1000, MUTATIONS = 20000, STEPS_MAX = 6 };

struct input {
    uint8_t *data;
    size_t size;
};

static struct {
    struct input inputs[INPUTS_MAX];
    size_t count;
    uint8_t present[INPUT_MAX]; /* the input at hand */
    size_t present_size;
    char failure[128]; /* the file to leave it in */
} corpus;

/* Called when a target aborts: the input is what it takes to see that again. The process is at its
 * end, so it does no harm that none of this may be counted on in a signal handler.
 * NOLINTBEGIN(bugprone-signal-handler) */
static void on_abort(int number)
{
    FILE *file = fopen(corpus.failure, "wb");
    (void)number;
    if (!file)
        return;
    (void)fwrite(corpus.present, 1, corpus.present_size, file);
    (void)fclose(file);
    fprintf(stderr, "The input is in %s.\n", corpus.failure);
}
/* NOLINTEND(bugprone-signal-handler) */

static void run(const uint8_t *data, size_t size)
{
    uint8_t *copy = malloc(size > 0 ? size : 1);
    if (!copy)
        abort();
    if (size > 0) {
        memcpy(copy, data, size);
        memcpy(corpus.present, data, size);
    }
    corpus.present_size = size;
    (void)LLVMFuzzerTestOneInput(copy, size);
    free(copy);
}

static int load(struct plat_folder *folder, const char *name)
{
    struct plat_file file;
    struct plat_file_info info;
    struct input *input = &corpus.inputs[corpus.count];
    size_t got = 0;
    int rc = plat_file_open(&file, folder, name, &info);
    if (rc < 0 || corpus.count == INPUTS_MAX)
        return -1;
    input->data = malloc(INPUT_MAX);
    if (!input->data)
        return -1;
    rc = plat_file_read(file, input->data, INPUT_MAX, 0, &got);
    plat_file_close(file);
    input->size = rc == 0 ? got : 0;
    corpus.count++;
    return rc < 0 ? -1 : 0;
}

static int by_content(const void *a, const void *b)
{
    const struct input *x = a, *y = b;
    return slice_compare(slice_of((char *)x->data, x->size), slice_of((char *)y->data, y->size));
}

/* Loads every file of the folder, in an order that is the same everywhere. */
static int load_all(const char *path)
{
    struct plat_folder *folder;
    struct plat_listing *listing;
    struct plat_file_info info;
    const char *name;
    int rc = plat_folder_open(&folder, path, false, NULL);
    if (rc < 0)
        return rc;
    rc = plat_listing_open(&listing, folder, "");
    if (rc == 0) {
        while (rc == 0 && plat_listing_next(listing, &name, &info) == 0)
            if (info.kind == PLAT_KIND_FILE)
                rc = load(folder, name);
        plat_listing_close(listing);
    }
    plat_folder_close(folder);
    qsort(corpus.inputs, corpus.count, sizeof corpus.inputs[0], by_content);
    return rc;
}

/* Bytes that mean something to our parsers come up more often than others. */
static uint8_t pick_byte(struct seeded *random)
{
    static const char telling[] = " \n\r\t/.\\0129:%-_+xaA\x7f\x00\xff";
    if (seeded_below(random, 3) == 0)
        return (uint8_t)seeded_next(random);
    return (uint8_t)telling[seeded_below(random, sizeof telling - 1)];
}

static size_t insert(uint8_t *data, size_t size, size_t at, const uint8_t *piece, size_t count)
{
    if (count > INPUT_MAX - size)
        count = INPUT_MAX - size;
    memmove(data + at + count, data + at, size - at);
    memcpy(data + at, piece, count);
    return size + count;
}

static size_t mutate_once(uint8_t *data, size_t size, struct seeded *random)
{
    const struct input *other = &corpus.inputs[seeded_below(random, corpus.count)];
    size_t at = seeded_below(random, size + 1);
    size_t left = size - at;
    size_t count = left > 0 ? 1 + seeded_below(random, left < 16 ? left : 16) : 0;
    uint8_t piece[512], byte = pick_byte(random);
    switch (seeded_below(random, 6)) {
    case 0: /* another byte */
        if (left > 0)
            data[at] = byte;
        return size;
    case 1: /* one more */ return insert(data, size, at, &byte, 1);
    case 2: /* some fewer */
        memmove(data + at, data + at + count, left - count);
        return size - count;
    case 3: /* some twice */
        memcpy(piece, data + at, count);
        return insert(data, size, at, piece, count);
    case 4: /* the same byte many times */
        memset(piece, byte, sizeof piece);
        return insert(data, size, at, piece, 1 + seeded_below(random, sizeof piece));
    default: /* the end of another input */
        count = other->size > 0 ? seeded_below(random, other->size) : 0;
        return insert(data, at, at, other->data + other->size - count, count);
    }
}

static void run_mutation(struct seeded *random)
{
    static uint8_t data[INPUT_MAX];
    const struct input *input = &corpus.inputs[seeded_below(random, corpus.count)];
    size_t size = input->size, steps = 1 + seeded_below(random, STEPS_MAX);
    memcpy(data, input->data, size);
    while (steps-- > 0)
        size = mutate_once(data, size, random);
    run(data, size);
}

int main(int argc, char **argv)
{
    struct seeded random = {1};
    long mutations = MUTATIONS;
    if (plat_process_init(&argc, &argv) != 0 || argc < 2)
        return 2;
    if (argc > 2)
        mutations = strtol(argv[2], NULL, 10);
    if (argc > 3)
        random.state = strtoul(argv[3], NULL, 10);
    if (load_all(argv[1]) < 0 || corpus.count == 0) {
        fprintf(stderr, "%s: cannot be read, or is empty\n", argv[1]);
        return 2;
    }
    const char *slash = strrchr(argv[1], '/');
    snprintf(corpus.failure, sizeof corpus.failure, "failed-%.100s", slash ? slash + 1 : argv[1]);
    (void)signal(SIGABRT, on_abort);
    run(NULL, 0);
    for (size_t i = 0; i < corpus.count; i++)
        run(corpus.inputs[i].data, corpus.inputs[i].size);
    for (long i = 0; i < mutations; i++)
        run_mutation(&random);
    printf("%lu inputs and %ld mutations\n", (unsigned long)corpus.count, mutations);
    for (size_t i = 0; i < corpus.count; i++)
        free(corpus.inputs[i].data);
    return 0;
}
