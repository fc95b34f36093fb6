#include "client/lookup.h"

#include "base/container.h"
#include "proto/reply.h"

enum { HOLDERS_MAX = 8 /* that are asked */, SILENCE_MS = 5 * 1000 };

struct holder {
    char host[HOST_SIZE_MAX + 1];
    uint16_t port;
};

struct search {
    struct index_link *index;
    struct slice name;
    struct lookup *out;
    struct holder holders[HOLDERS_MAX];
    size_t holder_count;
    bool refused; /* the answer was no answer to the question */
};

static void take_holder(struct search *search, const struct reply_location *at)
{
    struct holder *holder = &search->holders[search->holder_count];
    search->out->found = true;
    search->out->size = at->size;
    if (search->holder_count == HOLDERS_MAX)
        return;
    slice_copy(at->address, holder->host, sizeof holder->host);
    holder->port = at->tcp_port;
    search->holder_count++;
}

/* The index speaks of one file only, so that any hash is the hash. */
static enum peer_more on_source(void *arg, struct slice line)
{
    struct search *search = arg;
    struct reply_source source;
    if (reply_is(line, REPLY_END))
        return PEER_DONE;
    search->refused = !reply_parse_source(line, &source);
    if (search->refused)
        return PEER_DONE;
    take_holder(search, &source.at);
    if (source.sha256.size > 0)
        slice_copy(source.sha256, search->out->sha256, sizeof search->out->sha256);
    return PEER_MORE;
}

static enum peer_more on_location(void *arg, struct slice line)
{
    struct search *search = arg;
    struct reply_location location;
    if (reply_parse_location(line, &location))
        take_holder(search, &location);
    else
        search->refused = !reply_is(line, REPLY_FILE_NOT_FOUND);
    return PEER_DONE;
}

static int ask_index(struct search *search, enum verb verb,
                     enum peer_more (*on_line)(void *arg, struct slice line))
{
    struct request request = {.verb = verb, .name = search->name};
    search->refused = false;
    search->holder_count = 0;
    *search->out = (struct lookup){0};
    search->index->on_line = on_line;
    search->index->arg = search;
    int rc = index_link_ask(search->index, &request, false);
    search->index->on_line = NULL;
    search->index->arg = NULL;
    return rc;
}

/* A base index does not know LOCATE, and may close instead of saying so: its failure says nothing
 * yet, and neither does any other answer. */
static int find_holders(struct search *search)
{
    struct ui *ui = search->index->ui;
    bool muted = ui->muted;
    ui->muted = true;
    int rc = ask_index(search, VERB_LOCATE, on_source);
    ui->muted = muted;
    if (rc == PLAT_AGAIN || (rc == 0 && search->out->found && !search->refused))
        return rc;
    rc = ask_index(search, VERB_GET, on_location);
    if (rc != 0 || !search->refused)
        return rc;
    ui_error(ui, "unexpected answer", "Index Server at %s:%u", search->index->host,
             search->index->port);
    return PLAT_ERR_OTHER;
}

struct question {
    struct peer peer;
    struct lookup *out;
};

static enum peer_more on_stat(struct peer *peer, struct slice line)
{
    struct question *question = CONTAINER_OF(peer, struct question, peer);
    struct reply_stat stat;
    if (reply_parse_stat(line, &stat) && stat.size == question->out->size)
        slice_copy(stat.sha256, question->out->sha256, sizeof question->out->sha256);
    return PEER_DONE;
}

/* PLAT_AGAIN when interrupted; nothing else that happens is a failure: the next holder is asked. */
static int ask_holder(struct search *search, const struct holder *holder)
{
    struct question question = {.peer.on_line = on_stat, .out = search->out};
    struct request request = {.verb = VERB_STAT, .name = search->name};
    struct buffer line = BUFFER_INIT;
    peer_init(&question.peer, search->index->peer.work);
    request_encode(&line, &request);
    int rc = line.failed ? PLAT_ERR_NO_MEMORY : 0;
    if (rc == 0)
        rc = peer_dial(&question.peer, holder->host, holder->port);
    if (rc == 0)
        rc = peer_ask(&question.peer, buffer_content(&line), SILENCE_MS);
    peer_close(&question.peer);
    buffer_fini(&line);
    return rc == PLAT_AGAIN ? rc : 0;
}

int lookup_file(struct index_link *index, struct slice name, struct lookup *out)
{
    struct search search = {.index = index, .name = name, .out = out};
    int rc = find_holders(&search);
    for (size_t i = 0; i < search.holder_count && rc == 0 && !out->sha256[0]; i++)
        rc = ask_holder(&search, &search.holders[i]);
    return rc;
}
