#include "index/listing.h"

#include "base/hex.h"
#include "base/line.h"
#include "net/reach.h"
#include "proto/reply.h"

enum { SERVERS_A_TIME = 64, SOURCES_A_TIME = 128 };

void listing_begin(struct listing *listing, struct conn *conn, enum listing_kind kind)
{
    listing->kind = kind;
    listing->last[0] = '\0';
    conn_set_busy(conn, true);
}

static void end(struct conn *conn)
{
    buffer_put_text(conn_out(conn), REPLY_END);
    conn_set_busy(conn, false);
}

static void put_servers(struct listing *listing, const struct index_shared *shared,
                        struct conn *conn)
{
    struct registry_entry entries[SERVERS_A_TIME];
    char text[PLAT_ADDR_TEXT_SIZE];
    size_t count =
        registry_list(shared->registry, slice_text(listing->last), entries, SERVERS_A_TIME);
    for (size_t i = 0; i < count; i++) {
        struct reply_server reply = {
            .server_id = slice_text(entries[i].id),
            .address = reach_to_peer(slice_text(entries[i].address), conn, text),
            .tcp_port = entries[i].tcp_port,
            .load = entries[i].load,
            .alive = entries[i].alive,
        };
        reply_put_server(conn_out(conn), &reply);
        slice_copy(reply.server_id, listing->last, sizeof listing->last);
    }
    if (count < SERVERS_A_TIME)
        end(conn);
}

/* Puts those of the names that have a live holder. */
static void put_named(struct listing *listing, struct catalogue_reader *reader, struct conn *conn,
                      struct slice names)
{
    struct slice name;
    size_t used;
    struct catalogue_stat stat;
    while (line_find(names, names.size, &name, &used) == LINE_FOUND) {
        if (catalogue_look(reader, name, &stat))
            reply_put_file(conn_out(conn), name, stat.size);
        slice_copy(name, listing->last, sizeof listing->last);
        names = slice_of(names.data + used, names.size - used);
    }
}

static void put_files(struct listing *listing, const struct index_worker *worker, struct conn *conn)
{
    struct buffer names = BUFFER_INIT;
    size_t before = buffer_size(conn_out(conn));
    bool all = catalogue_names(worker->shared->catalogue, slice_text(listing->last), &names);
    if (names.failed)
        conn_close(conn);
    put_named(listing, worker->reader, conn, buffer_content(&names));
    buffer_fini(&names);
    if (all)
        end(conn);
    else if (buffer_size(conn_out(conn)) == before)
        conn_yield(conn); /* all those names are dead servers' */
}

static void put_sources(struct listing *listing, struct conn *conn)
{
    const struct catalogue_sources *sources = &listing->sources;
    char text[PLAT_ADDR_TEXT_SIZE], digits[HEX_DIGITS + 1];
    size_t most = listing->put + SOURCES_A_TIME;
    hex_encode(sources->sha256, digits);
    for (; listing->put < most && listing->put < sources->count; listing->put++) {
        const struct catalogue_source *source = &sources->items[listing->put];
        const struct place *place = catalogue_list_place(source->list);
        struct reply_source reply = {
            .at = {.address = reach_to_peer(place_address(place), conn, text),
                   .tcp_port = place->tcp_port,
                   .server_id = place_id(place),
                   .size = sources->size},
            .sha256 = slice_of(digits, source->has_sha256 ? HEX_DIGITS : 0),
        };
        reply_put_source(conn_out(conn), &reply);
    }
    if (listing->put == sources->count) {
        listing_fini(listing);
        end(conn);
    }
}

void listing_locate(struct listing *listing, const struct index_shared *shared, struct conn *conn,
                    struct slice name)
{
    int rc = catalogue_locate(shared->catalogue, name, &listing->sources);
    if (rc < 0) {
        buffer_put_text(conn_out(conn),
                        rc == PLAT_ERR_NOT_FOUND ? REPLY_FILE_NOT_FOUND : REPLY_LIMIT);
        return;
    }
    listing->put = 0;
    listing_begin(listing, conn, LISTING_SOURCES);
}

void listing_fini(struct listing *listing)
{
    if (listing->sources.items)
        catalogue_sources_fini(&listing->sources);
}

void listing_more(struct listing *listing, const struct index_worker *worker, struct conn *conn)
{
    switch (listing->kind) {
    case LISTING_FILES: put_files(listing, worker, conn); break;
    case LISTING_SERVERS: put_servers(listing, worker->shared, conn); break;
    case LISTING_SOURCES: put_sources(listing, conn); break;
    }
}
