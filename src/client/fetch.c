#include "client/fetch.h"

#include <stdio.h>

#include "base/container.h"
#include "proto/reply.h"
#include "proto/request.h"

enum { STALL_MS = 5000 }; /* a source that says nothing for so long hangs */

static enum peer_more refuse(struct fetch *fetch, const char *format, struct slice line)
{
    snprintf(fetch->reason, sizeof fetch->reason, format, line.size < 80 ? (int)line.size : 80,
             line.data);
    return PEER_DONE;
}

static enum peer_more on_line(struct peer *peer, struct slice line)
{
    struct fetch *fetch = CONTAINER_OF(peer, struct fetch, peer);
    uint64_t size;
    if (reply_is_error(line))
        return refuse(fetch, "it answers %.*s", line);
    if (!reply_parse_body(line, &size))
        return refuse(fetch, "it answers nonsense: %.*s", line);
    if (size != fetch->size) {
        fetch->other_size = size;
        fetch->has_other_size = true;
        return refuse(fetch, "it has another size than the index said: %.*s", line);
    }
    fetch->accepted = true;
    if (size == 0)
        return PEER_DONE;
    peer_expect(peer, size);
    return PEER_MORE;
}

static enum peer_more on_bytes(struct peer *peer, struct slice bytes)
{
    struct fetch *fetch = CONTAINER_OF(peer, struct fetch, peer);
    fetch->disk_error = landing_write(fetch->landing, bytes, fetch->received);
    if (fetch->disk_error < 0)
        return PEER_DONE;
    fetch->received += bytes.size;
    ui_progress(fetch->ui, &(struct ui_progress){.done = fetch->received,
                                                 .size = fetch->size,
                                                 .sources = 1,
                                                 .now_ms = loop_now(fetch->work->loop)});
    return fetch->received < fetch->size ? PEER_MORE : PEER_DONE;
}

static int ask(struct fetch *fetch)
{
    struct buffer line = BUFFER_INIT;
    struct request request = {.verb = VERB_GET, .name = slice_text(fetch->landing->name)};
    request_encode(&line, &request);
    int rc =
        line.failed ? PLAT_ERR_NO_MEMORY : peer_ask(&fetch->peer, buffer_content(&line), STALL_MS);
    buffer_fini(&line);
    return rc;
}

static void explain(struct fetch *fetch, int rc)
{
    if (fetch->reason[0])
        return;
    if (rc == PLAT_END)
        snprintf(fetch->reason, sizeof fetch->reason, "it closed after %llu of %llu bytes",
                 (unsigned long long)fetch->received, (unsigned long long)fetch->size);
    else
        snprintf(fetch->reason, sizeof fetch->reason, "%s", plat_error_text(rc));
}

enum fetch_outcome fetch_run(struct fetch *fetch)
{
    fetch->peer.on_line = on_line;
    fetch->peer.on_bytes = on_bytes;
    peer_init(&fetch->peer, fetch->work);
    int rc = peer_dial(&fetch->peer, fetch->host, fetch->port);
    if (rc == 0) {
        ui_info(fetch->ui, "Connected to Content Server %s at %s:%u", fetch->server_id, fetch->host,
                fetch->port);
        rc = ask(fetch);
        peer_close(&fetch->peer);
    }
    if (rc == PLAT_AGAIN)
        return FETCH_INTERRUPTED;
    if (fetch->disk_error < 0) {
        explain(fetch, fetch->disk_error);
        return FETCH_DISK;
    }
    if (rc == 0 && fetch->accepted && fetch->received == fetch->size)
        return FETCH_DONE;
    explain(fetch, rc);
    return FETCH_FAILED;
}
