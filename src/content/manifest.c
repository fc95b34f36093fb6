#include "content/manifest.h"

#include "proto/request.h"

/* "ADD_FILE ", three spaces and a line feed, and the digits of the largest size. */
enum { LINE_EXTRA_SIZE = 32 };

void manifest_begin(struct manifest *manifest, const struct inventory *inventory, const char *id,
                    bool leave_spaced_out)
{
    *manifest =
        (struct manifest){.inventory = inventory, .id = id, .leave_spaced_out = leave_spaced_out};
}

static const struct inventory_file *next_file(struct manifest *manifest)
{
    for (;;) {
        const struct inventory_file *file = inventory_next(manifest->inventory, &manifest->at);
        if (file && inventory_has_space(file) == manifest->spaced)
            return file;
        if (file)
            continue;
        if (manifest->spaced || manifest->leave_spaced_out)
            return NULL;
        manifest->spaced = true;
        manifest->at = 0;
    }
}

static size_t line_size(const struct inventory_file *file, const char *id)
{
    return file->name_size + strlen(id) + LINE_EXTRA_SIZE;
}

static void put_line(struct manifest *manifest, struct buffer *out,
                     const struct inventory_file *file)
{
    struct request request = {.verb = VERB_ADD_FILE,
                              .server_id = slice_text(manifest->id),
                              .name = slice_of(file->name, file->name_size),
                              .size = file->stamp.size};
    request_encode(out, &request);
    manifest->sent_spaced = manifest->sent_spaced || manifest->spaced;
}

bool manifest_put(struct manifest *manifest, struct buffer *out, size_t size)
{
    while (buffer_size(out) < size && !out->failed) {
        struct manifest before = *manifest;
        size_t used = buffer_size(out);
        const struct inventory_file *file = next_file(manifest);
        if (!file)
            return false;
        if (used > 0 && used + line_size(file, manifest->id) > size) {
            *manifest = before; /* it does not fit any more: it begins the next portion */
            return true;
        }
        put_line(manifest, out, file);
    }
    return true;
}

bool manifest_is_small(const struct inventory *inventory, const char *id, size_t size)
{
    size_t at = 0, sum = 0;
    const struct inventory_file *file;
    while (sum < size / 2 && (file = inventory_next(inventory, &at)) != NULL)
        sum += line_size(file, id);
    return sum < size / 2;
}
