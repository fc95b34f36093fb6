#include "index/standing.h"

static void set_status(struct standing *standing, bool alive, uint64_t now_ms)
{
    standing->alive = alive;
    standing->status_word_ms = now_ms;
}

void standing_registered(struct standing *standing, uint64_t now_ms)
{
    set_status(standing, true, now_ms);
    standing->left = false;
    standing->confirmed = false;
    standing->registered_ms = now_ms;
    standing->listed_ms = now_ms;
}

void standing_down(struct standing *standing, uint64_t now_ms)
{
    set_status(standing, false, now_ms);
}

void standing_up(struct standing *standing, uint64_t now_ms)
{
    set_status(standing, true, now_ms);
    standing->left = false;
}

void standing_left(struct standing *standing, uint64_t now_ms)
{
    set_status(standing, false, now_ms);
    standing->left = true;
}

void standing_loaded(struct standing *standing, uint32_t load, uint64_t now_ms)
{
    standing->load = load;
    standing->load_word_ms = now_ms;
}

static bool is_doubtful(const struct standing *standing, uint64_t now_ms)
{
    return !standing->confirmed && now_ms < standing->registered_ms + STANDING_DEAD_DOUBTED_MS;
}

void standing_polled(struct standing *standing, bool alive, uint32_t load, uint64_t asked_ms,
                     uint64_t now_ms)
{
    standing->listed_ms = now_ms;
    if (asked_ms >= standing->load_word_ms)
        standing->load = load;
    if (asked_ms < standing->status_word_ms)
        return;
    if (!alive && !is_doubtful(standing, now_ms)) {
        standing->alive = false;
    } else if (alive && !standing->left) {
        standing->alive = true;
        standing->confirmed = true;
    }
}

void standing_unlisted(struct standing *standing, uint64_t reachable_ms, uint64_t now_ms)
{
    uint64_t since_ms = standing->listed_ms > reachable_ms ? standing->listed_ms : reachable_ms;
    /* Another loop may have heard of the server after this one read its clock. */
    if (now_ms >= since_ms + STANDING_UNLISTED_MOST_MS)
        standing->alive = false;
}
