#include "client/index_list.h"

#include "client/list_pace.h"
#include "proto/limits.h"
#include "proto/reply.h"

struct asking {
    void (*on_line)(void *arg, struct slice line);
    void *arg;
    const struct loop *loop;
    struct list_pace pace;
    uint64_t lines;
    const char *fault; /* what is wrong with the list, of which more may come */
    char refusal[80];  /* the answer, if it was an error */
};

static enum peer_more on_line(void *arg, struct slice line)
{
    struct asking *asking = arg;
    if (reply_is(line, REPLY_END))
        return PEER_DONE;
    if (reply_is_error(line)) {
        slice_copy(line, asking->refusal, sizeof asking->refusal);
        return PEER_DONE;
    }
    if (asking->lines++ == INDEX_FILES_MAX) /* no index can know more */
        asking->fault = "the list has no end";
    else if (!list_pace_hear(&asking->pace, line.size, loop_now(asking->loop), INDEX_SILENCE_MS))
        asking->fault = "the list comes too slowly";
    if (asking->fault)
        return PEER_DONE;
    asking->on_line(asking->arg, line);
    return PEER_MORE;
}

int index_list_ask(struct index_link *index, enum verb verb,
                   void (*on_list_line)(void *arg, struct slice line), void *arg)
{
    struct asking asking = {.on_line = on_list_line, .arg = arg, .loop = index->peer.work->loop};
    struct request request = {.verb = verb};
    index->on_line = on_line;
    index->arg = &asking;
    int rc = index_link_ask(index, &request, false);
    index->on_line = NULL; /* what it is given ends with this call */
    index->arg = NULL;
    if (rc == 0 && asking.fault) {
        index_link_close(index); /* the rest would pass for later answers */
        slice_copy(slice_text(asking.fault), asking.refusal, sizeof asking.refusal);
    }
    if (rc == 0 && asking.refusal[0]) {
        ui_error(index->ui, asking.refusal, "Index Server at %s:%u", index->host, index->port);
        return PLAT_ERR_OTHER;
    }
    return rc;
}
