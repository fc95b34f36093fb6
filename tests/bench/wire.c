#include "wire.h"

#include "plat/error.h"

/* Longer than anything that is measured, so that a server which hangs ends the run with an error.
 */
enum { PATIENCE_MS = 60000 };

static int wait_for(struct wire *wire, unsigned events)
{
    struct plat_event event;
    size_t count = 0;
    int rc = plat_poller_watch(wire->poller, &wire->watch, events);
    if (rc == 0)
        rc = plat_poller_wait(wire->poller, &event, 1, PATIENCE_MS, &count);
    if (rc == 0 && count == 0)
        rc = PLAT_ERR_TIMED_OUT;
    return rc;
}

static int prepare(struct wire *wire, plat_socket socket)
{
    wire->poller = NULL;
    wire->watch = (struct plat_watch)PLAT_WATCH_INIT(socket);
    wire->answer = (struct answer){0};
    wire->at = wire->end = 0;
    return plat_poller_open(&wire->poller);
}

int wire_open(struct wire *wire, const struct plat_addr *to)
{
    int rc = prepare(wire, PLAT_SOCKET_NONE);
    if (rc == 0)
        rc = plat_socket_connect(&wire->watch.socket, to, NULL);
    while (rc == PLAT_AGAIN) {
        rc = wait_for(wire, PLAT_WRITE);
        if (rc == 0)
            rc = plat_socket_connect_result(wire->watch.socket);
    }
    return rc;
}

int wire_take(struct wire *wire, plat_socket socket)
{
    int rc = prepare(wire, socket);
    if (rc != 0)
        plat_socket_close(socket);
    return rc;
}

plat_socket wire_release(struct wire *wire)
{
    plat_socket socket = wire->watch.socket;
    if (wire->poller)
        plat_poller_forget(wire->poller, &wire->watch);
    plat_poller_close(wire->poller);
    wire->poller = NULL;
    wire->watch.socket = PLAT_SOCKET_NONE;
    return socket;
}

void wire_close(struct wire *wire)
{
    if (wire->poller)
        plat_socket_close(wire_release(wire));
}

int wire_send(struct wire *wire, struct slice bytes)
{
    while (bytes.size > 0) {
        size_t sent = 0;
        int rc = plat_socket_send(wire->watch.socket, bytes.data, bytes.size, &sent);
        if (rc == PLAT_AGAIN)
            rc = wait_for(wire, PLAT_WRITE);
        if (rc != 0)
            return rc;
        bytes = slice_of(bytes.data + sent, bytes.size - sent);
    }
    return 0;
}

/* Adds what has arrived, waiting for it; there is room. */
static int receive(struct wire *wire)
{
    size_t got = 0;
    int rc;
    while ((rc = plat_socket_recv(wire->watch.socket, wire->room + wire->end, WIRE_ROOM - wire->end,
                                  &got)) == PLAT_AGAIN) {
        rc = wait_for(wire, PLAT_READ);
        if (rc != 0)
            return rc;
    }
    wire->end += got;
    return rc;
}

int wire_line(struct wire *wire, struct slice *line)
{
    size_t looked = 0;
    for (;;) {
        size_t size = wire->end - wire->at;
        const char *from = wire->room + wire->at;
        const char *end = memchr(from + looked, '\n', size - looked);
        if (end) {
            *line = slice_of(from, (size_t)(end - from));
            wire->at += line->size + 1;
            return 0;
        }
        /* The line goes on in what comes next: it is moved to the front to have room for that. */
        looked = size;
        memmove(wire->room, from, size);
        wire->at = 0;
        wire->end = size;
        if (size == WIRE_ROOM)
            return PLAT_ERR_TOO_LARGE;
        int rc = receive(wire);
        if (rc != 0)
            return rc;
    }
}

int wire_expect(struct wire *wire, const char *text, const char *answer)
{
    struct slice line = {0};
    int rc = wire_send(wire, slice_text(text));
    if (rc == 0)
        rc = wire_line(wire, &line);
    if (rc != 0)
        return rc;
    return slice_is(line, answer) ? 0 : PLAT_ERR_INVALID;
}

static int read_answer(struct wire *wire, enum dialect dialect, uint64_t size)
{
    enum answer_status status = ANSWER_MORE;
    while (status == ANSWER_MORE) {
        wire->at = wire->end = 0;
        int rc = receive(wire);
        if (rc != 0)
            return rc;
        struct slice bytes = slice_of(wire->room, wire->end);
        status = answer_take(&wire->answer, dialect, size, &bytes);
    }
    return status == ANSWER_DONE ? 0 : PLAT_ERR_INVALID;
}

int wire_ask(struct wire *wire, enum dialect dialect, struct slice name, uint64_t size)
{
    struct buffer request = BUFFER_INIT;
    dialect_ask(&request, dialect, name, size);
    int rc = request.failed ? PLAT_ERR_NO_MEMORY : wire_send(wire, buffer_content(&request));
    buffer_fini(&request);
    return rc == 0 ? read_answer(wire, dialect, size) : rc;
}
