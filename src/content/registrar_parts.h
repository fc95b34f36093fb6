/*
 * What the parts of the registrar share. For content/registrar*.c only.
 */
#ifndef CONTENT_REGISTRAR_PARTS_H
#define CONTENT_REGISTRAR_PARTS_H

#include "content/manifest.h"
#include "content/probe.h"
#include "content/registrar.h"
#include "net/backoff.h"
#include "net/conn.h"
#include "net/dial.h"
#include "proto/request.h"

enum {
    REGISTRAR_ANSWER_MOST_MS = 30 * 1000,
    REGISTRAR_PORTION_SIZE = 2000,  /* two that run together fit into a read of 4,096 bytes */
    REGISTRAR_BULK_SIZE = 64 * 1024 /* for an index of ours */
};

enum registrar_state {
    REGISTRAR_WAITING, /* for registrar_start */
    REGISTRAR_PAUSING, /* no connection; the timer dials */
    REGISTRAR_DIALING,
    REGISTRAR_OPENING, /* waiting for OK REGISTERED */
    REGISTRAR_PROBING, /* finding out how the rest may be sent */
    REGISTRAR_ADDING,  /* sending files */
    REGISTRAR_ENDING,  /* waiting for OK FILES_ADDED */
    REGISTRAR_READY,   /* all is told; changes follow */
    REGISTRAR_LEAVING
};

enum peer_kind { PEER_UNKNOWN, PEER_OURS, PEER_TEXTBOOK };

/* What tells that the index has read a portion. */
enum pacing { PACING_UNKNOWN, PACING_ANSWERS, PACING_PAUSES };

struct registrar {
    struct loop *loop;
    struct log *log;
    struct registrar_options options;
    struct inventory inventory;
    struct changes waiting; /* arrived while the inventory is being sent */
    enum registrar_state state;
    enum peer_kind peer;
    enum pacing pacing;
    struct backoff backoff;
    struct dial dial;
    struct conn conn;
    bool connected;
    struct probe probe;
    struct timer timer;
    struct manifest manifest; /* how far the inventory has been sent */
    struct manifest_hashes hashes;
    bool sends_hashes;     /* on this connection, and so far it takes them */
    bool refuses_hashes;   /* on this connection it has shown not to know them */
    bool leave_spaced_out; /* the last registration broke off at them */
    bool leave_advertise_out;
    bool dirty; /* the textbook index must be told anew */
    bool warned;
    bool refused; /* the index did not take a change; register anew after a while */
    uint64_t ready_ms;
    unsigned hangups; /* in a row, soon after registering */
    void (*on_left)(void *arg);
    void *left_arg;
    bool closing;
};

/* Lets the timer fire after so long. */
void registrar_set_timer(struct registrar *r, uint64_t after_ms);

/* Sends one request outside of a handler, or adds it to what goes out next. */
void registrar_put(struct registrar *r, const struct request *request);

/* Begins to find out whether the index is ours, unless that is under way. */
void registrar_start_probe(struct registrar *r);

/* Sending the list, registrar_adding.c */

/* Begins on a connection that is just made, with REGISTER. */
void registrar_send_register(struct registrar *r);

/* The answer to REGISTER; a line while files are sent: the answer to a portion, or an error. */
void registrar_on_opened(struct registrar *r, struct slice line);
void registrar_on_adding(struct registrar *r, struct slice line);

/* How the index may be sent files is known now. */
void registrar_begin_adding(struct registrar *r);

/* One step of sending: a bulk when there is room for it, or a portion. */
void registrar_add_more(struct registrar *r);

/* No answer showed in time that a portion was read. */
void registrar_on_portion_timer(struct registrar *r);

/* Sending changes, registrar_changes.c */

/* The answer to DONE_FILES; any line after that. */
void registrar_on_ending(struct registrar *r, struct slice line);
void registrar_on_remark(struct registrar *r, struct slice line);

/* Takes what waits into the inventory without telling it. */
void registrar_apply_silently(struct registrar *r);

/* Tells what has changed since the registration, as this index understands it. */
void registrar_tell_changes(struct registrar *r);

/* The index has shown to be ours: it can be told what was left out of the registration, names with
 * spaces and hashes. */
void registrar_tell_rest(struct registrar *r);

/* Whether the line only says that the index knows no hashes, which then are not told any more. */
bool registrar_refuses_hashes(struct registrar *r, struct slice line);

/* When a connection ends, registrar_breaks.c */

/* Says why the connection ended, and what the next registration does differently for that. */
void registrar_note_break(struct registrar *r, int reason);

/* How long to wait before the next try after the connection ended in this state. */
uint64_t registrar_choose_pause(struct registrar *r);

#endif
