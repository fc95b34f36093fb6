#include "client/planner.h"

#include <assert.h>
#include <stdlib.h>

#include "base/least.h"
#include "client/planner_parts.h"
#include "plat/error.h"

enum {
    PAUSE_FIRST_MS = 250,
    PAUSE_MOST_MS = 8000,
    PAUSE_WRONG_MS = 1000,
    WRONG_MS = 60 * 1000,
    WRONG_DOUBLED_MOST = 3
};

int planner_open(struct planner **out, const struct planner_options *options)
{
    assert(options->size > 0 && options->workers > 0 && options->workers <= PLANNER_WORKERS_MAX);
    struct planner *planner = calloc(1, sizeof *planner);
    if (!planner)
        return PLAT_ERR_NO_MEMORY;
    planner->options = *options;
    planner->worker_count = options->workers;
    planner->random = options->seed | 1;
    for (unsigned i = 0; i < PLANNER_SOURCES_MAX; i++)
        planner->sources[i].backoff =
            (struct backoff){.first_ms = PAUSE_FIRST_MS, .most_ms = PAUSE_MOST_MS};
    int rc = coverage_init(&planner->coverage, options->size);
    if (rc < 0) {
        planner_close(planner);
        return rc;
    }
    *out = planner;
    return 0;
}

void planner_close(struct planner *planner)
{
    if (!planner)
        return;
    coverage_fini(&planner->coverage);
    free(planner);
}

void planner_admit(struct planner *planner, unsigned source, enum planner_kind kind)
{
    planner->sources[source].admitted = true;
    planner->sources[source].kind = kind;
    if (source >= planner->source_count)
        planner->source_count = source + 1;
}

void planner_bar(struct planner *planner, unsigned source)
{
    planner->sources[source].admitted = false;
}

bool planner_is_aside(const struct planner *planner, unsigned source, uint64_t now_ms)
{
    return planner->sources[source].aside_until_ms > now_ms;
}

uint64_t planner_left(const struct planner_worker *worker)
{
    uint64_t left = 0;
    for (unsigned i = 0; i < worker->piece_count; i++)
        if (worker->pieces[i].at < worker->pieces[i].to)
            left += worker->pieces[i].to - worker->pieces[i].at;
    return left;
}

/* What is still to come of the bytes that a piece has taken. */
static struct range taken_by(const struct planner_worker *worker, unsigned piece)
{
    const struct planner_piece *p = &worker->pieces[piece];
    uint64_t to = worker->streams ? worker->held.to : p->to;
    return (struct range){p->at, to > p->at ? to : p->at};
}

static void give_back(struct planner *planner, struct planner_worker *worker)
{
    for (unsigned i = 0; i < worker->piece_count; i++) {
        struct range taken = taken_by(worker, i);
        coverage_give_back(&planner->coverage, taken.from, taken.to);
    }
    worker->piece_count = 0;
}

void planner_ask(struct planner *planner, unsigned worker, uint64_t from, uint64_t to,
                 uint64_t now_ms, struct planner_action *action)
{
    struct planner_worker *w = &planner->workers[worker];
    struct planner_source *source = &planner->sources[w->source];
    assert(w->state == WORKER_READY && w->piece_count < PIECES_MOST);
    if (w->piece_count == 0) {
        w->heard_ms = now_ms;
        speed_start(&w->speed, now_ms);
    }
    if (!source->busy) {
        source->busy = true;
        source->busy_since_ms = now_ms;
        speed_start(&source->speed, now_ms);
    }
    w->pieces[w->piece_count++] = (struct planner_piece){from, from, to, to};
    *action = (struct planner_action){
        .kind = PLANNER_ASK, .worker = worker, .source = w->source, .from = from, .to = to};
}

void planner_drop(struct planner *planner, unsigned worker, enum planner_cause cause,
                  struct planner_action *action)
{
    struct planner_worker *w = &planner->workers[worker];
    give_back(planner, w);
    w->state = WORKER_CLOSING;
    *action = (struct planner_action){
        .kind = PLANNER_DROP, .worker = worker, .source = w->source, .cause = cause};
}

void planner_ready(struct planner *planner, unsigned worker, uint64_t now_ms)
{
    struct planner_worker *w = &planner->workers[worker];
    assert(w->state == WORKER_OPENING);
    w->state = WORKER_READY;
    w->heard_ms = now_ms;
    w->paused = false;
    w->speed = (struct speed){0};
}

/* The connections of a source often fail together; that counts once. */
void planner_blame(struct planner *planner, unsigned source, enum planner_fault fault,
                   uint64_t now_ms)
{
    struct planner_source *s = &planner->sources[source];
    if (now_ms >= s->aside_until_ms) {
        planner->random = planner->random * 1664525 + 1013904223; /* Knuth and Lewis, 1991 */
        s->aside_until_ms = now_ms + backoff_pause_ms(&s->backoff, planner->random >> 8);
        s->failures++;
    }
    if (fault != PLANNER_WRONG)
        return;
    coverage_disown(&planner->coverage, source);
    s->wrong_until_ms = now_ms + ((uint64_t)WRONG_MS << s->wrong_count);
    if (s->wrong_count < WRONG_DOUBLED_MOST)
        s->wrong_count++;
    if (s->aside_until_ms < now_ms + PAUSE_WRONG_MS)
        s->aside_until_ms = now_ms + PAUSE_WRONG_MS;
}

void planner_pardon(struct planner *planner, unsigned source)
{
    struct planner_source *s = &planner->sources[source];
    if (s->wrong_count == 0)
        return;
    s->wrong_count--;
    s->wrong_until_ms = s->aside_until_ms = 0;
    s->failures = 0;
    backoff_reset(&s->backoff);
}

void planner_failed(struct planner *planner, unsigned worker, enum planner_fault fault,
                    uint64_t now_ms)
{
    struct planner_worker *w = &planner->workers[worker];
    if (w->state == WORKER_FREE || w->state == WORKER_CLOSING)
        return;
    give_back(planner, w);
    w->state = WORKER_CLOSING;
    planner_blame(planner, w->source, fault, now_ms);
}

void planner_closed(struct planner *planner, unsigned worker)
{
    struct planner_worker *w = &planner->workers[worker];
    give_back(planner, w);
    w->state = WORKER_FREE;
}

/* A stream takes what is missing as it comes to it, up to the end of a chunk; of one that must not
 * be divided all or nothing. Returns where the next bytes lie that it may take. */
static uint64_t take_ahead(struct planner *planner, struct planner_worker *worker)
{
    struct coverage *coverage = &planner->coverage;
    const struct planner_piece *piece = &worker->pieces[0];
    struct range range;
    if (piece->at >= piece->to || !ranges_next(&coverage->missing, piece->at, &range))
        return piece->end;
    uint64_t chunk = coverage_chunk_at(range.from);
    uint64_t chunk_end = coverage_chunk_from(coverage, chunk + 1);
    if (coverage_is_undivided(coverage, chunk) && range.from > coverage_chunk_from(coverage, chunk))
        return chunk_end;
    if (range.from > piece->at)
        return range.from;
    worker->held = (struct range){range.from, least(range.to, chunk_end)};
    coverage_take(coverage, worker->held.from, worker->held.to);
    return range.from;
}

/* How many bytes of the first piece are wanted from here without leaving their chunk; 0: none, up
 * to *end. */
static uint64_t wanted_at(struct planner *planner, struct planner_worker *worker, uint64_t *end)
{
    uint64_t at = worker->pieces[0].at;
    *end = worker->pieces[0].end;
    if (worker->streams && at >= worker->held.to)
        *end = take_ahead(planner, worker);
    struct range taken = taken_by(worker, 0);
    uint64_t chunk_end = coverage_chunk_from(&planner->coverage, coverage_chunk_at(at) + 1);
    return least(taken.to, chunk_end) - at;
}

/* A worker that came to the end of a piece has a good source. */
static void end_piece(struct planner *planner, struct planner_worker *worker)
{
    struct planner_source *source = &planner->sources[worker->source];
    worker->pieces[0] = worker->pieces[PIECES_MOST - 1];
    worker->piece_count--;
    worker->has_streamed = worker->streams;
    backoff_reset(&source->backoff);
    source->failures = 0;
}

void planner_take(struct planner *planner, unsigned worker, size_t size, uint64_t now_ms,
                  struct planner_taken *out)
{
    struct planner_worker *w = &planner->workers[worker];
    struct planner_piece *piece = &w->pieces[0];
    uint64_t end;
    assert(planner_is_busy(w) && size > 0);
    uint64_t wanted = wanted_at(planner, w, &end);
    size_t part = (size_t)least(size, wanted > 0 ? wanted : end - piece->at);
    *out = (struct planner_taken){.size = part, .offset = piece->at, .wanted = wanted > 0};
    if (out->wanted) {
        if (w->streams)
            coverage_take(&planner->coverage, piece->at, piece->at + part);
        out->completes = coverage_add(&planner->coverage, piece->at, piece->at + part, w->source);
    }
    piece->at += part;
    w->heard_ms = now_ms;
    speed_add(&w->speed, part, now_ms);
    speed_add(&planner->sources[w->source].speed, part, now_ms);
    speed_add(&planner->speed, part, now_ms);
    if (piece->at == piece->end)
        end_piece(planner, w);
}

void planner_heard(struct planner *planner, unsigned worker, uint64_t now_ms)
{
    planner->workers[worker].heard_ms = now_ms;
}

void planner_pause(struct planner *planner, unsigned worker, bool paused, uint64_t now_ms)
{
    planner->workers[worker].paused = paused;
    planner->workers[worker].heard_ms = now_ms;
}

int planner_checked(struct planner *planner, uint64_t chunk, bool is_good, uint64_t now_ms)
{
    if (is_good) {
        coverage_accept(&planner->coverage, chunk);
        return -1;
    }
    int source = coverage_reject(&planner->coverage, chunk);
    if (source >= 0)
        planner_blame(planner, (unsigned)source, PLANNER_WRONG, now_ms);
    return source;
}

void planner_keep(struct planner *planner, uint64_t from, uint64_t to)
{
    coverage_keep(&planner->coverage, from, to);
}

/* The pieces that are on their way are not wanted any more: they are cut to nothing. But a stream
 * of which nothing has come begins anew by itself. */
void planner_reset(struct planner *planner)
{
    for (unsigned i = 0; i < planner->worker_count; i++) {
        struct planner_worker *w = &planner->workers[i];
        for (unsigned k = 0; k < w->piece_count; k++)
            if (!w->streams || w->pieces[k].at > 0)
                w->pieces[k].to = w->pieces[k].at;
        w->held = (struct range){0, 0};
    }
    coverage_reset(&planner->coverage);
}

const struct coverage *planner_coverage(const struct planner *planner)
{
    return &planner->coverage;
}

void planner_partial(const struct planner *planner, struct ranges *out)
{
    const struct ranges *missing = &planner->coverage.missing;
    coverage_partial(&planner->coverage, out);
    for (size_t i = 0; i < missing->count; i++)
        ranges_remove(out, missing->at[i].from, missing->at[i].to);
    for (unsigned i = 0; i < planner->worker_count; i++)
        for (unsigned k = 0; k < planner->workers[i].piece_count; k++) {
            struct range taken = taken_by(&planner->workers[i], k);
            ranges_remove(out, taken.from, taken.to);
        }
}
