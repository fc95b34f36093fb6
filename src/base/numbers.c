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

/* Cuts the text at its point; without one the fraction is empty. */
static void split_at_point(struct slice text, struct slice *whole, struct slice *fraction)
{
    const char *point = text.size ? memchr(text.data, '.', text.size) : NULL;
    *whole = text;
    *fraction = slice_of(NULL, 0);
    if (!point)
        return;
    whole->size = (size_t)(point - text.data);
    *fraction = slice_of(point + 1, text.size - whole->size - 1);
}

int number_parse_seconds(struct slice text, uint64_t max_ms, uint64_t *out_ms)
{
    uint64_t seconds = 0, ms = 0;
    struct slice whole, fraction;
    split_at_point(text, &whole, &fraction);
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

/* The unit that a last letter names, which is cut off; 1 without one. */
static uint64_t take_unit(struct slice *text)
{
    static const char letters[] = "kKmMgG";
    const char *found =
        text->size > 0 ? memchr(letters, text->data[text->size - 1], sizeof letters - 1) : NULL;
    if (!found)
        return 1;
    text->size--;
    return (uint64_t)1 << 10 * ((found - letters) / 2 + 1);
}

/* unit * 0.<digits>, by as many digits as matter. */
static int scale_fraction(struct slice digits, uint64_t unit, uint64_t *out)
{
    enum { DIGITS_THAT_MATTER = 9 }; /* the unit times 10^9 still fits */
    uint64_t value = 0, power = 1;
    for (size_t i = 0; i < digits.size; i++) {
        unsigned digit = (unsigned)(unsigned char)digits.data[i] - '0';
        if (digit > 9)
            return PLAT_ERR_INVALID;
        if (i >= DIGITS_THAT_MATTER)
            continue;
        value = value * 10 + digit;
        power *= 10;
    }
    *out = value * unit / power;
    return 0;
}

int number_parse_rate(struct slice text, uint64_t max, uint64_t *out)
{
    struct slice whole, fraction;
    uint64_t units = 0, part;
    uint64_t unit = take_unit(&text);
    split_at_point(text, &whole, &fraction);
    if (whole.size == 0 && fraction.size == 0)
        return PLAT_ERR_INVALID;
    if (whole.size > 0 && number_parse(whole, max / unit, &units) < 0)
        return PLAT_ERR_INVALID;
    if (scale_fraction(fraction, unit, &part) < 0)
        return PLAT_ERR_INVALID;
    uint64_t rate = units * unit + part; /* below 2^63 + 2^30 */
    if (rate == 0 || rate > max)
        return PLAT_ERR_INVALID;
    *out = rate;
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
