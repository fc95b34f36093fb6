/*
 * Patterns for file names: "*" is any run of characters, "/" among them, and "?" any one. Pure.
 *
 * Characters are those of UTF-8; a byte that belongs to none is one by itself, in the pattern and
 * in the name alike. There is no way to escape the two signs, and none is needed: a file whose name
 * is the very pattern is looked for first (selection.h).
 */
#ifndef CLIENT_GLOB_H
#define CLIENT_GLOB_H

#include <stdbool.h>

#include "base/slice.h"

/* Whether the text has a "*" or a "?". */
bool glob_is_pattern(struct slice text);

/* Whether the pattern stands for all of the name. Takes time as the product of both sizes at
 * most, and no memory. */
bool glob_match(struct slice pattern, struct slice name);

#endif
