#include "client/download.h"

#include <stdio.h>
#include <string.h>

#include "client/fetch.h"
#include "client/landing.h"
#include "net/backoff.h"
#include "proto/name.h"
#include "proto/reply.h"

enum {
    PATIENCE_MS =
        15 * 1000, /* without success; longer than a textbook index takes to notice a death */
    PAUSE_FIRST_MS = 250,
    PAUSE_MOST_MS = 2000,
    ASK_MOST = 8,    /* times in a row, for another holder than the one that just failed */
    BREAKS_MOST = 8, /* of sources in the middle of the file */
    OTHER_SIZE_MS = 4000
};

struct source {
    char id[SERVER_ID_SIZE_MAX + 1];
    char host[HOST_SIZE_MAX + 1];
    uint16_t port;
    uint64_t size;
};

struct download {
    struct index_link *index;
    struct ui *ui;
    struct work *work;
    const char *output_dir;
    struct slice name;
    struct source source;
    bool found;           /* the last answer named a source */
    char answer[80];      /* it, if it did not */
    struct source failed; /* the one that failed last */
    uint64_t other_size;  /* what it said the file's size is, if it did not agree with the index */
    bool has_other_size;
    uint64_t other_size_ms; /* since when */
    uint64_t progress_ms;   /* when bytes came last, or the start */
    unsigned breaks;
    char reason[160]; /* and why */
    bool landing_open;
    struct landing landing;
};

static enum peer_more on_location(void *arg, struct slice line)
{
    struct download *d = arg;
    struct reply_location location;
    d->found = reply_parse_location(line, &location);
    slice_copy(line, d->answer, sizeof d->answer);
    if (!d->found)
        return PEER_DONE;
    slice_copy(location.server_id, d->source.id, sizeof d->source.id);
    slice_copy(location.address, d->source.host, sizeof d->source.host);
    d->source.port = location.tcp_port;
    d->source.size = location.size;
    return PEER_DONE;
}

/* Asks the index once; 0 with d->found. */
static int locate(struct download *d)
{
    struct request request = {.verb = VERB_GET, .name = d->name};
    d->index->on_line = on_location;
    d->index->arg = d;
    return index_link_ask(d->index, &request, true);
}

static bool is_same(const struct source *a, const struct source *b)
{
    return a->port == b->port && strcmp(a->id, b->id) == 0 && strcmp(a->host, b->host) == 0;
}

/* Asks for a holder, some times if it is the one that has just failed: the index sends clients to
 * equal holders in turn. */
static int locate_another(struct download *d)
{
    int rc = locate(d);
    for (int i = 1; i < ASK_MOST && rc == 0 && d->found && is_same(&d->source, &d->failed); i++)
        rc = locate(d);
    return rc;
}

static enum download_outcome fail_disk(struct download *d, const char *why)
{
    ui_error(d->ui, why, "cannot write %s/%.*s", d->output_dir, SLICE_PRINT(d->name));
    return DOWNLOAD_FAILED;
}

/* Where a system takes "a" and "A" for one name, the other file stays. */
static const char *disk_error(int error)
{
    return error == PLAT_ERR_EXISTS ? "another file is there whose name differs only in upper and "
                                      "lower case"
                                    : plat_error_text(error);
}

static int open_landing(struct download *d)
{
    int rc = d->landing_open ? landing_restart(&d->landing, d->source.size)
                             : landing_open(&d->landing, d->output_dir, d->name, d->source.size);
    if (rc == 0)
        d->landing_open = true;
    return rc;
}

/* A source that goes on saying that its file has another size is right: it sends what it has, and
 * some indexes never learn of a change. But a file that is just being written has many sizes, each
 * for a moment, so that must last for longer than an index of ours needs to learn. */
static void settle_size(struct download *d)
{
    if (d->has_other_size && is_same(&d->source, &d->failed) &&
        loop_now(d->work->loop) - d->other_size_ms >= OTHER_SIZE_MS)
        d->source.size = d->other_size;
}

/* Notes what the source that has just failed said of the file's size. */
static void note_size(struct download *d, const struct fetch *fetch)
{
    if (!fetch->has_other_size || !d->has_other_size || fetch->other_size != d->other_size)
        d->other_size_ms = loop_now(d->work->loop);
    d->has_other_size = fetch->has_other_size;
    d->other_size = fetch->other_size;
}

static enum fetch_outcome fetch_from_source(struct download *d)
{
    struct fetch fetch = {
        .work = d->work,
        .ui = d->ui,
        .landing = &d->landing,
        .server_id = d->source.id,
        .host = d->source.host,
        .port = d->source.port,
        .size = d->source.size,
    };
    enum fetch_outcome outcome = fetch_run(&fetch);
    memcpy(d->reason, fetch.reason, sizeof d->reason);
    if (outcome != FETCH_FAILED)
        return outcome;
    d->failed = d->source;
    note_size(d, &fetch);
    if (fetch.received > 0) {
        d->progress_ms = loop_now(d->work->loop);
        d->breaks++;
    }
    ui_warn(d->ui, "Content Server %s at %s:%u failed: %s", d->source.id, d->source.host,
            d->source.port, d->reason);
    return outcome;
}

static enum download_outcome finish(struct download *d)
{
    uint64_t size = d->source.size;
    d->landing_open = false;
    int rc = landing_commit(&d->landing);
    ui_progress_end(d->ui, &(struct ui_progress){.done = size, .size = size});
    if (rc < 0)
        return fail_disk(d, disk_error(rc));
    ui_info(d->ui, "Successfully downloaded: %s/%.*s (%llu bytes)", d->output_dir,
            SLICE_PRINT(d->name), (unsigned long long)size);
    return DOWNLOAD_DONE;
}

/* One round: a source, and the file from it. False: it failed, but another round may not. */
static bool try_once(struct download *d, bool first, enum download_outcome *outcome)
{
    int rc = first ? locate(d) : locate_another(d);
    *outcome = rc == PLAT_AGAIN ? DOWNLOAD_INTERRUPTED : DOWNLOAD_FAILED;
    if (rc != 0)
        return first || rc == PLAT_AGAIN;
    if (!d->found && first) {
        bool missing = strcmp(d->answer, "ERROR FILE_NOT_FOUND") == 0;
        ui_error(d->ui, missing ? "file not found" : d->answer, "%.*s", SLICE_PRINT(d->name));
        return true;
    }
    if (!d->found)
        return false;
    settle_size(d);
    ui_info(d->ui, "File located on server %s (%s:%u), size: %llu bytes", d->source.id,
            d->source.host, d->source.port, (unsigned long long)d->source.size);
    rc = open_landing(d);
    if (rc < 0) {
        fail_disk(d, disk_error(rc));
        return true;
    }
    switch (fetch_from_source(d)) {
    case FETCH_DONE: *outcome = finish(d); return true;
    case FETCH_DISK: *outcome = fail_disk(d, d->reason); return true;
    case FETCH_INTERRUPTED: *outcome = DOWNLOAD_INTERRUPTED; return true;
    case FETCH_FAILED: break;
    }
    return false;
}

static enum download_outcome run(struct download *d)
{
    enum download_outcome outcome;
    struct backoff backoff = {.first_ms = PAUSE_FIRST_MS, .most_ms = PAUSE_MOST_MS};
    d->progress_ms = loop_now(d->work->loop);
    for (bool first = true;; first = false) {
        if (try_once(d, first, &outcome))
            return outcome;
        if (loop_now(d->work->loop) - d->progress_ms >= PATIENCE_MS || d->breaks >= BREAKS_MOST)
            break;
        /* Another holder is asked at once, the same ones not without a pause. */
        if (!first && !work_pause(d->work, backoff_random_pause_ms(&backoff)))
            return DOWNLOAD_INTERRUPTED;
    }
    ui_error(d->ui, d->reason, "%.*s: no content server delivers it; the last one, %s, failed",
             SLICE_PRINT(d->name), d->failed.id);
    return DOWNLOAD_FAILED;
}

enum download_outcome download_file(struct index_link *index,
                                    const struct download_options *options, const char *output_dir,
                                    struct slice name, const char *output_name,
                                    struct download_result *out)
{
    (void)options;
    (void)output_name;
    *out = (struct download_result){.outcome = DOWNLOAD_FAILED};
    struct download d = {
        .index = index,
        .ui = index->ui,
        .work = index->peer.work,
        .output_dir = output_dir,
        .name = name,
    };
    ui_info(d.ui, "Requesting file: %.*s", SLICE_PRINT(name));
    if (!name_is_file(name)) {
        ui_error(d.ui, "no file can have this name", "%.*s", SLICE_PRINT(name));
        return DOWNLOAD_FAILED;
    }
    enum download_outcome outcome = run(&d);
    if (d.landing_open)
        landing_abandon(&d.landing);
    out->outcome = outcome;
    out->size = d.source.size;
    slice_copy(slice_text(d.reason), out->reason, sizeof out->reason);
    return outcome;
}
