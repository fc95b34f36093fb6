/*
 * Fuzz target: patterns for file names. The input's first zero byte divides pattern and name; the
 * answer is that of a matcher which tries everything, a character of the pattern after the other.
 */
#include "base/utf8.h"
#include "client/glob.h"
#include "fuzz.h"

enum { SIDE_MAX = 300 };

static size_t character_size(struct slice text, size_t at)
{
    size_t size = utf8_size(slice_of(text.data + at, text.size - at));
    return size > 0 ? size : 1;
}

/* reached[i]: what was seen of the pattern so far may stand for the name's first i bytes. Moves
 * that on by the pattern's next character. */
static void step(bool *reached, struct slice character, struct slice name)
{
    bool next[SIDE_MAX + 1] = {false};
    bool star = slice_is(character, "*"), any = slice_is(character, "?");
    for (size_t at = 0; at < name.size; at += character_size(name, at)) {
        size_t size = character_size(name, at);
        next[at] = next[at] || (star && reached[at]);
        if (star)
            next[at + size] = next[at];
        else if (any || slice_equal(character, slice_of(name.data + at, size)))
            next[at + size] = reached[at];
    }
    next[name.size] = next[name.size] || (star && reached[name.size]);
    memcpy(reached, next, sizeof next);
}

static bool match_slowly(struct slice pattern, struct slice name)
{
    bool reached[SIDE_MAX + 1] = {true};
    for (size_t at = 0; at < pattern.size; at += character_size(pattern, at))
        step(reached, slice_of(pattern.data + at, character_size(pattern, at)), name);
    return reached[name.size];
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *zero = size > 0 ? memchr(data, 0, size) : NULL;
    if (!zero)
        return 0;
    size_t pattern_size = (size_t)(zero - data);
    struct slice pattern = fuzz_input(data, pattern_size);
    struct slice name = fuzz_input(zero + 1, size - pattern_size - 1);
    bool matches = glob_match(pattern, name);
    HOLDS(!slice_equal(pattern, name) || matches);
    if (!glob_is_pattern(pattern))
        HOLDS(matches == slice_equal(pattern, name));
    if (pattern.size <= SIDE_MAX && name.size <= SIDE_MAX)
        HOLDS(matches == match_slowly(pattern, name));
    return 0;
}
