/*
 * Getting one file: asks the index for a holder, fetches from it, and goes to another when it
 * fails.
 */
#ifndef CLIENT_DOWNLOAD_H
#define CLIENT_DOWNLOAD_H

#include "client/index_link.h"

enum download_outcome { DOWNLOAD_DONE, DOWNLOAD_FAILED, DOWNLOAD_INTERRUPTED };

/* Shows what it does and why it fails. */
enum download_outcome download_file(struct index_link *index, const char *output_dir,
                                    struct slice name);

#endif
