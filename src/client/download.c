#include "client/download.h"

#include <stdio.h>
#include <string.h>

#include "client/digest.h"
#include "client/engine.h"
#include "client/lookup.h"
#include "net/backoff.h"
#include "proto/name.h"

enum {
    ROUNDS_MOST = 16, /* of a file that is another one again and again */
    LOCATE_FIRST_MS = 250,
    LOCATE_MOST_MS = 4000
};

/* The part of another file would have its name. */
#define RESERVED                                                                                   \
    "names that end in " NAME_PART_SUFFIX " or " NAME_JOURNAL_SUFFIX " are for unfinished "        \
    "downloads"

struct download {
    struct index_link *index;
    struct ui *ui;
    struct work *work;
    struct download_options options;
    const char *output_dir;
    struct slice name;
    struct download_result *result;
    struct holders holders;
    struct engine_file file;
    struct landing landing;
    bool is_landing;
    bool has_part; /* that is of use to another run, as far as is known without the engine */
};

static enum download_outcome fail(struct download *d, const char *why)
{
    ui_error(d->ui, why, "%.*s", SLICE_PRINT(d->name));
    slice_copy(slice_text(why), d->result->reason, sizeof d->result->reason);
    return DOWNLOAD_FAILED;
}

/* Where a system takes "a" and "A" for one name, the other file stays. */
static const char *disk_error(int error)
{
    return error == PLAT_ERR_EXISTS ? "another file is there whose name differs only in upper and "
                                      "lower case"
                                    : plat_error_text(error);
}

static enum download_outcome fail_disk(struct download *d, int error)
{
    const char *why = disk_error(error);
    ui_error(d->ui, why, "cannot write %s/%s", d->output_dir, d->result->path);
    slice_copy(slice_text(why), d->result->reason, sizeof d->result->reason);
    return DOWNLOAD_FAILED;
}

/* What the holders have: the first one's size, and the hash that is known of a file of that size.
 */
static void identify(struct download *d)
{
    d->file = (struct engine_file){.name = d->name, .size = d->holders.items[0].size};
    for (size_t i = 0; i < d->holders.count && !d->file.sha256[0]; i++)
        if (d->holders.items[i].size == d->file.size)
            memcpy(d->file.sha256, d->holders.items[i].sha256, sizeof d->file.sha256);
}

static int ask(struct download *d)
{
    return holders_locate(&d->holders, d->index, d->name, false);
}

/* The file has just changed, and its sources may be well: an index that is away now, or has its
 * new entry to come, is asked again for as long as one may go without progress. What came of asking
 * last counts; a question that the limit has cut off brings nothing. */
static int ask_again(struct download *d)
{
    struct backoff backoff = {.first_ms = LOCATE_FIRST_MS, .most_ms = LOCATE_MOST_MS};
    int rc = PLAT_ERR_TIMED_OUT;
    if (d->options.retry_ms == 0)
        return ask(d);
    work_limit(d->work, d->options.retry_ms);
    do {
        int asked = ask(d);
        if (asked != PLAT_AGAIN)
            rc = asked;
    } while (rc != 0 && work_pause(d->work, backoff_random_pause_ms(&backoff)));
    work_unlimit(d->work);
    return work_is_interrupted(d->work) ? PLAT_AGAIN : rc;
}

/* True when the index has told where the file is: rc is what came of asking. */
static bool locate(struct download *d, int rc, enum download_outcome *outcome)
{
    *outcome = rc == PLAT_AGAIN ? DOWNLOAD_INTERRUPTED : DOWNLOAD_FAILED;
    if (rc == 0) {
        identify(d);
    } else if (rc == PLAT_ERR_NOT_FOUND) {
        fail(d, strcmp(d->holders.answer, "ERROR FILE_NOT_FOUND") == 0 ? "file not found"
                                                                       : d->holders.answer);
    } else if (rc != PLAT_AGAIN) {
        index_link_show(d->index, rc);
        slice_copy(slice_text(index_link_error_text(rc)), d->result->reason,
                   sizeof d->result->reason);
    }
    return rc == 0;
}

/* 0 when the file has the very bytes that are to be downloaded. Where the index knows no hash, the
 * holders may. */
static int compare(struct download *d, struct plat_file file)
{
    char sha256[HEX_DIGITS + 1];
    struct lookup known = {.found = true, .size = d->file.size};
    memcpy(known.sha256, d->file.sha256, sizeof known.sha256);
    int rc = known.sha256[0] ? 0 : lookup_ask(d->work, &d->holders, d->name, &known);
    if (rc == 0 && !known.sha256[0])
        rc = PLAT_ERR_NOT_FOUND;
    if (rc == 0)
        rc = digest_file(d->work, file, d->file.size, sha256);
    if (rc == 0 && strcmp(sha256, known.sha256) != 0)
        rc = PLAT_END;
    if (rc == 0)
        memcpy(d->result->sha256, sha256, sizeof d->result->sha256);
    return rc;
}

/* 0 when the target is complete; PLAT_AGAIN when interrupted; anything else: not. */
static int look_at_target(struct download *d)
{
    struct plat_folder *folder;
    struct plat_file file;
    struct plat_file_info info;
    if (plat_folder_open(&folder, d->output_dir, false, NULL) < 0)
        return PLAT_ERR_NOT_FOUND;
    int rc = plat_file_open(&file, folder, d->result->path, &info);
    if (rc == 0) {
        rc = info.size == d->file.size ? compare(d, file) : PLAT_END;
        plat_file_close(file);
    }
    plat_folder_close(folder);
    return rc;
}

static bool is_there_already(struct download *d, enum download_outcome *outcome)
{
    int rc = look_at_target(d);
    if (rc != 0 && rc != PLAT_AGAIN)
        return false;
    *outcome = rc == 0 ? DOWNLOAD_DONE : DOWNLOAD_INTERRUPTED;
    if (rc != 0)
        return true;
    ui_info(d->ui, "Already complete: %s/%s (%llu bytes)", d->output_dir, d->result->path,
            (unsigned long long)d->file.size);
    d->result->already_complete = true;
    d->result->proof = DOWNLOAD_PROOF_HASH;
    d->result->size = d->file.size;
    return true;
}

static enum download_outcome finish(struct download *d, int64_t mtime_s)
{
    uint64_t size = d->result->size;
    d->is_landing = false;
    int rc = landing_commit(&d->landing, size, mtime_s);
    ui_progress_end(d->ui, &(struct ui_progress){
                               .done = size, .size = size, .now_ms = loop_now(d->work->loop)});
    if (rc < 0)
        return fail_disk(d, rc);
    ui_info(d->ui, "Successfully downloaded: %s/%s (%llu bytes)", d->output_dir, d->result->path,
            (unsigned long long)size);
    return DOWNLOAD_DONE;
}

/* Leaves what another run can use. */
static void leave(struct download *d, struct engine *engine)
{
    if (!d->is_landing)
        return;
    d->is_landing = false;
    if (engine)
        engine_note(engine);
    bool has_anything = engine ? engine_has_anything(engine) : d->has_part;
    engine_close(engine); /* it reads the part */
    if (has_anything)
        landing_keep(&d->landing);
    else
        landing_discard(&d->landing);
}

/* Goes on where an earlier run ended, or begins. */
static int begin(struct download *d, struct engine *engine, bool first)
{
    struct plat_file_info info;
    bool had_bytes = plat_file_info(d->landing.file, &info) == 0 && info.size > 0;
    engine_merge(engine, &d->holders);
    if (first && engine_resume(engine)) {
        ui_info(d->ui, "Going on with %s/%s", d->output_dir, d->landing.part);
        return landing_reserve(&d->landing, d->file.size);
    }
    if (had_bytes)
        ui_warn(d->ui, "Beginning anew: %s/%s is of another file", d->output_dir, d->landing.part);
    return engine_begin(engine);
}

/* No source has to have failed: what they send may be there already. */
static void fail_sources(struct download *d)
{
    if (!d->result->reason[0])
        slice_copy(slice_text("nothing new comes"), d->result->reason, sizeof d->result->reason);
    ui_error(d->ui, d->result->reason, "%.*s: no content server delivers it", SLICE_PRINT(d->name));
}

static enum download_outcome end(struct download *d, struct engine *engine,
                                 enum engine_outcome outcome)
{
    int64_t mtime_s = engine_mtime_s(engine);
    switch (outcome) {
    case ENGINE_DONE: engine_close(engine); return finish(d, mtime_s);
    case ENGINE_DISK: fail_disk(d, engine_error(engine)); break;
    case ENGINE_FAILED: fail_sources(d); break;
    case ENGINE_ANOTHER:
    case ENGINE_INTERRUPTED: break;
    }
    leave(d, engine);
    return outcome == ENGINE_INTERRUPTED ? DOWNLOAD_INTERRUPTED : DOWNLOAD_FAILED;
}

/* The file as it is now. False: it is another one on the network, and has to be begun anew. */
static bool run_round(struct download *d, bool first, enum download_outcome *outcome)
{
    struct engine *engine = NULL;
    struct engine_options options = {
        .index = d->index, .download = &d->options, .landing = &d->landing, .file = d->file};
    int rc = PLAT_ERR_NO_SPACE;
    if (landing_has_room(&d->landing, d->file.size))
        rc = engine_open(&engine, &options);
    if (rc == 0)
        rc = begin(d, engine, first);
    if (rc < 0) {
        *outcome = fail_disk(d, rc);
        leave(d, engine);
        return true;
    }
    enum engine_outcome run = engine_run(engine);
    engine_tell(engine, d->result);
    if (run == ENGINE_ANOTHER) {
        d->has_part = engine_has_anything(engine);
        d->file = *engine_another(engine);
        engine_close(engine);
        return false;
    }
    *outcome = end(d, engine, run);
    return true;
}

/* A base index goes on telling the old size. */
static void believe_sources(struct download *d)
{
    for (size_t i = 0; i < d->holders.count; i++)
        d->holders.items[i].size = d->file.size;
}

static enum download_outcome run(struct download *d)
{
    enum download_outcome outcome;
    if (!locate(d, ask(d), &outcome) || is_there_already(d, &outcome))
        return outcome;
    int rc = landing_open(&d->landing, d->output_dir, slice_text(d->result->path));
    if (rc < 0)
        return fail_disk(d, rc);
    d->is_landing = true;
    d->has_part = !d->landing.is_new;
    if (d->landing.is_new) /* before anything is made as large as the index says */
        rc = landing_reserve(&d->landing, d->file.size);
    if (rc < 0) {
        leave(d, NULL);
        return fail_disk(d, rc);
    }
    int round;
    for (round = 0; round < ROUNDS_MOST; round++) {
        struct engine_file file = d->file;
        if (round > 0 && !locate(d, ask_again(d), &outcome))
            break;
        if (round > 0 && d->holders.is_by_get) {
            d->file = file;
            believe_sources(d);
        }
        if (run_round(d, round == 0, &outcome))
            return outcome;
        outcome = DOWNLOAD_FAILED;
    }
    if (round == ROUNDS_MOST)
        fail(d, "it is another file again and again");
    leave(d, NULL);
    return outcome;
}

static void fill_in(struct download_options *options)
{
    if (options->connections == 0)
        options->connections = DOWNLOAD_CONNECTIONS;
    if (options->connections > DOWNLOAD_CONNECTIONS_MAX)
        options->connections = DOWNLOAD_CONNECTIONS_MAX;
    if (options->stall_ms == 0)
        options->stall_ms = DOWNLOAD_STALL_MS;
}

enum download_outcome download_file(struct index_link *index,
                                    const struct download_options *options, const char *output_dir,
                                    struct slice name, const char *output_name,
                                    struct download_result *out)
{
    struct download d = {
        .index = index,
        .ui = index->ui,
        .work = index->peer.work,
        .options = *options,
        .output_dir = output_dir,
        .name = name,
        .result = out,
    };
    uint64_t start_ms = loop_now(d.work->loop);
    *out = (struct download_result){.outcome = DOWNLOAD_FAILED};
    fill_in(&d.options);
    ui_info(d.ui, "Requesting file: %.*s", SLICE_PRINT(name));
    struct slice target = output_name ? slice_text(output_name) : name;
    if (!name_is_file(name) || !name_is_file(target))
        return fail(&d, "no file can have this name");
    if (name_is_unfinished(name) || name_is_unfinished(target))
        return fail(&d, RESERVED);
    slice_copy(target, out->path, sizeof out->path);
    out->outcome = run(&d);
    out->elapsed_ms = loop_now(d.work->loop) - start_ms;
    return out->outcome;
}
