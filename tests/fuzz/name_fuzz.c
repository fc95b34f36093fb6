/* Fuzz target: names. What is a file's name cannot lead anywhere else. */
#include "fuzz.h"
#include "proto/limits.h"
#include "proto/name.h"

/* The rules, said once more and part by part. */
static bool is_file_slowly(struct slice name)
{
    size_t part = 0; /* where the present one begins */
    if (name.size < 1 || name.size > FILE_NAME_SIZE_MAX)
        return false;
    for (size_t i = 0; i <= name.size; i++) {
        unsigned char c = i < name.size ? (unsigned char)name.data[i] : '/';
        if (c < 0x20 || c == 0x7f || c == '\\')
            return false;
        if (c != '/')
            continue;
        struct slice text = slice_of(name.data + part, i - part);
        if (text.size == 0 || slice_is(text, ".") || slice_is(text, ".."))
            return false;
        part = i + 1;
    }
    return name.data[0] != ' ' && name.data[name.size - 1] != ' ';
}

static bool only_of(struct slice text, const char *others)
{
    for (size_t i = 0; i < text.size; i++) {
        char c = text.data[i];
        bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!plain && (c == '\0' || !strchr(others, c)))
            return false;
    }
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice name = fuzz_input(data, size);
    bool is_file = name_is_file(name);
    HOLDS(is_file == is_file_slowly(name));
    if (is_file && name_is_served(name))
        HOLDS(name.data[0] != '.' && name.data[0] != '/');
    HOLDS(name_is_server_id(name) ==
          (size >= 1 && size <= SERVER_ID_SIZE_MAX && only_of(name, "._-")));
    HOLDS(name_is_host(name) == (size >= 1 && size <= HOST_SIZE_MAX && only_of(name, "._-:%")));
    return 0;
}
