/*
 * Showing what the network has: its files, and its servers. For people with a headline; quiet, as
 * bare names, one a line; or as JSON, one object a line:
 *
 *     {"type":"file","name":"a.txt","size":500}
 *     {"type":"server","id":"CS1","host":"127.0.0.1","port":7001,"load":0,"status":"alive"}
 */
#ifndef CLIENT_LISTS_H
#define CLIENT_LISTS_H

#include "client/index_link.h"

/* 0; PLAT_AGAIN when interrupted; or an error, which has been shown. */
int lists_show_files(struct index_link *index);
int lists_show_servers(struct index_link *index);

#endif
