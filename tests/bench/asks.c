#include "asks.h"

#include <stdlib.h>

#include "names.h"
#include "plat/error.h"

static size_t count_of(const struct asks_plan *plan)
{
    if (!plan->in_order)
        return plan->count;
    if (plan->first >= plan->files)
        return 0;
    uint64_t count = (plan->files - plan->first - 1) / plan->step + 1;
    return count < plan->count ? (size_t)count : plan->count;
}

static void put_asks(struct asks *asks, const struct asks_plan *plan)
{
    uint64_t random = plan->seed;
    char name[NAMES_TEXT_SIZE];
    for (size_t i = 0; i < asks->count; i++) {
        uint64_t number =
            plan->in_order ? plan->first + i * plan->step : names_random(&random) % plan->files;
        number += plan->lowest;
        struct slice slice = slice_of(name, names_write(number, name));
        asks->starts[i] = buffer_size(&asks->text);
        asks->sizes[i] = plan->file_size > 0 ? plan->file_size : names_size(number);
        dialect_ask(&asks->text, plan->dialect, slice, asks->sizes[i]);
    }
    asks->starts[asks->count] = buffer_size(&asks->text);
}

int asks_make(struct asks *asks, const struct asks_plan *plan)
{
    *asks = (struct asks){.count = count_of(plan)};
    asks->starts = malloc((asks->count + 1) * sizeof *asks->starts);
    asks->sizes = malloc((asks->count + 1) * sizeof *asks->sizes);
    if (asks->starts && asks->sizes)
        put_asks(asks, plan);
    if (asks->starts && asks->sizes && !asks->text.failed)
        return 0;
    asks_fini(asks);
    return PLAT_ERR_NO_MEMORY;
}

void asks_fini(struct asks *asks)
{
    buffer_fini(&asks->text);
    free(asks->starts);
    free(asks->sizes);
    *asks = (struct asks){0};
}

struct slice asks_text(const struct asks *asks, size_t first, size_t count)
{
    size_t begin = asks->starts[first];
    return slice_of(buffer_content(&asks->text).data + begin, asks->starts[first + count] - begin);
}
