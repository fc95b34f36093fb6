/*
 * The event loop: sockets, timers and tasks posted by other threads, one loop a thread.
 *
 * All waiting happens here. Time is read once a turn. What is closed while events are handled is
 * buried after them, so that nothing is freed under somebody's feet. All functions belong to the
 * loop's own thread, except where they say otherwise.
 */
#ifndef NET_LOOP_H
#define NET_LOOP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "net/timers.h"
#include "plat/poller.h"

struct loop;

/* A socket and who hears of it; embedded by its owner. */
struct loop_source {
    struct plat_watch watch;
    void (*on_event)(struct loop_source *source, unsigned events);
};

/* A piece of work for later; embedded by its owner, who keeps it until it has run. */
struct loop_task {
    void (*run)(struct loop_task *task);
    /* private */
    struct loop_task *next;
};

/* Bytes that one read may bring. */
#define LOOP_SCRATCH_SIZE (64 * 1024)

/* 0 or a plat error. */
int loop_open(struct loop **out);

/* Runs what was posted or waits to be buried, and frees. NULL is allowed. */
void loop_close(struct loop *loop);

/* Turns until loop_stop. 0, or PLAT_ERR_OTHER when the poller fails. */
int loop_run(struct loop *loop);

/* One turn: waits for something to happen, at most timeout_ms (< 0: no limit), and handles it. */
int loop_turn(struct loop *loop, int timeout_ms);

/* Makes loop_run return after the present turn. Any thread. */
void loop_stop(struct loop *loop);

/* Whether loop_stop was called. Any thread. */
bool loop_is_stopping(struct loop *loop);

/* Has the task run on the loop's thread. Any thread. */
void loop_post(struct loop *loop, struct loop_task *task);

/* Makes the loop turn. Any thread, and signal handlers. */
void loop_wake(struct loop *loop);

/* Has the task run when the present events are handled; what it frees is not touched any more. */
void loop_bury(struct loop *loop, struct loop_task *task);

/* Has the task run when some more events are handled: at the latest after one that defers nothing,
 * and before the timers and burials of this turn. Within an event only, and each task once at a
 * time. */
void loop_defer(struct loop *loop, struct loop_task *task);

/* The time of this turn, in plat_clock_now_ms's milliseconds. */
uint64_t loop_now(const struct loop *loop);

/* As the poller's functions. */
int loop_watch(struct loop *loop, struct loop_source *source, unsigned events);
void loop_forget(struct loop *loop, struct loop_source *source);

/* Sets or moves a timer. Out of memory, it fires at once: early is safe for all that we time. */
void loop_set_timer(struct loop *loop, struct timer *timer, uint64_t at_ms);
void loop_cancel_timer(struct loop *loop, struct timer *timer);

/* LOOP_SCRATCH_SIZE bytes for use within one call. */
char *loop_scratch(struct loop *loop);

/* Lends and takes back the memory of a buffer, so that connections which are served in the same
 * turn, or one after the other, allocate nothing. */
void loop_lend_buffer(struct loop *loop, struct buffer *buffer);
void loop_return_buffer(struct loop *loop, struct buffer *buffer);

#endif
