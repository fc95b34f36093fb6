/*
 * What the command line says, and whether it makes sense together.
 */
#ifndef CLIENT_SETTINGS_H
#define CLIENT_SETTINGS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/log.h"
#include "base/options.h"
#include "client/download.h"

struct settings {
    enum log_level level;
    bool quiet, json;
    const char *index_host;
    uint16_t index_port;
    bool list, servers, all, verify;
    bool interactive;        /* asked for, or there is nothing else to do */
    const char *output_dir;  /* where files go, below which they have their own names */
    const char *output;      /* as given, or NULL */
    const char *output_name; /* the name of the one file in output_dir, or NULL: its own */
    char *output_folder;     /* private: the memory of output_dir, if it is ours */
    struct download_options download;
};

/* As options_parse; what is wrong was shown. After OPTIONS_RUN, settings_fini is due. */
enum options_outcome settings_parse(struct settings *settings, int argc, char **argv,
                                    int *file_count);
void settings_fini(struct settings *settings);

#endif
