#include "client/holders.h"

#include <string.h>

#include "proto/reply.h"

enum {
    ASK_MOST = 8,       /* times in a row, for other holders */
    LINES_MOST = 20000, /* of one answer; an index knows fewer servers */
    LOCATE_SILENCE_MS = 3000,
    /* From its first line on. Of the lines HOLDERS_MAX are taken, which are first, and at most 30
     * KB with the longest of names: any line that could carry the file brings them in this time. */
    LOCATE_MOST_MS = 5000
};

struct locate {
    struct holders *holders;
    const struct loop *loop;
    size_t lines;
    uint64_t first_ms; /* when the first of them came */
    bool is_cut;       /* what is still to come of the answer is not waited for */
    bool is_wrong;     /* its answer to LOCATE is none */
    bool is_unknown;   /* it does not know the word: it need not be asked again */
    bool has_asked;
    struct holder found; /* by GET */
    bool has_found;
};

bool holder_is_same(const struct holder *a, const struct holder *b)
{
    return a->port == b->port && strcmp(a->id, b->id) == 0 && strcmp(a->host, b->host) == 0;
}

static void set_holder(struct holder *holder, const struct reply_location *at, struct slice sha256)
{
    slice_copy(at->server_id, holder->id, sizeof holder->id);
    slice_copy(at->address, holder->host, sizeof holder->host);
    slice_copy(sha256, holder->sha256, sizeof holder->sha256);
    holder->port = at->tcp_port;
    holder->size = at->size;
}

static size_t find(const struct holders *holders, const struct holder *holder)
{
    size_t at = 0;
    while (at < holders->count && !holder_is_same(&holders->items[at], holder))
        at++;
    return at;
}

static void add(struct holders *holders, const struct holder *holder)
{
    size_t at = find(holders, holder);
    if (at < holders->count || at == HOLDERS_MAX)
        return;
    holders->items[holders->count++] = *holder;
}

/* The one to begin with comes first. Where LOCATE has told of it, its hash is known from there;
 * where LOCATE has not, its file may be another one. */
static void put_first(struct holders *holders, const struct holder *holder)
{
    size_t at = find(holders, holder);
    if (at == holders->count) {
        if (at == 0 || holders->items[0].size == holder->size)
            add(holders, holder);
        return;
    }
    struct holder first = holders->items[at];
    memmove(holders->items + 1, holders->items, at * sizeof holders->items[0]);
    holders->items[0] = first;
}

/* An index that sends line after line, each just before its silence is too long, is not heard for
 * ever. */
static bool is_too_long(struct locate *locate)
{
    uint64_t now_ms = loop_now(locate->loop);
    if (locate->lines == 1)
        locate->first_ms = now_ms;
    return now_ms - locate->first_ms >= LOCATE_MOST_MS;
}

/* A line that names no source that we could use is passed over; one that is no such line ends the
 * answer. */
static enum peer_more on_source(void *arg, struct slice line)
{
    struct locate *locate = arg;
    struct reply_source source;
    struct holder holder;
    struct slice rest = line;
    if (reply_is(line, REPLY_END) && locate->lines > 0)
        return PEER_DONE;
    if (!slice_is(slice_take_field(&rest), "SOURCE") || ++locate->lines > LINES_MOST) {
        locate->is_wrong = true;
        locate->is_unknown = reply_is(line, REPLY_UNKNOWN_COMMAND);
        return PEER_DONE;
    }
    if (reply_parse_source(line, &source)) {
        set_holder(&holder, &source.at, source.sha256);
        add(locate->holders, &holder);
    }
    locate->is_cut = is_too_long(locate);
    return locate->is_cut ? PEER_DONE : PEER_MORE;
}

static enum peer_more on_location(void *arg, struct slice line)
{
    struct locate *locate = arg;
    struct reply_location location;
    locate->has_found = reply_parse_location(line, &location);
    slice_copy(line, locate->holders->answer, sizeof locate->holders->answer);
    if (locate->has_found)
        set_holder(&locate->found, &location, slice_of("", 0));
    return PEER_DONE;
}

static int ask(struct locate *locate, struct index_link *index, enum verb verb, struct slice name)
{
    struct request request = {.verb = verb, .name = name};
    bool greet = !locate->has_asked;
    locate->has_asked = true;
    locate->loop = index->peer.work->loop;
    index->on_line = verb == VERB_LOCATE ? on_source : on_location;
    index->arg = locate;
    return index_link_try(index, &request, greet, verb == VERB_LOCATE ? LOCATE_SILENCE_MS : 0);
}

/* Any answer that is none, and none at all, says only that this is a base index. */
static int ask_locate(struct locate *locate, struct index_link *index, struct slice name)
{
    int rc = ask(locate, index, VERB_LOCATE, name);
    index->is_base = rc == 0 && locate->is_unknown && locate->lines == 0;
    if (locate->is_cut || (locate->is_wrong && locate->lines > 0))
        index_link_close(index); /* the rest of the answer would pass for the next one */
    if (rc != 0 || locate->is_wrong)
        locate->holders->count = 0;
    if (rc == PLAT_END || rc == PLAT_ERR_RESET || rc == PLAT_ERR_TIMED_OUT)
        return 0;
    return rc;
}

/* A base index names one holder at a time. */
static int ask_more(struct locate *locate, struct index_link *index, struct slice name)
{
    int rc = 0;
    for (int i = 1; i < ASK_MOST && rc == 0 && locate->has_found; i++) {
        rc = ask(locate, index, VERB_GET, name);
        if (rc == 0 && locate->has_found)
            add(locate->holders, &locate->found);
    }
    return rc;
}

int holders_locate(struct holders *holders, struct index_link *index, struct slice name, bool more)
{
    struct locate locate = {.holders = holders};
    int rc = 0;
    holders->count = 0;
    if (!index->is_base)
        rc = ask_locate(&locate, index, name);
    bool is_alone = holders->count == 0;
    holders->is_by_get = is_alone;
    if (rc == 0)
        rc = ask(&locate, index, VERB_GET, name);
    if (rc == 0 && locate.has_found)
        put_first(holders, &locate.found);
    if (rc == 0 && is_alone && more)
        rc = ask_more(&locate, index, name);
    if (rc == PLAT_AGAIN || holders->count == 0)
        return rc == 0 ? PLAT_ERR_NOT_FOUND : rc;
    return 0;
}

int holders_look(struct holders *holders, struct index_link *index, struct slice name)
{
    struct locate locate = {.holders = holders, .has_asked = true};
    holders->count = 0;
    int rc = ask(&locate, index, VERB_LOCATE, name);
    if (locate.is_cut || locate.is_wrong)
        index_link_close(index);
    if (rc == 0 && (locate.is_wrong || holders->count == 0))
        rc = PLAT_ERR_NOT_FOUND;
    return rc;
}
