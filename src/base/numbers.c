#include "base/numbers.h"

int number_parse(struct slice text, uint64_t max, uint64_t *out)
{
    uint64_t value = 0;
    if (text.size == 0)
        return PLAT_ERR_INVALID;
    for (size_t i = 0; i < text.size; i++) {
        unsigned digit = (unsigned)(unsigned char)text.data[i] - '0';
        if (digit > 9 || digit > max || value > (max - digit) / 10)
            return PLAT_ERR_INVALID;
        value = value * 10 + digit;
    }
    *out = value;
    return 0;
}

/* The digits behind the point in thousandths, rounded up. */
static int parse_fraction(struct slice text, uint64_t *out_ms)
{
    uint64_t ms = 0, unit = 100;
    bool more = false;
    for (size_t i = 0; i < text.size; i++) {
        unsigned digit = (unsigned)(unsigned char)text.data[i] - '0';
        if (digit > 9)
            return PLAT_ERR_INVALID;
        ms += digit * unit;
        more = more || (unit == 0 && digit > 0);
        unit /= 10;
    }
    *out_ms = ms + more;
    return 0;
}

int number_parse_seconds(struct slice text, uint64_t max_ms, uint64_t *out_ms)
{
    uint64_t seconds = 0, ms = 0;
    const char *point = text.size ? memchr(text.data, '.', text.size) : NULL;
    struct slice whole = text, fraction = {NULL, 0};
    if (point) {
        whole.size = (size_t)(point - text.data);
        fraction = slice_of(point + 1, text.size - whole.size - 1);
    }
    if (whole.size == 0 && fraction.size == 0)
        return PLAT_ERR_INVALID;
    if (whole.size > 0 && number_parse(whole, max_ms / 1000, &seconds) < 0)
        return PLAT_ERR_INVALID;
    if (parse_fraction(fraction, &ms) < 0)
        return PLAT_ERR_INVALID;
    ms += seconds * 1000;
    if (ms == 0 || ms > max_ms)
        return PLAT_ERR_INVALID;
    *out_ms = ms;
    return 0;
}

size_t number_format(uint64_t number, char text[NUMBER_TEXT_SIZE])
{
    char reversed[NUMBER_TEXT_SIZE];
    size_t count = 0;
    do {
        reversed[count++] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    for (size_t i = 0; i < count; i++)
        text[i] = reversed[count - 1 - i];
    text[count] = '\0';
    return count;
}
