#include "content/manifest.h"

#include "base/hex.h"
#include "proto/request.h"

/* "ADD_FILE ", three spaces and a line feed, and the digits of the largest size. */
enum { LINE_EXTRA_SIZE = 32 };

void manifest_begin(struct manifest *manifest, const struct inventory *inventory, const char *id,
                    const struct manifest_hashes *hashes, bool leave_spaced_out)
{
    *manifest = (struct manifest){
        .inventory = inventory, .hashes = hashes, .id = id, .leave_spaced_out = leave_spaced_out};
}

bool manifest_put_hash(struct buffer *out, const char *id, const struct inventory_file *file,
                       const struct manifest_hashes *hashes)
{
    unsigned char sha256[PLAT_HASH_SIZE];
    char digits[HEX_DIGITS + 1];
    if (!hashes->find(hashes->arg, file, sha256))
        return false;
    hex_encode(sha256, digits);
    struct request request = {.verb = VERB_FILE_HASH,
                              .server_id = slice_text(id),
                              .sha256 = slice_text(digits),
                              .name = slice_of(file->name, file->name_size)};
    request_encode(out, &request);
    return true;
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
    if (manifest->hashes)
        (void)manifest_put_hash(out, manifest->id, file, manifest->hashes);
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
        size_t most = line_size(file, manifest->id);
        if (manifest->hashes)
            most += most + HEX_DIGITS;
        if (used > 0 && used + most > size) {
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
