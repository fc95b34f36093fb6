#include "index/gets.h"

#include "base/numbers.h"
#include "net/reach.h"
#include "proto/reply.h"

static void log_location(struct log_batch *log, const struct catalogue_hit *hit,
                         struct slice address)
{
    bool brackets = memchr(address.data, ':', address.size) != NULL;
    log_batch_begin(log);
    log_batch_put_text(log, "Directed client to server at ");
    if (brackets)
        log_batch_put_text(log, "[");
    log_batch_put(log, address);
    log_batch_put_text(log, brackets ? "]:" : ":");
    log_batch_put(log, place_port(&hit->place));
    log_batch_end(log);
}

static void log_get(struct log_batch *log, struct slice name, const struct catalogue_hit *hit,
                    struct slice address)
{
    log_batch_begin(log);
    log_batch_put_text(log, "Client request: GET ");
    log_batch_put_masked(log, name);
    log_batch_end(log);
    if (hit->found) {
        log_location(log, hit, address);
        return;
    }
    log_batch_begin(log);
    log_batch_put_text(log, "File not found: ");
    log_batch_put_masked(log, name);
    log_batch_end(log);
}

/* As reply_put_location, of parts that lie ready. */
static void put_location(struct buffer *out, struct slice address, struct slice rest, uint64_t size)
{
    static const char word[] = "SERVER ";
    enum { WORD_SIZE = sizeof word - 1 };
    char *start = buffer_reserve(out, WORD_SIZE + address.size + rest.size + NUMBER_TEXT_SIZE + 2);
    if (!start)
        return;
    char *at = start + WORD_SIZE;
    memcpy(start, word, WORD_SIZE);
    memcpy(at, address.data, address.size);
    at += address.size;
    memcpy(at, rest.data, rest.size);
    at += rest.size;
    *at++ = ' ';
    at += number_format(size, at);
    *at++ = '\n';
    buffer_commit(out, (size_t)(at - start));
}

static void answer(struct index_worker *worker, struct conn *conn, struct slice name,
                   const struct catalogue_hit *hit, bool is_near)
{
    char text[PLAT_ADDR_TEXT_SIZE];
    struct slice address = {"", 0};
    if (hit->found)
        address = place_address(&hit->place);
    if (hit->found && hit->place.is_local && !is_near)
        address = reach_to_peer(address, conn, text);
    if (log_wants(worker->log.log, LOG_INFO))
        log_get(&worker->log, name, hit, address);
    if (hit->found)
        put_location(conn_out(conn), address, place_rest(&hit->place), hit->size);
    else
        buffer_put_text(conn_out(conn), REPLY_FILE_NOT_FOUND);
}

void gets_answer(struct gets *gets, struct index_worker *worker, struct conn *conn)
{
    struct catalogue_hit hits[CATALOGUE_NAMES_MOST];
    if (gets->count == 0)
        return;
    bool is_near = plat_addr_is_loopback(&conn->peer);
    catalogue_find(worker->reader, gets->names, gets->count, hits);
    for (size_t i = 0; i < gets->count; i++)
        answer(worker, conn, gets->names[i], &hits[i], is_near);
    gets->count = 0;
}
