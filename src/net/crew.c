#include "net/crew.h"

#include <stdlib.h>

#include "base/container.h"

/* Beyond its limit the crew still answers this many connections at a time that it refuses. */
enum { REFUSALS_MAX = 256 };

struct crew_worker {
    struct crew *crew;
    struct loop *loop;
    struct plat_thread thread; /* not of worker 0 */
    struct session *sessions;
    struct loop_task finish;
};

struct crew {
    unsigned count, next;
    uint64_t connections_max;
    const char *refusal;
    struct plat_atomic_u64 connections;
    struct crew_worker workers[];
};

/* A connection on its way to another thread. */
struct arrival {
    struct loop_task task;
    struct crew_worker *worker;
    const struct session_kind *kind;
    void *server;
    plat_socket socket;
    struct plat_addr peer;
};

static void ignore_line(struct conn *conn, struct slice line)
{
    (void)conn;
    (void)line;
}

static const struct session_kind refused_kind = {
    .size = sizeof(struct session),
    .handler = {.on_line = ignore_line,
                .on_closed = session_on_closed,
                .line_max = LOOP_SCRATCH_SIZE / 2},
};

static void link_session(struct session *session)
{
    struct crew_worker *worker = session->worker;
    session->next = worker->sessions;
    if (session->next)
        session->next->previous = session;
    worker->sessions = session;
}

static void unlink_session(struct session *session)
{
    if (session->previous)
        session->previous->next = session->next;
    else
        session->worker->sessions = session->next;
    if (session->next)
        session->next->previous = session->previous;
}

void session_on_closed(struct conn *conn, int reason)
{
    struct session *session = CONTAINER_OF(conn, struct session, conn);
    plat_atomic_add(&session->worker->crew->connections, UINT64_MAX);
    if (session->kind->closed)
        session->kind->closed(session, reason);
    unlink_session(session);
    free(session);
}

static void refuse(struct session *session)
{
    buffer_put_text(conn_out(&session->conn), session->worker->crew->refusal);
    conn_finish(&session->conn);
}

/* On the worker's thread. The connection is counted already. */
static void open_session(struct crew_worker *worker, const struct session_kind *kind, void *server,
                         plat_socket socket, const struct plat_addr *peer)
{
    struct session *session = calloc(1, kind->size);
    int rc = session ? 0 : PLAT_ERR_NO_MEMORY;
    if (rc < 0)
        plat_socket_close(socket);
    else
        rc = conn_open(&session->conn, worker->loop, socket, peer, &kind->handler, session);
    if (rc < 0) {
        plat_atomic_add(&worker->crew->connections, UINT64_MAX);
        free(session);
        return;
    }
    session->kind = kind;
    session->worker = worker;
    session->server = server;
    link_session(session);
    if (kind == &refused_kind)
        refuse(session);
    else if (kind->opened)
        kind->opened(session);
}

/* Closes a connection that was counted already and gets no session. */
static void refuse_arrival(struct crew *crew, plat_socket socket)
{
    plat_socket_close(socket);
    plat_atomic_add(&crew->connections, UINT64_MAX);
}

static void on_arrival(struct loop_task *task)
{
    struct arrival *arrival = CONTAINER_OF(task, struct arrival, task);
    if (loop_is_stopping(arrival->worker->loop)) /* nobody would close its session any more */
        refuse_arrival(arrival->worker->crew, arrival->socket);
    else
        open_session(arrival->worker, arrival->kind, arrival->server, arrival->socket,
                     &arrival->peer);
    free(arrival);
}

static void send_over(struct crew_worker *worker, const struct session_kind *kind, void *server,
                      plat_socket socket, const struct plat_addr *peer)
{
    struct arrival *arrival = malloc(sizeof *arrival);
    if (!arrival) {
        refuse_arrival(worker->crew, socket);
        return;
    }
    *arrival = (struct arrival){.task = {.run = on_arrival},
                                .worker = worker,
                                .kind = kind,
                                .server = server,
                                .socket = socket,
                                .peer = *peer};
    loop_post(worker->loop, &arrival->task);
}

void crew_take(struct crew *crew, const struct session_kind *kind, void *server, plat_socket socket,
               const struct plat_addr *peer)
{
    uint64_t before = plat_atomic_add(&crew->connections, 1);
    struct crew_worker *worker = &crew->workers[crew->next++ % crew->count];
    if (before >= crew->connections_max + REFUSALS_MAX) {
        refuse_arrival(crew, socket);
        return;
    }
    if (before >= crew->connections_max)
        kind = &refused_kind;
    if (worker == &crew->workers[0])
        open_session(worker, kind, server, socket, peer);
    else
        send_over(worker, kind, server, socket, peer);
}

uint64_t crew_connections(const struct crew *crew)
{
    return plat_atomic_load(&crew->connections);
}

/* Closing only marks a session; it leaves the list when it is buried. */
static void close_sessions(struct crew_worker *worker)
{
    for (struct session *s = worker->sessions; s; s = s->next)
        conn_close(&s->conn);
}

static void run_worker(void *arg)
{
    struct crew_worker *worker = arg;
    (void)loop_run(worker->loop);
    close_sessions(worker);
}

static void finish_sessions(struct loop_task *task)
{
    struct crew_worker *worker = CONTAINER_OF(task, struct crew_worker, finish);
    for (struct session *s = worker->sessions; s; s = s->next)
        conn_finish(&s->conn);
}

void crew_finish(struct crew *crew)
{
    for (unsigned i = 0; i < crew->count; i++)
        loop_post(crew->workers[i].loop, &crew->workers[i].finish);
}

static int start_worker(struct crew_worker *worker)
{
    int rc = loop_open(&worker->loop);
    if (rc < 0)
        return rc;
    rc = plat_thread_start(&worker->thread, run_worker, worker);
    if (rc < 0)
        loop_close(worker->loop);
    return rc;
}

int crew_open(struct crew **out, struct loop *loop, unsigned threads, uint64_t connections_max,
              const char *refusal)
{
    struct crew *crew = calloc(1, sizeof *crew + threads * sizeof crew->workers[0]);
    if (!crew)
        return PLAT_ERR_NO_MEMORY;
    crew->connections_max = connections_max;
    crew->refusal = refusal;
    for (; crew->count < threads; crew->count++) {
        struct crew_worker *worker = &crew->workers[crew->count];
        worker->crew = crew;
        worker->finish.run = finish_sessions;
        worker->loop = loop;
        int rc = crew->count == 0 ? 0 : start_worker(worker);
        if (rc < 0) {
            crew_close(crew);
            return rc;
        }
    }
    *out = crew;
    return 0;
}

void crew_close(struct crew *crew)
{
    if (!crew)
        return;
    for (unsigned i = 1; i < crew->count; i++)
        loop_stop(crew->workers[i].loop);
    for (unsigned i = 1; i < crew->count; i++) {
        plat_thread_join(&crew->workers[i].thread);
        loop_close(crew->workers[i].loop);
    }
    close_sessions(&crew->workers[0]);
    loop_turn(crew->workers[0].loop, 0); /* buries them while the crew is still there */
    free(crew);
}

unsigned crew_worker_number(const struct crew_worker *worker)
{
    return (unsigned)(worker - worker->crew->workers);
}

struct loop *crew_worker_loop(const struct crew_worker *worker)
{
    return worker->loop;
}
