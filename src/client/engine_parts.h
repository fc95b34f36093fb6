/*
 * What the parts of the engine share. For client/engine*.c only.
 */
#ifndef CLIENT_ENGINE_PARTS_H
#define CLIENT_ENGINE_PARTS_H

#include "client/engine.h"
#include "client/fetch.h"
#include "client/journal.h"
#include "client/ledger.h"
#include "client/limiter.h"
#include "client/patience.h"
#include "client/planner.h"
#include "client/verifier.h"
#include "net/backoff.h"

enum { ENGINE_SPACE_SIZE = 256 * 1024 /* bytes of one read */ };

enum { SAID_MOST = 4 }; /* reasons of a source that are said; more tell nobody anything new */

/* What a source was found to speak. */
enum source_peer { SOURCE_UNKNOWN, SOURCE_OURS, SOURCE_BASE };

struct source {
    struct holder at;
    enum source_peer peer;
    bool was_ours;                  /* it has answered STAT */
    unsigned base_looks;            /* times since its last byte that it then seemed a base peer */
    uint64_t base_look_ms;          /* the last one */
    bool is_listed;                 /* in the index's last answer */
    bool has_stat;                  /* it has told of its file itself */
    char sha256[SHA256_DIGITS + 1]; /* as it has told; empty: not known */
    int64_t mtime_s;
    bool is_other;                          /* its file is another one */
    bool is_liar;                           /* what it sent did not make up the file */
    bool has_same_list, has_other_list;     /* of chunks, as the one in force */
    bool is_outvoted;                       /* and its bytes were not those of that one */
    bool has_lost_list;                     /* bytes of others contradicted its list */
    uint64_t list_ms;                       /* when it may be asked for it; UINT64_MAX: it was */
    bool is_located, is_connected, is_slow; /* was said */
    bool has_streamed;                      /* the whole file, or some of it */
    unsigned failures;                      /* in a row, without a byte */
    uint64_t failed_ms;
    char said[SAID_MOST][160]; /* why it failed; each is said once */
    unsigned said_count;
};

struct engine_worker {
    struct fetch fetch;
    struct engine *engine;
    unsigned number;
    unsigned source;
    struct limiter_account taken; /* of what the limiter lets in */
    bool is_paused;               /* until the limiter's next round */
    bool is_open;                 /* or about to be, or not closed yet */
};

/* The SHA-256 of a chunk, and where it is from. */
enum digest_state {
    DIGEST_NONE,
    DIGEST_KEPT,    /* an earlier run's word */
    DIGEST_CLAIMED, /* an earlier run says that the chunk is there, but not its digest */
    DIGEST_FOUND,
    DIGEST_DISPUTED /* found, but not what the list says, which may be wrong */
};

/* What a chunk's SHA-256 makes of it. */
enum chunk_word { CHUNK_RIGHT, CHUNK_WRONG, CHUNK_DISPUTED };

/* A chunk that contradicted the list of chunks and is fetched again. */
struct trial {
    bool is_open;
    uint64_t chunk;
    unsigned char digest[PLAT_HASH_SIZE];
    uint64_t senders; /* a bit for each source; 0: not known */
    int accused;      /* the only one of them, or -1 */
    uint64_t doubted; /* those of whom the whole will tell whether they or the list are right */
};

struct engine {
    struct index_link *index;
    struct work *work;
    struct loop *loop;
    struct ui *ui;
    struct landing *landing;
    struct download_options options;
    struct engine_file file, another;
    bool has_another, is_by_get;
    int error; /* of the disk or memory */
    char reason[200];

    struct planner *planner;
    struct limiter *limiter; /* the work's */
    struct ledger ledger;
    struct verifier *verifier;
    char *space;
    unsigned worker_count;
    struct engine_worker workers[PLANNER_WORKERS_MAX];
    unsigned source_count;
    struct source sources[PLANNER_SOURCES_MAX];
    int sole;          /* the source whose file it is, where no hash says which; -1: none */
    bool is_guess;     /* the hash is an earlier run's word, which nobody has confirmed */
    bool is_alone;     /* the sole source alone, although there is a hash */
    bool is_confirmed; /* an empty file: a source has said that it is */
    unsigned turn;     /* and which source is asked next */
    uint64_t turn_ms;
    bool has_ended;       /* the last question to the sole source was asked */
    bool is_checking;     /* and not answered yet ... */
    uint64_t checking_ms; /* ... since then */
    bool is_anew_said;

    uint64_t chunk_count;
    unsigned char (*digests)[PLAT_HASH_SIZE];
    unsigned char *digest_states;
    unsigned char (*list)[PLAT_HASH_SIZE]; /* what the chunks have to be */
    bool has_list, is_list_derived;
    bool are_lists_final; /* what contradicts them is wrong */
    struct trial trial;
    int list_asker;    /* the worker that asks for it, or -1 */
    bool is_list_void; /* what comes of it is of no use: the list in force has changed meanwhile */
    uint64_t whole_at; /* chunks from the front that are complete */
    bool has_whole;
    bool has_lost_whole; /* it could not be read */
    unsigned char whole[PLAT_HASH_SIZE];

    struct timer timer;
    struct backoff locate_backoff;
    uint64_t locate_ms; /* when the index may be asked again */
    uint64_t look_ms;   /* when it is, although sources are there */
    uint64_t noted_ms;
    uint64_t stuck_ms; /* since when no source can be used; 0: some can */
    uint64_t noted;    /* bytes that were there when the journal was written */
    struct patience patience;
    uint64_t fetched, kept;
    int other_source; /* which says that the file has another size, or -1 */
    uint64_t other_size, other_size_ms;
};

/* engine.c */
/* What can be done now is done: the loop's next turn comes then at the latest, or when something
 * else is due, and the time up to now was our own work's. */
void engine_end_round(struct engine *engine, uint64_t at_ms, bool stuck);
/* Whether sources are needed, and none can be used. */
bool engine_is_stuck(struct engine *engine, uint64_t now_ms);
/* All bytes are there, right or not; of an empty file never. */
bool engine_has_all(const struct engine *engine);
/* At each turn: the time since the last one counts, unless something excuses it. */
void engine_count_time(struct engine *engine);
/* Whether nothing has come for so long that nothing will. */
bool engine_has_lost_hope(const struct engine *engine, bool stuck);

/* engine_index.c: who else there is. False: interrupted. */
bool engine_locate(struct engine *engine);
bool engine_look(struct engine *engine);
bool engine_may_look(const struct engine *engine, uint64_t now_ms);
/* A source has failed. */
void engine_look_soon(struct engine *engine);
void engine_look_later(struct engine *engine);

/* engine_sources.c: who may be used */
struct source *engine_source(struct engine *engine, const struct engine_worker *worker);
/* Whether the source's file is known to be this one, by its hash. */
bool engine_has_this_file(const struct engine *engine, unsigned source);
/* Whether it is known to be another one, or the source sent what did not make it up. */
bool engine_has_another_file(const struct engine *engine, unsigned source);
void engine_judge(struct engine *engine);
void engine_say_failed(struct engine *engine, unsigned source, const char *reason);
/* Notes the reason for the end, if it comes to that, and says nothing yet. */
void engine_accuse(struct engine *engine, unsigned source, const char *reason);
void engine_count_failure(struct engine *engine, unsigned source, const char *reason);
void engine_note_other_size(struct engine *engine, unsigned source, uint64_t size);
/* The file is another one by now where all that are left say so. */
void engine_settle_hash(struct engine *engine);
void engine_set_hash(struct engine *engine, const char *sha256);
/* Those of them that have this very file may help; nothing else is concluded. */
void engine_join(struct engine *engine, const struct holders *holders);
/* Nothing is there any more; the file is this source's where nobody knows its hash. */
void engine_restart(struct engine *engine, int sole);
/* None of those that may be used can be: turns to one that may be used alone. Whether there is. */
bool engine_turn_to_another(struct engine *engine, uint64_t now_ms);

/* engine_wire.c: what they say */
extern const struct fetch_events engine_fetch_events;
void engine_show_progress(struct engine *engine);

/* engine_act.c: what is done. Returns when to look again. */
uint64_t engine_act(struct engine *engine);
/* Some wait for what the limit lets in next. */
bool engine_is_reading_paused(const struct engine *engine);
void engine_resume_reading(struct engine *engine);

/* engine_checks.c: whether it is right */
int engine_open_checks(struct engine *engine);
/* More is complete. */
void engine_extend(struct engine *engine);
/* The file's hash has become known. */
void engine_hash_known(struct engine *engine);
void engine_chunk_complete(struct engine *engine, uint64_t chunk);
/* It was looked at. */
void engine_settle_chunk(struct engine *engine, uint64_t chunk, enum chunk_word word);
/* The chunk is wrong. */
void engine_reject(struct engine *engine, uint64_t chunk);
void engine_reject_disputed(struct engine *engine);
void engine_reject_from(struct engine *engine, unsigned source);
/* The chunk is to come again, though nobody is known to be wrong about it. */
void engine_refetch(struct engine *engine, uint64_t chunk);
void engine_forget_checks(struct engine *engine);
/* All bytes are there: whether that is the file. */
bool engine_is_proven(struct engine *engine);

/* engine_lists.c: whether lists of chunks are */
void engine_list_complete(struct engine *engine);
/* Compares a chunk with the list in force. */
enum chunk_word engine_compare(struct engine *engine, uint64_t chunk, const unsigned char *digest);
bool engine_has_disputed(const struct engine *engine);
void engine_drop_list(struct engine *engine);
void engine_blame_list(struct engine *engine);
/* Whether there were some that had lost. */
bool engine_restore_lists(struct engine *engine);

/* engine_empty.c: the same for an empty file, which needs no planner. */
uint64_t engine_act_empty(struct engine *engine);

/* engine_journal.c: what another run will know */
void engine_begin_journal(struct engine *engine);
void engine_identify_journal(struct engine *engine);
void engine_note_parts(struct engine *engine);

#endif
