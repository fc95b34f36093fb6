/*
 * What the fuzz targets share: the entry that libFuzzer and our own driver call, and properties.
 *
 * A target is one source with LLVMFuzzerTestOneInput. It asserts what must hold for every input,
 * beside the sanitizers' own view of it.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/slice.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Ends the program with the property that does not hold; in every build, unlike assert. */
#define HOLDS(property) fuzz_holds((property), #property, __FILE__, __LINE__)
void fuzz_holds(bool holds, const char *property, const char *file, int line);

/* Whether the part lies within the whole; an empty one may lie anywhere. */
bool fuzz_within(struct slice part, struct slice whole);

static inline struct slice fuzz_input(const uint8_t *data, size_t size)
{
    return slice_of((const char *)data, size);
}

#endif
