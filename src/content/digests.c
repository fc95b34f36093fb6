#include "content/digests.h"

#include <stdlib.h>

#include "base/hash.h"
#include "content/hash_record.h"

void digests_init(struct digests *digests)
{
    *digests = (struct digests){0};
}

static void free_digest(struct digest *digest)
{
    chunk_list_release(&digest->chunks);
    free(digest);
}

void digests_fini(struct digests *digests)
{
    struct digest *digest;
    for (size_t at = 0; (digest = table_next(&digests->files, &at)) != NULL;)
        free_digest(digest);
    table_fini(&digests->files);
    free(digests->queue);
    digests_init(digests);
}

/* The folder's owner chooses the names, so the key need not be secret. */
static uint32_t hash_name(struct slice name)
{
    static const struct hash_key key = {0, 0};
    return (uint32_t)hash_bytes(&key, name);
}

static bool has_name(const void *item, const void *key)
{
    return slice_equal(digest_name(item), *(const struct slice *)key);
}

struct digest *digests_find(const struct digests *digests, struct slice name)
{
    return table_find(&digests->files, hash_name(name), has_name, &name);
}

struct digest *digests_find_version(const struct digests *digests, struct slice name,
                                    const struct stamp *stamp)
{
    struct digest *digest = digests_find(digests, name);
    return digest && stamp_equal(&digest->stamp, stamp) ? digest : NULL;
}

/* The queue */

bool digests_is_before(const struct digest *one, const struct digest *other)
{
    if (one->asked != other->asked)
        return one->asked;
    if (one->asked)
        return one->stamp.size < other->stamp.size;
    return one->stamp.mtime_ns > other->stamp.mtime_ns;
}

static void put(struct digests *digests, size_t slot, struct digest *digest)
{
    digests->queue[slot - 1] = digest;
    digest->slot = slot;
}

static struct digest *at(const struct digests *digests, size_t slot)
{
    return digests->queue[slot - 1];
}

static void sift_up(struct digests *digests, struct digest *digest)
{
    size_t slot = digest->slot;
    while (slot > 1 && digests_is_before(digest, at(digests, slot / 2))) {
        put(digests, slot, at(digests, slot / 2));
        slot /= 2;
    }
    put(digests, slot, digest);
}

static void sift_down(struct digests *digests, struct digest *digest)
{
    size_t slot = digest->slot;
    for (;;) {
        size_t child = slot * 2;
        if (child > digests->waiting)
            break;
        if (child < digests->waiting &&
            digests_is_before(at(digests, child + 1), at(digests, child)))
            child++;
        if (!digests_is_before(at(digests, child), digest))
            break;
        put(digests, slot, at(digests, child));
        slot = child;
    }
    put(digests, slot, digest);
}

static int grow(struct digests *digests)
{
    size_t capacity = digests->capacity ? digests->capacity * 2 : 64;
    struct digest **queue = realloc(digests->queue, capacity * sizeof(struct digest *));
    if (!queue)
        return PLAT_ERR_NO_MEMORY;
    digests->queue = queue;
    digests->capacity = capacity;
    return 0;
}

static int enqueue(struct digests *digests, struct digest *digest)
{
    int rc = digests->waiting == digests->capacity ? grow(digests) : 0;
    digest->state = rc < 0 ? DIGEST_FAILED : DIGEST_WAITING;
    if (rc < 0)
        return rc;
    put(digests, ++digests->waiting, digest);
    sift_up(digests, digest);
    return 0;
}

static void dequeue(struct digests *digests, struct digest *digest)
{
    size_t slot = digest->slot;
    if (slot == 0)
        return;
    struct digest *last = at(digests, digests->waiting--);
    digest->slot = 0;
    if (last == digest)
        return;
    put(digests, slot, last);
    sift_up(digests, last);
    sift_down(digests, last);
}

struct digest *digests_first(const struct digests *digests)
{
    return digests->waiting > 0 ? at(digests, 1) : NULL;
}

/* What is known */

/* It is in no state then; what was known of it is dropped. */
static void leave_state(struct digests *digests, struct digest *digest)
{
    dequeue(digests, digest);
    if (digest->state != DIGEST_KNOWN)
        return;
    digests->record_bytes -= hash_record_size(digest->name_size, digest->stamp.size);
    chunk_list_release(&digest->chunks);
}

static struct digest *add(struct digests *digests, struct slice name)
{
    struct digest *digest = calloc(1, sizeof *digest + name.size);
    if (!digest)
        return NULL;
    digest->name_size = name.size;
    slice_copy(name, digest->name, name.size + 1);
    digest->state = DIGEST_FAILED;
    if (table_add(&digests->files, hash_name(name), digest) == 0)
        return digest;
    free(digest);
    return NULL;
}

int digests_want(struct digests *digests, struct slice name, const struct stamp *stamp)
{
    struct digest *digest = digests_find(digests, name);
    if (digest && stamp_equal(&digest->stamp, stamp) && digest->state != DIGEST_FAILED)
        return 0;
    if (!digest)
        digest = add(digests, name);
    if (!digest)
        return PLAT_ERR_NO_MEMORY;
    leave_state(digests, digest);
    digest->stamp = *stamp;
    return enqueue(digests, digest);
}

void digests_forget(struct digests *digests, struct slice name)
{
    struct digest *digest = digests_find(digests, name);
    if (!digest)
        return;
    leave_state(digests, digest);
    table_remove(&digests->files, hash_name(name), digest);
    free_digest(digest);
}

bool digests_ask(struct digests *digests, struct digest *digest)
{
    bool is_new = !digest->asked || digest->state == DIGEST_FAILED;
    if (digest->state == DIGEST_KNOWN)
        return false;
    digest->asked = true;
    if (digest->state == DIGEST_WAITING)
        sift_up(digests, digest);
    else if (digest->state == DIGEST_FAILED)
        (void)enqueue(digests, digest);
    return is_new;
}

void digests_open(struct digests *digests, struct digest *digest)
{
    dequeue(digests, digest);
    digest->state = DIGEST_OPEN;
}

void digests_know(struct digests *digests, struct digest *digest,
                  const unsigned char sha256[PLAT_HASH_SIZE], struct chunk_list chunks)
{
    leave_state(digests, digest);
    digest->state = DIGEST_KNOWN;
    digest->asked = false;
    memcpy(digest->sha256, sha256, PLAT_HASH_SIZE);
    digest->chunks = chunks;
    digests->record_bytes += hash_record_size(digest->name_size, digest->stamp.size);
}

void digests_fail(struct digests *digests, struct digest *digest)
{
    leave_state(digests, digest);
    digest->state = DIGEST_FAILED;
    digest->asked = false;
}

int digests_requeue(struct digests *digests, struct digest *digest)
{
    leave_state(digests, digest);
    return enqueue(digests, digest);
}
