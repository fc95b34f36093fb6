#include "client/human.h"

#include <stdio.h>

static const char *const units[] = {"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};

static const char *scaled(char text[HUMAN_SIZE], uint64_t bytes, const char *behind)
{
    double value = (double)bytes / 1024;
    size_t unit = 0;
    /* What would be shown as 1024.0 is one of the next unit. */
    for (; value >= 1023.95 && unit + 1 < sizeof units / sizeof units[0]; unit++)
        value /= 1024;
    snprintf(text, HUMAN_SIZE, "%.1f %s%s", value, units[unit], behind);
    return text;
}

const char *human_bytes(char text[HUMAN_SIZE], uint64_t bytes)
{
    if (bytes >= 1024)
        return scaled(text, bytes, "");
    snprintf(text, HUMAN_SIZE, "%u byte%s", (unsigned)bytes, bytes == 1 ? "" : "s");
    return text;
}

const char *human_rate(char text[HUMAN_SIZE], uint64_t bytes_a_second)
{
    if (bytes_a_second >= 1024)
        return scaled(text, bytes_a_second, "/s");
    snprintf(text, HUMAN_SIZE, "%u B/s", (unsigned)bytes_a_second);
    return text;
}

const char *human_time(char text[HUMAN_SIZE], uint64_t ms)
{
    uint64_t seconds = (ms + 500) / 1000;
    if (ms < 1000)
        snprintf(text, HUMAN_SIZE, "%.2f s", (double)ms / 1000);
    else if (ms < 59950)
        snprintf(text, HUMAN_SIZE, "%.1f s", (double)ms / 1000);
    else {
        char clock[HUMAN_SIZE];
        snprintf(text, HUMAN_SIZE, "%.24s %s", human_clock(clock, seconds),
                 seconds < 3600 ? "min" : "h");
    }
    return text;
}

const char *human_clock(char text[HUMAN_SIZE], uint64_t seconds)
{
    unsigned minute = (unsigned)(seconds / 60 % 60), second = (unsigned)(seconds % 60);
    if (seconds < 3600)
        snprintf(text, HUMAN_SIZE, "%u:%02u", minute, second);
    else
        snprintf(text, HUMAN_SIZE, "%llu:%02u:%02u", (unsigned long long)(seconds / 3600), minute,
                 second);
    return text;
}
