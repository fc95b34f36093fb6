/*
 * The command line, driven by one table a program: parsing, defaults, errors and --help.
 */
#ifndef BASE_OPTIONS_H
#define BASE_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum option_kind {
    OPTION_TEXT,      /* const char * */
    OPTION_PORT,      /* uint16_t to listen on; 0 lets the system choose */
    OPTION_PEER_PORT, /* uint16_t of another program, not 0 */
    OPTION_SECONDS,   /* uint64_t milliseconds, from seconds with or without a fraction */
    OPTION_TIME,      /* the same, or 0 */
    OPTION_COUNT,     /* unsigned, 1 to 1024 */
    OPTION_NUMBER,    /* uint64_t, 0 to 2^63-1 */
    OPTION_RATE,      /* uint64_t bytes a second, with or without k, M or G */
    OPTION_LEVEL,     /* enum log_level */
    OPTION_FLAG,      /* bool */
    OPTION_HEADING    /* no option: its help heads those that follow it in --help */
};

struct option {
    const char *name; /* without the dashes; of a heading: "" */
    char letter;      /* "-i", or 0 */
    enum option_kind kind;
    const char *value;    /* what --help calls the value; NULL for a flag */
    const char *standard; /* the default as it would be typed; NULL: left as the caller set it */
    const char *help;
    size_t offset; /* of the field in the caller's struct */
};

struct program {
    const char *name;
    const char *summary;          /* what it does, one line for --help */
    const char *operands;         /* how --help calls what is no option, or NULL: none allowed */
    const struct option *options; /* ended by a NULL name; --help and --version are added; headed
                                     by "Options:" unless the first one is a heading */
    const char *epilog;           /* more for --help, or NULL */
};

enum options_outcome {
    OPTIONS_RUN,  /* go on */
    OPTIONS_DONE, /* --help or --version was printed; exit 0 */
    OPTIONS_WRONG /* an error was printed; exit 2 */
};

/* For what the table cannot tell: shows "program: what: why" and how to get help, on stderr.
 * Returns OPTIONS_WRONG. */
enum options_outcome options_refuse(const struct program *program, const char *what,
                                    const char *why);

/* Sets the defaults, then what the command line says. Operands are moved to the front of argv + 1
 * in their order; *operand_count tells how many. Texts point into argv or the table. */
enum options_outcome options_parse(const struct program *program, int argc, char **argv,
                                   void *values, int *operand_count);

#endif
