/*
 * Characters in bytes that should be UTF-8 and, coming from a peer, need not be. Pure.
 */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>

#include "base/slice.h"

/* How many bytes the character at the beginning has; 0 if there is none: nothing, a byte that
 * begins none, one cut short, an overlong form, a surrogate, or one beyond U+10FFFF. */
size_t utf8_size(struct slice text);

bool utf8_is_valid(struct slice text);

/* The longest beginning of at most `most` bytes that cuts no character. Bytes that are no UTF-8
 * stand for themselves. */
size_t utf8_cut(struct slice text, size_t most);

#endif
