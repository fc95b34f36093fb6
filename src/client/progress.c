#include "client/progress.h"

#include <stdio.h>
#include <string.h>

#include "client/human.h"
#include "client/pace.h"

enum { DETAIL_SIZE = HUMAN_SIZE + 16 };

size_t progress_format(char text[PROGRESS_SIZE], const struct progress *progress)
{
    uint64_t done = progress->done, size = progress->size;
    double percent = size > 0 ? (double)done * 100 / (double)size : 100;
    if (done < size && percent > 99.9)
        percent = 99.9;
    int length = snprintf(text, PROGRESS_SIZE, "Downloading: %.1f%% (%llu/%llu bytes)", percent,
                          (unsigned long long)done, (unsigned long long)size);
    return (size_t)length;
}

/* Puts one more detail behind the text, if there is room for all of it. */
static size_t add_detail(char *text, size_t length, size_t columns, const char *detail)
{
    size_t size = strlen(detail);
    if (length + size > columns || length + size >= PROGRESS_SIZE)
        return length;
    memcpy(text + length, detail, size + 1);
    return length + size;
}

size_t progress_format_wide(char text[PROGRESS_SIZE], const struct progress *progress,
                            size_t columns)
{
    char detail[DETAIL_SIZE], value[HUMAN_SIZE];
    size_t length = progress_format(text, progress);
    if (length > columns) {
        text[columns] = '\0';
        return columns;
    }
    if (progress->rate != PACE_UNKNOWN) {
        snprintf(detail, sizeof detail, "  %s", human_rate(value, progress->rate));
        length = add_detail(text, length, columns, detail);
    }
    if (progress->left_s != PACE_UNKNOWN) {
        snprintf(detail, sizeof detail, "  %s left", human_clock(value, progress->left_s));
        length = add_detail(text, length, columns, detail);
    }
    if (progress->sources > 0) {
        snprintf(detail, sizeof detail, "  %u source%s", progress->sources,
                 progress->sources == 1 ? "" : "s");
        length = add_detail(text, length, columns, detail);
    }
    return length;
}
