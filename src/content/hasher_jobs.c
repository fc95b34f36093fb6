/*
 * Reading files through the hashers, a chunk at a time, so that one that is wanted more can come in
 * between.
 */
#include "content/hasher_parts.h"

#include <stdlib.h>

static struct slice name_of(const struct hash_job *job)
{
    return slice_text(job->name);
}

/* Frees the job's place. */
static void end_job(struct hash_job *job)
{
    if (!job->name)
        return;
    if (job->opened)
        plat_file_close(job->file);
    job->opened = false;
    free(job->name);
    job->name = NULL;
    buffer_fini(&job->digests);
    if (job->whole)
        plat_hash_begin(job->whole);
    if (job->chunk_hash)
        plat_hash_begin(job->chunk_hash);
}

/* The entry that the job works for, or NULL when it is not wanted any more. Under the mutex. */
static struct digest *find_entry(struct hasher *hasher, const struct hash_job *job)
{
    struct digest *digest = digests_find_version(&hasher->digests, name_of(job), &job->stamp);
    return digest && digest->state == DIGEST_OPEN ? digest : NULL;
}

void hasher_drop_jobs(struct hasher *hasher)
{
    plat_mutex_lock(&hasher->mutex);
    for (int i = 0; i < HASHER_JOBS_MAX; i++) {
        struct hash_job *job = &hasher->jobs[i];
        struct digest *digest = job->name ? find_entry(hasher, job) : NULL;
        if (digest)
            (void)digests_requeue(&hasher->digests, digest);
        end_job(job);
    }
    plat_mutex_unlock(&hasher->mutex);
}

void hasher_free_jobs(struct hasher *hasher)
{
    for (int i = 0; i < HASHER_JOBS_MAX; i++) {
        plat_hash_close(hasher->jobs[i].whole);
        plat_hash_close(hasher->jobs[i].chunk_hash);
    }
}

/* Begins with the file in this place. False when memory is short. */
static bool begin_job(struct hasher *hasher, struct hash_job *job, struct digest *digest)
{
    struct slice name = digest_name(digest);
    job->name = malloc(name.size + 1);
    if (!job->name)
        return false;
    slice_copy(name, job->name, name.size + 1);
    job->stamp = digest->stamp;
    job->done = 0;
    digests_open(&hasher->digests, digest);
    return true;
}

/* Goes on with the file that comes first, be it one of those that are open or the queue's first;
 * ends the jobs for files that have changed or are gone. */
struct hash_job *hasher_choose_job(struct hasher *hasher)
{
    struct hash_job *best = NULL, *free_place = NULL;
    struct digest *best_digest = NULL, *first = digests_first(&hasher->digests);
    for (int i = 0; i < HASHER_JOBS_MAX; i++) {
        struct hash_job *job = &hasher->jobs[i];
        struct digest *digest = job->name ? find_entry(hasher, job) : NULL;
        if (!digest) {
            end_job(job);
            free_place = job;
        } else if (!best || digests_is_before(digest, best_digest)) {
            best = job;
            best_digest = digest;
        }
    }
    if (!first || !free_place || (best && !digests_is_before(first, best_digest)))
        return best;
    if (begin_job(hasher, free_place, first))
        return free_place;
    hasher->pausing = !best;
    return best;
}

static int open_hashes(struct hash_job *job)
{
    int rc = job->whole ? 0 : plat_hash_open(&job->whole);
    if (rc == 0 && !job->chunk_hash)
        rc = plat_hash_open(&job->chunk_hash);
    return rc;
}

/* 0, PLAT_LOST when it is not the version that is wanted, or a plat error. */
static int open_file(struct hasher *hasher, struct hash_job *job)
{
    struct plat_file_info info;
    struct root_folder *folder = root_acquire(hasher->root);
    int rc = PLAT_ERR_NOT_FOUND;
    if (folder)
        rc = plat_file_open(&job->file, root_folder_plat(folder), job->name, &info);
    root_release(hasher->root, folder);
    job->opened = rc == 0;
    if (rc < 0)
        return rc;
    struct stamp stamp = stamp_of(&info);
    return stamp_equal(&stamp, &job->stamp) ? 0 : PLAT_LOST;
}

static bool has_chunks(const struct hash_job *job)
{
    return job->stamp.size > CHUNK_SIZE;
}

/* Reads one chunk through the hashers: the whole file's, and the chunk's own if there are several.
 * 0, PLAT_LOST when the file is shorter by now, PLAT_AGAIN when the server stops, or an error. */
static int hash_chunk(struct hasher *hasher, struct hash_job *job)
{
    uint64_t left = job->stamp.size - job->done;
    uint64_t end = job->done + (left < CHUNK_SIZE ? left : CHUNK_SIZE);
    while (job->done < end) {
        size_t size = end - job->done < HASHER_PIECE_SIZE ? (size_t)(end - job->done)
                                                          : HASHER_PIECE_SIZE,
               got;
        if (plat_atomic_load(&hasher->stopping))
            return PLAT_AGAIN;
        int rc = plat_file_read(job->file, hasher->piece, size, job->done, &got);
        if (rc != 0)
            return rc == PLAT_END ? PLAT_LOST : rc;
        plat_hash_update(job->whole, hasher->piece, got);
        if (has_chunks(job))
            plat_hash_update(job->chunk_hash, hasher->piece, got);
        job->done += got;
    }
    unsigned char sha256[PLAT_HASH_SIZE];
    if (!has_chunks(job))
        return 0;
    int rc = plat_hash_end(job->chunk_hash, sha256);
    buffer_put(&job->digests, sha256, sizeof sha256);
    return rc == 0 && job->digests.failed ? PLAT_ERR_NO_MEMORY : rc;
}

/* The last check: what was read is the version that is wanted, from its first byte to its last. */
static int check_unchanged(const struct hash_job *job)
{
    struct plat_file_info info;
    int rc = plat_file_info(job->file, &info);
    if (rc < 0)
        return rc;
    struct stamp stamp = stamp_of(&info);
    return stamp_equal(&stamp, &job->stamp) ? 0 : PLAT_LOST;
}

/* The file's hash is known: keeps and tells it. */
static int finish_file(struct hasher *hasher, struct hash_job *job)
{
    struct hash_record record = {.name = name_of(job), .stamp = job->stamp};
    struct chunk_list chunks = {0};
    int rc = check_unchanged(job);
    if (rc == 0)
        rc = plat_hash_end(job->whole, record.sha256);
    if (rc == 0)
        rc = hasher_keep(hasher, &record, (const unsigned char *)buffer_content(&job->digests).data,
                         &chunks);
    if (rc != 0)
        return rc;
    plat_mutex_lock(&hasher->mutex);
    struct digest *digest = find_entry(hasher, job);
    if (digest)
        digests_know(&hasher->digests, digest, record.sha256, chunks);
    plat_mutex_unlock(&hasher->mutex);
    log_debug(hasher->log, "Hashed file: %s (%llu bytes)", job->name,
              (unsigned long long)job->stamp.size);
    hasher->hashed_files++;
    hasher->hashed_bytes += job->stamp.size;
    if (!digest)
        chunk_list_release(&chunks);
    else
        outbox_put(hasher->outbox, job->name, CHANGE_HASHED, NULL);
    outbox_send(hasher->outbox, false);
    return 0;
}

/* A file could not be hashed. One that has changed is wanted anew when it has settled; being out
 * of something passes. */
static void give_up(struct hasher *hasher, const struct hash_job *job, int error)
{
    bool passes = error == PLAT_ERR_TOO_MANY_FILES || error == PLAT_ERR_NO_MEMORY;
    plat_mutex_lock(&hasher->mutex);
    struct digest *digest = find_entry(hasher, job);
    if (digest && passes)
        (void)digests_requeue(&hasher->digests, digest);
    else if (digest)
        digests_fail(&hasher->digests, digest);
    plat_mutex_unlock(&hasher->mutex);
    hasher->pausing = hasher->pausing || passes;
    if (digest && !passes && error < 0 && !root_means_gone(error))
        log_warn(hasher->log, "Cannot hash %s: %s", job->name, plat_error_text(error));
}

void hasher_go_on(struct hasher *hasher, struct hash_job *job)
{
    int rc = job->opened ? 0 : open_hashes(job);
    if (rc == 0 && !job->opened)
        rc = open_file(hasher, job);
    if (rc == 0)
        rc = hash_chunk(hasher, job);
    if (rc == 0 && job->done < job->stamp.size)
        return;
    if (rc == 0)
        rc = finish_file(hasher, job);
    if (rc != 0 && rc != PLAT_AGAIN)
        give_up(hasher, job, rc);
    end_job(job);
}
