#include "index/listing.h"

#include "base/line.h"
#include "net/reach.h"
#include "proto/reply.h"

enum { SERVERS_A_TIME = 64 };

void listing_begin(struct listing *listing, struct conn *conn, bool files)
{
    listing->files = files;
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
static void put_named(struct listing *listing, const struct index_shared *shared, struct conn *conn,
                      struct slice names)
{
    struct slice name;
    size_t used;
    struct catalogue_hit hit;
    while (line_find(names, names.size, &name, &used) == LINE_FOUND) {
        if (catalogue_find(shared->catalogue, name, false, &hit))
            reply_put_file(conn_out(conn), name, hit.size);
        slice_copy(name, listing->last, sizeof listing->last);
        names = slice_of(names.data + used, names.size - used);
    }
}

static void put_files(struct listing *listing, const struct index_shared *shared, struct conn *conn)
{
    struct buffer names = BUFFER_INIT;
    size_t before = buffer_size(conn_out(conn));
    bool all = catalogue_names(shared->catalogue, slice_text(listing->last), &names);
    if (names.failed)
        conn_close(conn);
    put_named(listing, shared, conn, buffer_content(&names));
    buffer_fini(&names);
    if (all)
        end(conn);
    else if (buffer_size(conn_out(conn)) == before)
        conn_yield(conn); /* all those names are dead servers' */
}

void listing_more(struct listing *listing, const struct index_shared *shared, struct conn *conn)
{
    if (listing->files)
        put_files(listing, shared, conn);
    else
        put_servers(listing, shared, conn);
}
