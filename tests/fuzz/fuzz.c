#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>

void fuzz_holds(bool holds, const char *property, const char *file, int line)
{
    if (holds)
        return;
    fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, property);
    abort();
}

bool fuzz_within(struct slice part, struct slice whole)
{
    if (part.size == 0)
        return true;
    return part.data >= whole.data && part.data + part.size <= whole.data + whole.size;
}
