/*
 * Fuzz target: numbers. The first byte of the input chooses the largest value that is allowed; what
 * parses is what its digits say, and what does not has another byte or is larger.
 */
#include "base/numbers.h"
#include "fuzz.h"

/* The value, or UINT64_MAX and false when it has other bytes or is larger than max. */
static bool parse_slowly(struct slice text, uint64_t max, uint64_t *value)
{
    *value = 0;
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] < '0' || text.data[i] > '9')
            return false;
        uint64_t digit = (uint64_t)(text.data[i] - '0');
        if (*value > UINT64_MAX / 10 || *value * 10 > UINT64_MAX - digit)
            return false;
        *value = *value * 10 + digit;
    }
    return text.size > 0 && *value <= max;
}

static void check_number(struct slice text, uint64_t max)
{
    uint64_t value = 0, expected, back;
    char digits[NUMBER_TEXT_SIZE];
    bool good = number_parse(text, max, &value) == 0;
    HOLDS(good == parse_slowly(text, max, &expected));
    if (!good)
        return;
    HOLDS(value == expected);
    size_t size = number_format(value, digits);
    HOLDS(size < sizeof digits && digits[size] == '\0' && size <= text.size);
    HOLDS(number_parse(slice_of(digits, size), max, &back) == 0 && back == value);
}

static void check_seconds(struct slice text, uint64_t max_ms)
{
    uint64_t ms = 0;
    if (number_parse_seconds(text, max_ms, &ms) < 0)
        return;
    HOLDS(ms > 0 && ms <= max_ms);
    for (size_t i = 0; i < text.size; i++)
        HOLDS(text.data[i] == '.' || (text.data[i] >= '0' && text.data[i] <= '9'));
}

static void check_rate(struct slice text, uint64_t max)
{
    uint64_t rate = 0;
    if (number_parse_rate(text, max, &rate) < 0)
        return;
    HOLDS(rate > 0 && rate <= max);
    for (size_t i = 0; i < text.size; i++)
        HOLDS(text.data[i] && strchr("0123456789.kKmMgG", text.data[i]));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint64_t most[] = {0, 1, 3, 9, 10, 65535, INT32_MAX, INT64_MAX, UINT64_MAX};
    if (size < 1)
        return 0;
    struct slice text = fuzz_input(data + 1, size - 1);
    check_number(text, most[data[0] % (sizeof most / sizeof most[0])]);
    check_seconds(text, 86400000);
    check_seconds(text, 1);
    check_rate(text, INT64_MAX);
    check_rate(text, 2000);
    return 0;
}
