/*
 * The index: knows which file is where and sends each client to the best live holder.
 */
#ifndef INDEX_INDEX_H
#define INDEX_INDEX_H

#include "net/service.h"

struct index_options {
    enum log_level level;
    const char *bind; /* NULL: all addresses */
    uint16_t tcp_port, notify_port;
    const char *monitor_host;
    uint16_t monitor_port;
    unsigned threads; /* 0: one a processor */
};

struct index_server;

/* 0, or -1 after an error message. */
int index_open(struct index_server **out, const struct service_context *context,
               const struct index_options *options);

/* Begins an orderly stop, which ends with loop_stop. */
void index_stop(struct index_server *index);
void index_close(struct index_server *index);

#endif
