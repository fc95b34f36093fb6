/*
 * mcdn-bench files: makes the files of the catalogue, for servers to serve.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/exit.h"
#include "base/options.h"
#include "commands.h"
#include "names.h"
#include "plat/file.h"

enum { PORTION = 1024 * 1024 };

struct files_options {
    const char *folder;
    uint64_t lowest, files, size;
};

#define FIELD(name) offsetof(struct files_options, name)

static const struct option options[] = {
    {"folder", 0, OPTION_TEXT, "DIR", "bench-files", "where; made if missing", FIELD(folder)},
    {"lowest", 0, OPTION_NUMBER, "N", "0", "number of the first one", FIELD(lowest)},
    {"files", 0, OPTION_NUMBER, "N", "1000", "how many", FIELD(files)},
    {"size", 0, OPTION_NUMBER, "BYTES", "1024", "of each", FIELD(size)},
    {0},
};

static const struct program program = {
    .name = "mcdn-bench files",
    .summary = "Makes files named as `ask` asks for them.",
    .options = options,
};

/* No two files, and no two parts of one, are the same, or a disk might store them in less. */
static void fill(uint64_t *room, uint64_t *random)
{
    for (size_t i = 0; i < PORTION / sizeof *room; i++)
        room[i] = names_random(random);
}

static int write_file(struct plat_file file, uint64_t number, uint64_t size, uint64_t *room)
{
    uint64_t random = number;
    int rc = 0;
    for (uint64_t at = 0; rc == 0 && at < size; at += PORTION) {
        fill(room, &random);
        rc = plat_file_write(file, room, size - at < PORTION ? (size_t)(size - at) : PORTION, at);
    }
    return rc;
}

static int make_file(struct plat_folder *folder, uint64_t number, uint64_t size, uint64_t *room)
{
    char name[NAMES_TEXT_SIZE];
    struct plat_file file = PLAT_FILE_NONE;
    (void)names_write(number, name);
    int rc = plat_folder_make_parents(folder, name);
    if (rc == 0)
        rc = plat_file_create(&file, folder, name);
    if (rc != 0)
        return rc;
    rc = write_file(file, number, size, room);
    plat_file_close(file);
    return rc;
}

static int make_all(const struct files_options *o)
{
    struct plat_folder *folder = NULL;
    uint64_t *room = malloc(PORTION);
    int rc = room ? plat_folder_open(&folder, o->folder, true, NULL) : PLAT_ERR_NO_MEMORY;
    for (uint64_t i = 0; rc == 0 && i < o->files; i++)
        rc = make_file(folder, o->lowest + i, o->size, room);
    plat_folder_close(folder);
    free(room);
    return rc;
}

int command_files(int argc, char **argv)
{
    struct files_options o;
    int operands;
    enum options_outcome outcome = options_parse(&program, argc, argv, &o, &operands);
    if (outcome != OPTIONS_RUN)
        return outcome == OPTIONS_DONE ? EXIT_CODE_DONE : EXIT_CODE_USAGE;
    if (o.files > NAMES_MAX || o.lowest > NAMES_MAX - o.files) {
        fprintf(stderr, "%s: more than 100000000 files\n", program.name);
        return EXIT_CODE_USAGE;
    }
    int rc = make_all(&o);
    if (rc == 0) {
        printf("files=%" PRIu64 "\n", o.files);
        return EXIT_CODE_DONE;
    }
    fprintf(stderr, "%s: %s: %s\n", program.name, o.folder, plat_error_text(rc));
    return EXIT_CODE_FAILED;
}
