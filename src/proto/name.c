#include "proto/name.h"

#include "proto/limits.h"

static bool is_alphanumeric(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

static bool is_path_part(struct slice part)
{
    return part.size > 0 && !slice_is(part, ".") && !slice_is(part, "..");
}

static bool has_bad_byte(struct slice name)
{
    for (size_t i = 0; i < name.size; i++) {
        unsigned char c = (unsigned char)name.data[i];
        if (c < 0x20 || c == 0x7f || c == '\\')
            return true;
    }
    return false;
}

/* Cuts the part before the next slash off; false when there is none left. */
static bool next_part(struct slice *rest, struct slice *part)
{
    if (!rest->data)
        return false;
    const char *slash = rest->size ? memchr(rest->data, '/', rest->size) : NULL;
    size_t size = slash ? (size_t)(slash - rest->data) : rest->size;
    *part = slice_of(rest->data, size);
    *rest = slash ? slice_of(slash + 1, rest->size - size - 1) : slice_of(NULL, 0);
    return true;
}

bool name_is_file(struct slice name)
{
    struct slice part, rest = name;
    if (name.size == 0 || name.size > FILE_NAME_SIZE_MAX || has_bad_byte(name))
        return false;
    if (name.data[0] == ' ' || name.data[name.size - 1] == ' ')
        return false;
    while (next_part(&rest, &part))
        if (!is_path_part(part))
            return false;
    return true;
}

static bool ends_in(struct slice name, const char *ending)
{
    struct slice suffix = slice_text(ending);
    return name.size >= suffix.size &&
           slice_is(slice_of(name.data + name.size - suffix.size, suffix.size), ending);
}

bool name_is_unfinished(struct slice name)
{
    return ends_in(name, NAME_PART_SUFFIX) || ends_in(name, NAME_JOURNAL_SUFFIX);
}

bool name_is_served(struct slice name)
{
    struct slice part, rest = name;
    while (next_part(&rest, &part))
        if (part.data[0] == '.')
            return false;
    return !name_is_unfinished(name);
}

bool name_is_server_id(struct slice id)
{
    if (id.size == 0 || id.size > SERVER_ID_SIZE_MAX)
        return false;
    for (size_t i = 0; i < id.size; i++)
        if (!is_alphanumeric(id.data[i]) && !memchr("._-", id.data[i], 3))
            return false;
    return true;
}

bool name_is_host(struct slice host)
{
    if (host.size == 0 || host.size > HOST_SIZE_MAX)
        return false;
    for (size_t i = 0; i < host.size; i++)
        if (!is_alphanumeric(host.data[i]) && !memchr("._-:%", host.data[i], 5))
            return false;
    return true;
}

bool name_is_sha256(struct slice digits)
{
    if (digits.size != SHA256_DIGITS)
        return false;
    for (size_t i = 0; i < digits.size; i++) {
        char c = digits.data[i];
        if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'f'))
            return false;
    }
    return true;
}
