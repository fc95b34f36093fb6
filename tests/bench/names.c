#include "names.h"

#include <string.h>

/* Fixed width, so that rendering a million names costs little beside sending them. */
static char *put_digits(char *at, uint64_t number, int digits)
{
    for (int i = digits - 1; i >= 0; i--) {
        at[i] = (char)('0' + number % 10);
        number /= 10;
    }
    return at + digits;
}

static char *put_text(char *at, const char *text)
{
    size_t size = strlen(text);
    memcpy(at, text, size);
    return at + size;
}

size_t names_write(uint64_t number, char text[NAMES_TEXT_SIZE])
{
    char *at = put_text(text, "d");
    at = put_digits(at, number % NAMES_FOLDERS, 3);
    at = put_text(at, "/file-");
    at = put_digits(at, number, 8);
    at = put_text(at, ".bin");
    *at = '\0';
    return (size_t)(at - text);
}

uint64_t names_size(uint64_t number)
{
    return (names_random(&number) & 0xfffff) + 1;
}

/* SplitMix64, by Sebastiano Vigna, in the public domain. */
uint64_t names_random(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}
