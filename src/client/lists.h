/*
 * Showing what the network has: its files, and its servers.
 */
#ifndef CLIENT_LISTS_H
#define CLIENT_LISTS_H

#include "client/index_link.h"

/* 0; PLAT_AGAIN when interrupted; or an error, which has been shown. */
int lists_show_files(struct index_link *index);
int lists_show_servers(struct index_link *index);

#endif
