/*
 * The monitor: hears heartbeats, judges who is alive, answers who asks and tells the indexes.
 */
#ifndef MONITOR_MONITOR_H
#define MONITOR_MONITOR_H

#include "net/service.h"

struct monitor_options {
    enum log_level level;
    const char *bind; /* NULL: all addresses */
    uint16_t udp_port, tcp_port;
    uint64_t heartbeat_timeout_ms;
};

struct monitor;

/* 0, or -1 after an error message. */
int monitor_open(struct monitor **out, const struct service_context *context,
                 const struct monitor_options *options);

/* Begins an orderly stop, which ends with loop_stop. */
void monitor_stop(struct monitor *monitor);
void monitor_close(struct monitor *monitor);

#endif
