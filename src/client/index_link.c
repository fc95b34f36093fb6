#include "client/index_link.h"

#include "base/container.h"
#include "proto/reply.h"

static const char no_answer[] = "no answer from";

static enum peer_more on_line(struct peer *peer, struct slice line)
{
    struct index_link *link = CONTAINER_OF(peer, struct index_link, peer);
    if (!link->greets) {
        link->heard = true;
        return link->on_line(link->arg, line);
    }
    ui_info(link->ui, "Index Server says: %.*s", SLICE_PRINT(line));
    return PEER_DONE;
}

void index_link_init(struct index_link *link, struct work *work)
{
    link->peer.on_line = on_line;
    link->failed = no_answer;
    peer_init(&link->peer, work);
}

static int fail(struct index_link *link, int error, const char *what)
{
    if (error != PLAT_AGAIN)
        link->failed = what;
    return error;
}

void index_link_show(struct index_link *link, int error)
{
    if (error != PLAT_AGAIN)
        ui_error(link->ui, index_link_error_text(error), "%s Index Server at %s:%u", link->failed,
                 link->host, link->port);
}

const char *index_link_error_text(int error)
{
    return error == PLAT_END ? "it closed the connection" : plat_error_text(error);
}

static int ask(struct index_link *link, const struct request *request, uint64_t silence_ms)
{
    struct buffer line = BUFFER_INIT;
    request_encode(&line, request);
    int rc =
        line.failed ? PLAT_ERR_NO_MEMORY : peer_ask(&link->peer, buffer_content(&line), silence_ms);
    buffer_fini(&line);
    return rc;
}

static int connect_to_index(struct index_link *link, bool greet)
{
    static const struct request hello = {.verb = VERB_HELLO};
    int rc = peer_dial(&link->peer, link->host, link->port);
    if (rc != 0)
        return fail(link, rc, "cannot reach");
    if (!greet)
        return 0;
    ui_info(link->ui, "Connected to Index Server at %s:%u", link->host, link->port);
    link->greets = true;
    rc = ask(link, &hello, INDEX_SILENCE_MS);
    link->greets = false;
    if (rc != 0)
        peer_close(&link->peer); /* its answer may still come, and would pass for the next one */
    if (rc == PLAT_END)
        return 0; /* a courtesy: it need not be answered */
    return rc == 0 ? 0 : fail(link, rc, no_answer);
}

int index_link_try(struct index_link *link, const struct request *request, bool greet,
                   uint64_t silence_ms)
{
    /* Our connection may have been closed since the last answer, and after each: two more tries. */
    int rc = PLAT_END;
    link->heard = false;
    for (int i = 0; i < 3 && !link->heard && (rc == PLAT_END || rc == PLAT_ERR_RESET); i++) {
        if (!peer_is_connected(&link->peer)) {
            rc = connect_to_index(link, greet && i == 0);
            if (rc != 0)
                return rc;
        }
        rc = ask(link, request, silence_ms > 0 ? silence_ms : INDEX_SILENCE_MS);
        if (rc != 0)
            peer_close(&link->peer);
    }
    return rc == 0 ? 0 : fail(link, rc, no_answer);
}

int index_link_ask(struct index_link *link, const struct request *request, bool greet)
{
    int rc = index_link_try(link, request, greet, 0);
    if (rc != 0)
        index_link_show(link, rc);
    return rc;
}

void index_link_close(struct index_link *link)
{
    peer_close(&link->peer);
}
