#include "client/lookup.h"

#include "base/container.h"
#include "proto/reply.h"

enum { ASKED_MOST = 8 /* holders */, SILENCE_MS = 5 * 1000 };

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
static int ask_holder(struct work *work, const struct holder *holder, struct slice name,
                      struct lookup *out)
{
    struct question question = {.peer.on_line = on_stat, .out = out};
    struct request request = {.verb = VERB_STAT, .name = name};
    struct buffer line = BUFFER_INIT;
    peer_init(&question.peer, work);
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

/* The index speaks of one file only, so that any hash beside its size is the hash. */
static void take_hash(const struct holders *holders, struct lookup *out)
{
    for (size_t i = 0; i < holders->count && !out->sha256[0]; i++)
        if (holders->items[i].size == out->size)
            memcpy(out->sha256, holders->items[i].sha256, sizeof out->sha256);
}

int lookup_ask(struct work *work, const struct holders *holders, struct slice name,
               struct lookup *out)
{
    int rc = 0, asked = 0;
    for (size_t i = 0; i < holders->count && asked < ASKED_MOST; i++) {
        if (holders->items[i].size != out->size || out->sha256[0] || rc != 0)
            continue;
        rc = ask_holder(work, &holders->items[i], name, out);
        asked++;
    }
    return rc;
}

/* Who greets whom is not what was asked for. */
static int locate(struct index_link *index, struct slice name, struct holders *holders)
{
    bool muted = index->ui->muted;
    index->ui->muted = true;
    int rc = holders_locate(holders, index, name, false);
    index->ui->muted = muted;
    if (rc == 0 || rc == PLAT_AGAIN)
        return rc;
    if (rc != PLAT_ERR_NOT_FOUND)
        index_link_show(index, rc);
    else if (reply_is(slice_text(holders->answer), REPLY_FILE_NOT_FOUND))
        return 0;
    else
        ui_error(index->ui, holders->answer, "Index Server at %s:%u", index->host, index->port);
    return rc;
}

int lookup_file(struct index_link *index, struct slice name, struct lookup *out)
{
    struct holders holders = {.count = 0};
    *out = (struct lookup){0};
    int rc = locate(index, name, &holders);
    if (rc != 0 || holders.count == 0)
        return rc;
    out->found = true;
    out->size = holders.items[0].size;
    take_hash(&holders, out);
    return lookup_ask(index->peer.work, &holders, name, out);
}
