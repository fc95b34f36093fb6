#include "expect.h"

static void print_slice(const char *what, struct slice slice)
{
    print_error("  %s: %lu bytes \"%.*s\"\n", what, (unsigned long)slice.size, SLICE_PRINT(slice));
}

void expect_slice(struct slice actual, struct slice expected, const char *file, int line)
{
    if (slice_equal(actual, expected))
        return;
    print_slice("found", actual);
    print_slice("expected", expected);
    _fail(file, line);
}

void expect_between(uint64_t actual, uint64_t least, uint64_t most, const char *what,
                    const char *file, int line)
{
    if (actual >= least && actual <= most)
        return;
    print_error("%s is %llu, expected %llu to %llu\n", what, (unsigned long long)actual,
                (unsigned long long)least, (unsigned long long)most);
    _fail(file, line);
}

void expect_row(bool condition, const char *what, const char *row, const char *file, int line)
{
    if (condition)
        return;
    print_error("row \"%s\": not so: %s\n", row, what);
    _fail(file, line);
}

void expect_row_number(uint64_t actual, uint64_t expected, const char *what, const char *row,
                       const char *file, int line)
{
    if (actual == expected)
        return;
    print_error("row \"%s\": %s is %llu, expected %llu\n", row, what, (unsigned long long)actual,
                (unsigned long long)expected);
    _fail(file, line);
}

void expect_row_slice(struct slice actual, const char *expected, const char *what, const char *row,
                      const char *file, int line)
{
    if (slice_is(actual, expected))
        return;
    print_error("row \"%s\": %s\n", row, what);
    print_slice("found", actual);
    print_slice("expected", slice_text(expected));
    _fail(file, line);
}

char *text_of(char c, size_t size)
{
    char *text = malloc(size + 1);
    assert_non_null(text);
    memset(text, c, size);
    text[size] = '\0';
    return text;
}
