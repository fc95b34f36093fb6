#include "client/engine.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/engine_parts.h"
#include "plat/clock.h"
#include "plat/random.h"

enum {
    LOCATE_FIRST_MS = 250,
    LOCATE_MOST_MS = 4000,
    NOTE_MS = 1000,       /* between two looks at unfinished chunks */
    OTHER_SIZE_MS = 4000, /* a source that says another size for so long is right */
    HOPELESS_TIMES = 4,   /* stall times without progress, though sources are there */
    SETTLE_MS = 2000      /* for hashing what another run will need */
};

static void on_timer(struct timer *timer)
{
    (void)timer; /* the loop's turn is what is wanted */
}

static int open_parts(struct engine *e)
{
    uint32_t seed = 1;
    (void)plat_random_bytes(&seed, sizeof seed);
    struct planner_options options = {.size = e->file.size,
                                      .workers = e->worker_count,
                                      .stall_ms = e->options.stall_ms,
                                      .rate_max = e->options.rate_max,
                                      .seed = seed};
    e->space = malloc(ENGINE_SPACE_SIZE);
    if (!e->space)
        return PLAT_ERR_NO_MEMORY;
    if (e->file.size == 0)
        return 0;
    int rc = planner_open(&e->planner, &options);
    if (rc == 0)
        e->chunk_count = planner_coverage(e->planner)->chunk_count;
    return rc == 0 ? engine_open_checks(e) : rc;
}

int engine_open(struct engine **out, const struct engine_options *options)
{
    struct engine *e = calloc(1, sizeof *e);
    if (!e)
        return PLAT_ERR_NO_MEMORY;
    uint64_t now_ms = loop_now(options->index->peer.work->loop);
    e->index = options->index;
    e->work = options->index->peer.work;
    e->loop = e->work->loop;
    e->ui = options->index->ui;
    e->landing = options->landing;
    e->options = *options->download;
    e->file = options->file;
    e->sole = e->list_asker = e->other_source = -1;
    e->timer.fire = on_timer;
    e->worker_count = e->options.connections;
    e->locate_backoff = (struct backoff){.first_ms = LOCATE_FIRST_MS, .most_ms = LOCATE_MOST_MS};
    engine_look_later(e);
    e->noted_ms = now_ms;
    patience_init(&e->patience);
    e->limiter = &e->work->limiter;
    limiter_set_rate(e->limiter, e->options.rate_max, now_ms);
    for (unsigned i = 0; i < PLANNER_WORKERS_MAX; i++) {
        e->workers[i].engine = e;
        e->workers[i].number = i;
    }
    int rc = open_parts(e);
    if (rc < 0)
        engine_close(e);
    else
        *out = e;
    return rc;
}

static bool has_connections(const struct engine *e)
{
    for (unsigned i = 0; i < e->worker_count; i++)
        if (e->workers[i].is_open)
            return true;
    return false;
}

static void close_connections(struct engine *e)
{
    for (unsigned i = 0; i < e->worker_count; i++)
        if (e->workers[i].is_open)
            fetch_close(&e->workers[i].fetch);
    while (has_connections(e) && loop_turn(e->loop, 0) == 0) {
    }
}

void engine_close(struct engine *e)
{
    if (!e)
        return;
    close_connections(e);
    loop_cancel_timer(e->loop, &e->timer);
    verifier_close(e->verifier);
    planner_close(e->planner);
    ledger_fini(&e->ledger);
    free(e->digests);
    free(e->digest_states);
    free(e->list);
    free(e->space);
    free(e);
}

static bool is_over(struct engine *e)
{
    if (e->file.size == 0)
        return e->is_confirmed;
    return planner_has_all(e->planner) && engine_is_proven(e);
}

bool engine_is_stuck(struct engine *e, uint64_t now_ms)
{
    bool stuck = e->file.size == 0
                     ? !e->workers[0].is_open && e->turn > 0
                     : !planner_has_all(e->planner) && planner_is_stuck(e->planner, now_ms);
    if (!stuck)
        e->stuck_ms = 0;
    else if (e->stuck_ms == 0)
        e->stuck_ms = now_ms;
    return stuck;
}

/* Some indexes never learn of a change; but a file that is just being written has many sizes, each
 * for a moment. */
static void settle_size(struct engine *e, uint64_t now_ms)
{
    if (!e->is_by_get || e->other_source < 0 || now_ms - e->other_size_ms < OTHER_SIZE_MS)
        return;
    e->another = (struct engine_file){.name = e->file.name, .size = e->other_size};
    e->has_another = true;
}

bool engine_has_all(const struct engine *e)
{
    return e->file.size > 0 && planner_has_all(e->planner);
}

bool engine_has_lost_hope(const struct engine *e, bool stuck)
{
    uint64_t most_ms = e->options.retry_ms;
    if (engine_has_all(e))
        return false;
    if (!stuck)
        most_ms += HOPELESS_TIMES * e->options.stall_ms;
    return patience_spent_ms(&e->patience) >= most_ms;
}

/* Where our limit lets nothing in, or what came is looked at, it is nobody's fault that nothing
 * new comes. */
void engine_count_time(struct engine *e)
{
    bool is_excused = engine_has_all(e) || engine_is_reading_paused(e);
    patience_count(&e->patience, is_excused, loop_now(e->loop));
}

void engine_end_round(struct engine *e, uint64_t at_ms, bool stuck)
{
    uint64_t now_ms = loop_now(e->loop), soonest = now_ms + PATIENCE_TURN_MS;
    uint64_t note_ms = e->noted_ms + NOTE_MS;
    if (note_ms > now_ms && note_ms < soonest) /* nothing is noted while the index is asked */
        soonest = note_ms;
    if (engine_is_reading_paused(e) && limiter_wake_ms(e->limiter) < soonest)
        soonest = limiter_wake_ms(e->limiter);
    if (stuck && e->locate_ms < soonest)
        soonest = e->locate_ms;
    loop_set_timer(e->loop, &e->timer, at_ms < soonest ? at_ms : soonest);
    patience_skip(&e->patience, plat_clock_now_ms());
}

/* One round: what can be done now is done. False: it is over. */
static bool go_on(struct engine *e, enum engine_outcome *outcome)
{
    engine_count_time(e);
    engine_resume_reading(e);
    uint64_t wake_ms = e->file.size == 0 ? engine_act_empty(e) : engine_act(e);
    uint64_t now_ms = loop_now(e->loop);
    bool over = e->error == 0 && is_over(e), stuck = engine_is_stuck(e, now_ms);
    if (stuck && !over) {
        settle_size(e, now_ms);
        engine_settle_hash(e);
    }
    *outcome = e->error < 0     ? ENGINE_DISK
               : over           ? ENGINE_DONE
               : e->has_another ? ENGINE_ANOTHER
                                : ENGINE_FAILED;
    if (*outcome != ENGINE_FAILED || engine_has_lost_hope(e, stuck))
        return false;
    *outcome = ENGINE_INTERRUPTED;
    if (stuck && e->file.size > 0 && engine_turn_to_another(e, now_ms))
        return !work_is_interrupted(e->work);
    if (stuck && now_ms >= e->locate_ms)
        return engine_locate(e);
    if (e->file.size > 0 && !stuck && engine_may_look(e, now_ms))
        return engine_look(e);
    if (e->file.size > 0 && now_ms - e->noted_ms >= NOTE_MS)
        engine_note_parts(e);
    if (e->file.size > 0)
        engine_show_progress(e);
    engine_end_round(e, wake_ms, stuck);
    return loop_turn(e->loop, -1) == 0 && !work_is_interrupted(e->work);
}

int engine_begin(struct engine *e)
{
    int rc = landing_restart(e->landing);
    if (rc < 0)
        return rc; /* the old journal speaks of what is there still */
    engine_begin_journal(e);
    return landing_reserve(e->landing, e->file.size);
}

int engine_error(const struct engine *e)
{
    return e->error;
}

/* A small file may come whole with the line before it, unasked, so what the one before brought too
 * much is waited for before anything is asked. */
static bool await_limit(struct engine *e)
{
    uint64_t now_ms = loop_now(e->loop);
    bool finished = true;
    while (finished && !limiter_begin_round(e->limiter, e->worker_count, now_ms)) {
        finished = work_pause(e->work, limiter_wake_ms(e->limiter) - now_ms);
        now_ms = loop_now(e->loop);
    }
    return finished;
}

enum engine_outcome engine_run(struct engine *e)
{
    enum engine_outcome outcome = ENGINE_INTERRUPTED;
    if (!await_limit(e))
        return outcome;
    while (go_on(e, &outcome)) {
    }
    return outcome;
}

void engine_note(struct engine *e)
{
    if (!e->planner)
        return;
    close_connections(e);
    uint64_t end_ms = loop_now(e->loop) + SETTLE_MS;
    while (verifier_waiting_fresh(e->verifier) > 0 && loop_now(e->loop) < end_ms &&
           loop_turn(e->loop, NOTE_MS / 10) == 0) {
    }
    e->noted = UINT64_MAX;
    engine_note_parts(e);
}

bool engine_has_anything(const struct engine *e)
{
    return e->planner && planner_coverage(e->planner)->done > 0;
}

const struct engine_file *engine_another(const struct engine *e)
{
    return &e->another;
}

int64_t engine_mtime_s(const struct engine *e)
{
    const struct source *most = NULL;
    uint64_t bytes = 0;
    for (unsigned i = 0; i < e->source_count; i++) {
        const struct source *s = &e->sources[i];
        if (s->has_stat && !engine_has_another_file(e, i) &&
            (!most || ledger_given(&e->ledger, i) > bytes)) {
            most = s;
            bytes = ledger_given(&e->ledger, i);
        }
    }
    return most ? most->mtime_s : 0;
}
