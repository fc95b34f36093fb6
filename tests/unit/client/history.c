#include "history.h"

#include <string.h>

enum { CONNECT_MS = 5, ACTIONS_MOST = 2000, PORTION = 700 * 1000 };

void history_open(struct history *h, struct seeded *random, const struct planner_options *options)
{
    memset(h, 0, sizeof *h);
    h->random = random;
    h->options = *options;
    h->now_ms = 1000;
    assert_int_equal(planner_open(&h->planner, options), 0);
}

void history_close(struct history *h)
{
    planner_close(h->planner);
    ranges_fini(&h->written);
    ranges_fini(&h->wrong);
}

unsigned history_add(struct history *h, const struct history_source *source)
{
    unsigned number = h->source_count++;
    h->sources[number] = *source;
    planner_admit(h->planner, number, source->streams ? PLANNER_STREAM : PLANNER_RANGES);
    return number;
}

static bool happens(struct history *h, unsigned of_thousand)
{
    return of_thousand > 0 && seeded_below(h->random, 1000) < of_thousand;
}

static unsigned open_workers(const struct history *h)
{
    unsigned count = 0;
    for (unsigned i = 0; i < PLANNER_WORKERS_MAX; i++)
        count += h->workers[i].state != CLOSED;
    return count;
}

static void connect_worker(struct history *h, const struct planner_action *action)
{
    struct history_worker *w = &h->workers[action->worker];
    assert_int_equal(w->state, CLOSED);
    assert_true(action->source < h->source_count);
    assert_int_equal(h->barred >> action->source & 1, 0);
    *w = (struct history_worker){
        .state = CONNECTING, .source = action->source, .due_ms = h->now_ms + CONNECT_MS};
    h->sources[action->source].opened++;
    assert_true(open_workers(h) <= h->options.workers);
}

static void ask(struct history *h, const struct planner_action *action)
{
    struct history_worker *w = &h->workers[action->worker];
    assert_int_equal(w->state, CONNECTED);
    assert_true(w->asked_count < COUNT_OF(w->asked));
    assert_true(action->from < action->to && action->to <= h->options.size);
    if (h->sources[w->source].streams)
        assert_true(action->from == 0 && action->to == h->options.size && w->asked_count == 0);
    w->asked[w->asked_count++] = (struct range){action->from, action->to};
}

/* What a source had sent of a chunk that must not be divided goes with the source. */
static void forget_divided(struct history *h)
{
    const struct coverage *coverage = planner_coverage(h->planner);
    const struct ranges *missing = &coverage->missing;
    for (size_t i = 0; i < missing->count && h->written.total > coverage->done; i++) {
        struct range lost;
        while (ranges_next(&h->written, missing->at[i].from, &lost) &&
               lost.from < missing->at[i].to) {
            uint64_t chunk = coverage_chunk_at(lost.from);
            ranges_remove(&h->written, lost.from, coverage_chunk_from(coverage, chunk + 1));
            ranges_remove(&h->wrong, lost.from, coverage_chunk_from(coverage, chunk + 1));
        }
    }
}

static void drop(struct history *h, const struct planner_action *action)
{
    struct history_worker *w = &h->workers[action->worker];
    assert_true(w->state == CONNECTING || w->state == CONNECTED);
    w->state = CLOSING;
    forget_divided(h);
    h->cuts += action->cause == PLANNER_CUT;
    h->stalls += action->cause == PLANNER_STALLED;
    h->slows += action->cause == PLANNER_SLOW;
    if (action->cause == PLANNER_STALLED)
        assert_true(w->silent || w->state == CONNECTING || h->sources[w->source].rate < 100);
}

/* Does what the planner wants until it waits. */
static void act(struct history *h)
{
    struct planner_action action;
    for (int i = 0;; i++) {
        assert_true(i < ACTIONS_MOST);
        planner_next(h->planner, h->now_ms, &action);
        switch (action.kind) {
        case PLANNER_OPEN: connect_worker(h, &action); break;
        case PLANNER_ASK: ask(h, &action); break;
        case PLANNER_DROP: drop(h, &action); break;
        case PLANNER_WAIT: assert_true(action.wake_ms > h->now_ms); return;
        }
    }
}

static void break_off(struct history *h, unsigned worker)
{
    planner_failed(h->planner, worker, PLANNER_BROKEN, h->now_ms);
    h->workers[worker].state = CLOSING;
    forget_divided(h);
}

static void write_bytes(struct history *h, unsigned source, const struct planner_taken *taken)
{
    uint64_t from = taken->offset, to = from + taken->size, before = h->written.total;
    ranges_add(&h->written, from, to);
    assert_int_equal(h->written.total, before + taken->size); /* none of them twice */
    ranges_remove(&h->wrong, from, to);
    if (happens(h, h->sources[source].lies))
        ranges_add(&h->wrong, from, from + 1);
    if (!taken->completes)
        return;
    assert_true(h->check_count < COUNT_OF(h->checks));
    h->checks[h->check_count++] = coverage_chunk_at(from);
}

/* Some bytes of what was asked for first come. */
static void deliver(struct history *h, unsigned worker, size_t size)
{
    struct history_worker *w = &h->workers[worker];
    struct planner_taken taken;
    while (size > 0 && w->asked_count > 0) {
        struct range *asked = &w->asked[0];
        size_t portion = size < PORTION ? size : PORTION;
        if (portion > asked->to - asked->from)
            portion = (size_t)(asked->to - asked->from);
        planner_take(h->planner, worker, portion, h->now_ms, &taken);
        assert_true(taken.size > 0 && taken.size <= portion);
        assert_int_equal(taken.offset, asked->from);
        h->came += taken.size;
        h->sources[w->source].sent += taken.size;
        if (taken.wanted)
            write_bytes(h, w->source, &taken);
        else
            h->unwanted += taken.size;
        asked->from += taken.size;
        size -= taken.size;
        if (asked->from == asked->to)
            memmove(w->asked, w->asked + 1, --w->asked_count * sizeof *w->asked);
    }
}

static void run_worker(struct history *h, unsigned worker, uint64_t ms)
{
    struct history_worker *w = &h->workers[worker];
    const struct history_source *s = &h->sources[w->source];
    if (w->state == CLOSING) {
        w->state = CLOSED;
        planner_closed(h->planner, worker);
    } else if (w->state == CONNECTING && (s->up_ms > h->now_ms || happens(h, s->refuses))) {
        break_off(h, worker);
    } else if (w->state == CONNECTING && w->due_ms <= h->now_ms) {
        w->state = CONNECTED;
        planner_ready(h->planner, worker, h->now_ms);
    } else if (w->state == CONNECTED) {
        w->silent = w->silent || happens(h, s->hangs);
        if (!w->silent)
            deliver(h, worker, (size_t)(s->rate * ms / 1000));
        if (happens(h, s->breaks))
            break_off(h, worker);
    }
}

static void check_chunks(struct history *h)
{
    struct range range;
    while (h->check_count > 0 && seeded_below(h->random, 3) > 0) {
        uint64_t chunk = h->checks[--h->check_count];
        const struct coverage *coverage = planner_coverage(h->planner);
        uint64_t from = coverage_chunk_from(coverage, chunk);
        uint64_t to = coverage_chunk_from(coverage, chunk + 1);
        assert_true(coverage_is_complete(coverage, chunk) && !coverage_is_good(coverage, chunk));
        bool bad = ranges_next(&h->wrong, from, &range) && range.from < to;
        (void)planner_checked(h->planner, chunk, !bad, h->now_ms);
        if (bad) {
            h->rejected += to - from;
            ranges_remove(&h->written, from, to);
            ranges_remove(&h->wrong, from, to);
        }
    }
}

void history_step(struct history *h, uint64_t ms)
{
    act(h);
    h->now_ms += ms;
    for (unsigned i = 0; i < h->options.workers; i++)
        run_worker(h, i, ms);
    check_chunks(h);
    assert_int_equal(planner_coverage(h->planner)->done, h->written.total);
    assert_false(planner_coverage(h->planner)->missing.failed);
}

bool history_is_over(const struct history *h)
{
    const struct coverage *coverage = planner_coverage(h->planner);
    return planner_has_all(h->planner) && coverage->good == coverage->chunk_count;
}

/* What there is to see when a history does not end. */
static void show(const struct history *h)
{
    for (unsigned i = 0; i < h->source_count; i++)
        print_message("source %u: rate %llu, breaks %u, hangs %u, refuses %u, lies %u, %s%s\n", i,
                      (unsigned long long)h->sources[i].rate, h->sources[i].breaks,
                      h->sources[i].hangs, h->sources[i].refuses, h->sources[i].lies,
                      h->sources[i].streams ? "a stream" : "ranges",
                      h->barred >> i & 1 ? ", barred" : "");
    for (unsigned i = 0; i < h->options.workers; i++)
        print_message("worker %u: state %d, source %u, asked %u, silent %d\n", i,
                      (int)h->workers[i].state, h->workers[i].source, h->workers[i].asked_count,
                      h->workers[i].silent);
}

void history_run(struct history *h, uint64_t most_ms)
{
    uint64_t end_ms = h->now_ms + most_ms;
    while (!history_is_over(h)) {
        if (h->now_ms >= end_ms)
            show(h);
        if (h->now_ms >= end_ms)
            fail_msg("not over after %llu ms: %llu of %llu bytes", (unsigned long long)most_ms,
                     (unsigned long long)h->written.total, (unsigned long long)h->options.size);
        history_step(h, 10 + seeded_below(h->random, 40));
    }
    assert_int_equal(h->written.total, h->options.size);
    assert_int_equal(h->wrong.total, 0);
}
