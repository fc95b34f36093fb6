/*
 * A content server: serves a folder's files, and tells the index and the monitor about itself.
 */
#ifndef CONTENT_CONTENT_H
#define CONTENT_CONTENT_H

#include "net/service.h"

struct content_options {
    enum log_level level;
    const char *bind; /* NULL: all addresses */
    const char *id;
    uint16_t tcp_port, udp_port;
    const char *files_dir;
    const char *index_host;
    uint16_t index_port;
    const char *monitor_host;
    uint16_t monitor_port;
    uint64_t heartbeat_interval_ms;
    const char *advertise;   /* NULL: what others see of it */
    unsigned threads;        /* 0: one a processor */
    char files_dir_text[80]; /* where the default of files_dir is made */
};

struct content;

/* 0, or -1 after an error message. */
int content_open(struct content **out, const struct service_context *context,
                 const struct content_options *options);

/* Begins an orderly stop, which ends with loop_stop. */
void content_stop(struct content *content);
void content_close(struct content *content);

#endif
