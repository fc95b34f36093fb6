/*
 * What another run will know, and what this one knows of an earlier one.
 */
#include "client/engine_parts.h"

#include <string.h>

static struct journal_identity identity(const struct engine *e)
{
    struct journal_identity identity = {.size = e->file.size};
    memcpy(identity.sha256, e->file.sha256, sizeof identity.sha256);
    if (e->sole >= 0) {
        const struct source *s = &e->sources[e->sole];
        memcpy(identity.server_id, s->at.id, sizeof identity.server_id);
        identity.mtime_s = s->mtime_s;
    }
    return identity;
}

/* A failure to write the journal costs another run, not this one. */
void engine_begin_journal(struct engine *e)
{
    struct journal_identity now = identity(e);
    (void)journal_begin(e->landing->journal, &now);
}

void engine_identify_journal(struct engine *e)
{
    struct journal_identity now = identity(e);
    (void)journal_identify(e->landing->journal, &now);
}

static int hash_part(struct engine *e, struct plat_hash *hash, struct journal_part *part)
{
    uint64_t at = part->from;
    plat_hash_begin(hash);
    while (at < part->to) {
        size_t got,
            size = part->to - at < ENGINE_SPACE_SIZE ? (size_t)(part->to - at) : ENGINE_SPACE_SIZE;
        if (plat_file_read(e->landing->file, e->space, size, at, &got) != 0)
            return PLAT_ERR_IO;
        plat_hash_update(hash, e->space, got);
        at += got;
    }
    return plat_hash_end(hash, part->digest);
}

/* These are a chunk a connection at most, mostly in the system's memory still. What is there of
 * them is hashed anew each time, while the loop waits: some milliseconds a chunk, so with 64
 * connections it can be some tenths of a second. */
void engine_note_parts(struct engine *e)
{
    struct journal_part parts[JOURNAL_PARTS_MAX];
    struct ranges partial = RANGES_INIT;
    struct plat_hash *hash;
    size_t count = 0;
    e->noted_ms = loop_now(e->loop);
    if (planner_coverage(e->planner)->done == e->noted || plat_hash_open(&hash) < 0)
        return;
    planner_partial(e->planner, &partial);
    for (size_t i = 0; i < partial.count && count < JOURNAL_PARTS_MAX; i++) {
        parts[count] = (struct journal_part){.from = partial.at[i].from, .to = partial.at[i].to};
        if (hash_part(e, hash, &parts[count]) == 0)
            count++;
    }
    (void)journal_note_parts(e->landing->journal, parts, count);
    e->noted = planner_coverage(e->planner)->done;
    ranges_fini(&partial);
    plat_hash_close(hash);
}

/* The source that the file without a hash was from, or -1. */
static int find_server(const struct engine *e, const struct journal_identity *old)
{
    for (unsigned i = 0; i < e->source_count; i++)
        if (strcmp(e->sources[i].at.id, old->server_id) == 0)
            return (int)i;
    return -1;
}

/* Whether it is this file, as far as can be told. A hash that only the journal knows is taken for
 * the file's until somebody says otherwise; one that only the network knows shows at the end. */
static bool is_this_file(struct engine *e, const struct journal_identity *old)
{
    if (old->size != e->file.size)
        return false;
    if (old->sha256[0] && e->file.sha256[0])
        return strcmp(old->sha256, e->file.sha256) == 0;
    if (e->file.sha256[0])
        return true;
    if (old->sha256[0]) {
        e->is_guess = true;
        e->sole = -1;
        engine_set_hash(e, old->sha256);
        return true;
    }
    int server = old->mtime_s > 0 ? find_server(e, old) : -1;
    if (server < 0)
        return false;
    e->sole = server;
    e->sources[server].has_stat = true; /* what it tells now has to be the same */
    e->sources[server].mtime_s = old->mtime_s;
    engine_judge(e);
    return true;
}

struct keeper {
    struct engine *engine;
    uint64_t size; /* bytes of the part file */
};

/* What the part file does not have is not kept, whatever the journal says. A chunk whose digest is
 * not known shows at the end, if not before. */
static void keep_chunk(void *arg, uint64_t chunk, const unsigned char *digest)
{
    const struct keeper *keeper = arg;
    struct engine *e = keeper->engine;
    const struct coverage *coverage = planner_coverage(e->planner);
    if (coverage_chunk_from(coverage, chunk + 1) > keeper->size)
        return;
    if (!digest && !e->file.sha256[0])
        return; /* nothing will tell whether it is right */
    if (digest)
        memcpy(e->digests[chunk], digest, PLAT_HASH_SIZE);
    e->digest_states[chunk] = digest ? DIGEST_KEPT : DIGEST_CLAIMED;
    planner_keep(e->planner, coverage_chunk_from(coverage, chunk),
                 coverage_chunk_from(coverage, chunk + 1));
}

static bool is_missing(const struct engine *e, uint64_t from, uint64_t to)
{
    struct range range;
    return ranges_next(&planner_coverage(e->planner)->missing, from, &range) &&
           range.from == from && range.to >= to;
}

/* The bytes of a part of a chunk are looked at now, since no check will come for them alone. */
static void keep_parts(struct engine *e)
{
    struct journal_part parts[JOURNAL_PARTS_MAX];
    struct plat_hash *hash;
    size_t count = journal_read_parts(e->landing->journal, parts);
    if (plat_hash_open(&hash) < 0)
        return;
    for (size_t i = 0; i < count; i++) {
        struct journal_part part = parts[i];
        uint64_t chunk = coverage_chunk_at(part.from);
        if (part.to > e->file.size || coverage_chunk_at(part.to - 1) != chunk ||
            !is_missing(e, part.from, part.to))
            continue;
        if (hash_part(e, hash, &part) == 0 &&
            memcmp(part.digest, parts[i].digest, PLAT_HASH_SIZE) == 0)
            planner_keep(e->planner, part.from, part.to);
    }
    plat_hash_close(hash);
}

static int check_kept(struct engine *e)
{
    int rc = 0;
    for (uint64_t i = 0; i < e->chunk_count && rc == 0; i++)
        if (coverage_is_complete(planner_coverage(e->planner), i))
            rc = verifier_check(e->verifier, i, true);
    return rc;
}

bool engine_resume(struct engine *e)
{
    struct journal_identity old;
    struct plat_file_info info;
    if (!e->planner || journal_read_identity(e->landing->journal, &old) != 0 ||
        plat_file_info(e->landing->file, &info) < 0 || !is_this_file(e, &old))
        return false;
    struct keeper keeper = {e, info.size};
    int rc = journal_read_chunks(e->landing->journal, e->chunk_count, keep_chunk, &keeper);
    if (rc == 0) {
        keep_parts(e);
        rc = check_kept(e);
    }
    if (rc < 0)
        e->error = rc;
    e->kept = e->noted = planner_coverage(e->planner)->done;
    patience_keep(&e->patience, e->kept);
    engine_extend(e);
    return true;
}
