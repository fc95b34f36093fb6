#include "client/glob.h"

#include "base/utf8.h"

bool glob_is_pattern(struct slice text)
{
    return text.size > 0 &&
           (memchr(text.data, '*', text.size) || memchr(text.data, '?', text.size));
}

/* The character there; at the end of the text an empty one. */
static struct slice character_at(struct slice text, size_t at)
{
    struct slice rest = slice_of(text.data + at, text.size - at);
    size_t size = utf8_size(rest);
    if (size == 0 && rest.size > 0)
        size = 1;
    return slice_of(rest.data, size);
}

/* Only the last star seen is ever gone back to: an earlier one could take no more than what the
 * later one is free to take as well. */
bool glob_match(struct slice pattern, struct slice name)
{
    size_t at_pattern = 0, at_name = 0;
    size_t behind_star = 0, star_takes = 0; /* to there, if there was one */
    while (at_name < name.size) {
        struct slice wanted = character_at(pattern, at_pattern);
        struct slice given = character_at(name, at_name);
        if (slice_is(wanted, "*")) {
            behind_star = ++at_pattern;
            star_takes = at_name;
        } else if (slice_is(wanted, "?") || slice_equal(wanted, given)) {
            at_pattern += wanted.size;
            at_name += given.size;
        } else if (behind_star > 0) {
            star_takes += character_at(name, star_takes).size;
            at_name = star_takes;
            at_pattern = behind_star;
        } else {
            return false;
        }
    }
    while (at_pattern < pattern.size && pattern.data[at_pattern] == '*')
        at_pattern++;
    return at_pattern == pattern.size;
}
