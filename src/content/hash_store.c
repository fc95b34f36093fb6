#include "content/hash_store.h"

#include <stdlib.h>

#define NEW_NAME HASH_STORE_NAME ".new"
#define OLD_NAME HASH_STORE_NAME ".old"

enum { PIECE_SIZE = 64 * 1024 /* bytes that are read or written at a time */ };

struct hash_store {
    struct plat_file file;
    struct plat_atomic_u64 users;
    uint64_t size;
};

static int open_file(struct hash_store *store, struct plat_folder *folder, const char *name)
{
    struct plat_file_info info;
    int rc = plat_folder_make_parents(folder, name);
    if (rc == 0)
        rc = plat_file_create(&store->file, folder, name);
    if (rc < 0)
        return rc;
    rc = plat_file_lock(store->file);
    if (rc == 0)
        rc = plat_file_info(store->file, &info);
    if (rc != 0) {
        plat_file_close(store->file);
        return rc;
    }
    store->size = info.size;
    return 0;
}

static int open_store(struct hash_store **out, struct plat_folder *folder, const char *name)
{
    struct hash_store *store = calloc(1, sizeof *store);
    if (!store)
        return PLAT_ERR_NO_MEMORY;
    int rc = open_file(store, folder, name);
    if (rc < 0) {
        free(store);
        return rc;
    }
    plat_atomic_store(&store->users, 1);
    *out = store;
    return 0;
}

static int write_end(struct hash_store *store, struct slice bytes)
{
    int rc = plat_file_write(store->file, bytes.data, bytes.size, store->size);
    if (rc == 0)
        store->size += bytes.size;
    return rc;
}

/* Cuts it down to its first bytes; what it is then has its header. */
static int cut(struct hash_store *store, uint64_t size)
{
    if (size < HASH_FILE_HEADER_SIZE)
        size = 0;
    int rc = store->size == size ? 0 : plat_file_resize(store->file, size);
    if (rc < 0)
        return rc;
    store->size = size;
    return size > 0 ? 0 : write_end(store, slice_text(HASH_FILE_HEADER));
}

int hash_store_open(struct hash_store **out, struct plat_folder *folder)
{
    return open_store(out, folder, HASH_STORE_NAME);
}

int hash_store_open_new(struct hash_store **out, struct plat_folder *folder)
{
    struct hash_store *store;
    int rc = open_store(&store, folder, NEW_NAME);
    if (rc == 0 && (rc = cut(store, 0)) < 0)
        hash_store_unref(store);
    if (rc == 0)
        *out = store;
    return rc;
}

/* Some file systems replace no file that is open, which the old store is; but its name can be taken
 * from it. Who dies in between leaves no store behind: then all is hashed again. */
static int take_name(struct plat_folder *folder)
{
    int rc = plat_file_rename(folder, HASH_STORE_NAME, OLD_NAME);
    if (rc < 0)
        return rc;
    rc = plat_file_rename(folder, NEW_NAME, HASH_STORE_NAME);
    (void)plat_file_remove(folder, OLD_NAME); /* it goes when nobody reads it any more */
    return rc;
}

int hash_store_put_in_place(struct hash_store *store, struct plat_folder *folder)
{
    int rc = plat_file_sync(store->file);
    if (rc == 0)
        rc = plat_file_rename(folder, NEW_NAME, HASH_STORE_NAME);
    return rc == PLAT_ERR_ACCESS || rc == PLAT_ERR_BUSY ? take_name(folder) : rc;
}

void hash_store_ref(struct hash_store *store)
{
    if (store)
        plat_atomic_add(&store->users, 1);
}

void hash_store_unref(struct hash_store *store)
{
    if (!store || plat_atomic_add(&store->users, UINT64_MAX) > 1)
        return;
    plat_file_close(store->file);
    free(store);
}

uint64_t hash_store_size(const struct hash_store *store)
{
    return store->size;
}

/* Reads up to `size` bytes from a position on, fewer only at the file's end. */
static int read_at(const struct hash_store *store, void *data, size_t size, uint64_t at,
                   size_t *got)
{
    size_t piece;
    int rc = 0;
    for (*got = 0; *got < size && rc == 0; *got += rc == 0 ? piece : 0)
        rc = plat_file_read(store->file, (char *)data + *got, size - *got, at + *got, &piece);
    return rc < 0 ? rc : 0;
}

/* Reading all */

/* The bytes of the file that are in memory. */
struct window {
    char *data;
    uint64_t at;
    size_t size;
};

/* Moves the window so that a head at that position is in it, as far as the file reaches. */
static int move_window(const struct hash_store *store, struct window *window, uint64_t at)
{
    uint64_t end = window->at + window->size;
    if (at >= window->at && at <= end && (end - at >= HASH_HEAD_SIZE_MAX || end == store->size))
        return 0;
    window->at = at;
    return read_at(store, window->data, PIECE_SIZE, at, &window->size);
}

static bool has_header(const struct hash_store *store, struct window *window)
{
    return move_window(store, window, 0) == 0 && window->size >= HASH_FILE_HEADER_SIZE &&
           memcmp(window->data, HASH_FILE_HEADER, HASH_FILE_HEADER_SIZE) == 0;
}

/* Reads records until the first that is not good; *at is where the good ones end. */
static int read_records(const struct hash_store *store, struct window *window,
                        const struct hash_store_reader *reader, uint64_t *at)
{
    int rc = 0;
    while (*at < store->size && (rc = move_window(store, window, *at)) == 0) {
        size_t skip = (size_t)(*at - window->at), used;
        struct hash_record record;
        enum hash_record_status status =
            hash_record_decode(slice_of(window->data + skip, window->size - skip), &record, &used);
        if (status == HASH_RECORD_BAD)
            return PLAT_LOST;
        uint64_t left = store->size - *at;
        if (status == HASH_RECORD_PARTIAL ||
            hash_record_size(record.name.size, record.stamp.size) > left)
            return 0; /* a crash has cut it off */
        uint64_t blocks_at = *at + used;
        *at = blocks_at + hash_record_blocks_size(record.stamp.size);
        if (!reader->on_record(reader->arg, &record, blocks_at))
            *at = store->size;
    }
    return rc;
}

int hash_store_read(struct hash_store *store, const struct hash_store_reader *reader)
{
    struct window window = {.data = malloc(PIECE_SIZE)};
    uint64_t at = 0;
    int rc = 0;
    if (!window.data)
        return PLAT_ERR_NO_MEMORY;
    if (has_header(store, &window)) {
        at = HASH_FILE_HEADER_SIZE;
        rc = read_records(store, &window, reader, &at);
    } else if (store->size > 0) {
        rc = PLAT_LOST;
    }
    free(window.data);
    int cut_rc = rc < 0 ? 0 : cut(store, at);
    return cut_rc < 0 ? cut_rc : rc;
}

/* Appending */

/* Puts the blocks out in pieces, as a large file has many. */
static int write_blocks(struct hash_store *store, struct buffer *out, const unsigned char *digests,
                        uint64_t chunks)
{
    int rc = 0;
    for (uint64_t number = 0; rc == 0 && chunks > 0; number++) {
        size_t count = chunks < HASH_BLOCK_CHUNKS ? (size_t)chunks : HASH_BLOCK_CHUNKS;
        hash_record_encode_block(out, number, digests, count);
        digests += count * PLAT_HASH_SIZE;
        chunks -= count;
        if (out->failed)
            return PLAT_ERR_NO_MEMORY;
        if (buffer_size(out) < PIECE_SIZE && chunks > 0)
            continue;
        rc = write_end(store, buffer_content(out));
        buffer_consume(out, buffer_size(out));
    }
    return rc;
}

int hash_store_append(struct hash_store *store, const struct hash_record *record,
                      const unsigned char *digests, uint64_t *blocks_at)
{
    struct buffer out = BUFFER_INIT;
    uint64_t before = store->size, chunks = hash_record_chunks(record->stamp.size);
    hash_record_encode(&out, record);
    *blocks_at = before + buffer_size(&out);
    int rc = out.failed ? PLAT_ERR_NO_MEMORY : 0;
    if (rc == 0 && chunks > 1)
        rc = write_blocks(store, &out, digests, chunks);
    else if (rc == 0)
        rc = write_end(store, buffer_content(&out));
    if (rc < 0)
        (void)cut(store, before);
    buffer_fini(&out);
    return rc;
}

static int copy_bytes(struct hash_store *store, const struct hash_store *from, uint64_t at,
                      uint64_t size, char *piece)
{
    int rc = 0;
    while (rc == 0 && size > 0) {
        size_t wanted = size < PIECE_SIZE ? (size_t)size : PIECE_SIZE, got;
        rc = read_at(from, piece, wanted, at, &got);
        if (rc == 0 && got < wanted)
            rc = PLAT_ERR_IO;
        if (rc == 0)
            rc = write_end(store, slice_of(piece, got));
        at += wanted;
        size -= wanted;
    }
    return rc;
}

int hash_store_copy(struct hash_store *store, const struct hash_record *record,
                    struct hash_store *from, uint64_t from_at, uint64_t *blocks_at)
{
    struct buffer head = BUFFER_INIT;
    uint64_t before = store->size, size = hash_record_blocks_size(record->stamp.size);
    hash_record_encode(&head, record);
    char *piece = size > 0 ? malloc(PIECE_SIZE) : NULL;
    int rc = head.failed || (size > 0 && !piece) ? PLAT_ERR_NO_MEMORY : 0;
    if (rc == 0)
        rc = write_end(store, buffer_content(&head));
    *blocks_at = store->size;
    if (rc == 0)
        rc = copy_bytes(store, from, from_at, size, piece);
    if (rc < 0)
        (void)cut(store, before);
    buffer_fini(&head);
    free(piece);
    return rc;
}

int hash_store_read_block(struct hash_store *store, uint64_t blocks_at, uint64_t number,
                          size_t count, unsigned char *digests)
{
    unsigned char block[HASH_BLOCK_SIZE];
    size_t size = count * PLAT_HASH_SIZE, got;
    int rc = read_at(store, block, size + 8, blocks_at + number * HASH_BLOCK_SIZE, &got);
    if (rc < 0)
        return rc;
    if (got < size + 8 || !hash_record_check_block(block, number, count))
        return PLAT_ERR_IO;
    memcpy(digests, block, size);
    return 0;
}
