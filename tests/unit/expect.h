/*
 * Checks of slices and buffers, and of the rows of a table: a failure tells what was found, and in
 * which row.
 */
#ifndef EXPECT_H
#define EXPECT_H

#include "base/buffer.h"
#include "base/slice.h"
#include "testing.h"

#define assert_slice(actual, text)   expect_slice((actual), slice_text(text), __FILE__, __LINE__)
#define assert_slices(actual, slice) expect_slice((actual), (slice), __FILE__, __LINE__)
void expect_slice(struct slice actual, struct slice expected, const char *file, int line);

/* From the least to the most, both included. Newer versions of cmocka warn of their own. */
#define assert_between(actual, least, most)                                                        \
    expect_between((uint64_t)(actual), (uint64_t)(least), (uint64_t)(most), #actual, __FILE__,     \
                   __LINE__)
void expect_between(uint64_t actual, uint64_t least, uint64_t most, const char *what,
                    const char *file, int line);

/* A condition about one row, which its label names. */
#define assert_row(row, condition) expect_row((condition), #condition, (row), __FILE__, __LINE__)
void expect_row(bool condition, const char *what, const char *row, const char *file, int line);

#define assert_row_number(row, actual, expected)                                                   \
    expect_row_number((uint64_t)(actual), (uint64_t)(expected), #actual, (row), __FILE__, __LINE__)
void expect_row_number(uint64_t actual, uint64_t expected, const char *what, const char *row,
                       const char *file, int line);

#define assert_row_slice(row, actual, text)                                                        \
    expect_row_slice((actual), (text), #actual, (row), __FILE__, __LINE__)
void expect_row_slice(struct slice actual, const char *expected, const char *what, const char *row,
                      const char *file, int line);

/* A text of `size` times `c`. The caller frees it. */
char *text_of(char c, size_t size);

#endif
