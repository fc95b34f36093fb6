#include "client/settings.h"

#include <stdio.h>
#include <stdlib.h>

#include "plat/file.h"
#include "proto/name.h"

#define FIELD(name) offsetof(struct settings, name)
#define HEADING(text)                                                                              \
    {                                                                                              \
        "", 0, OPTION_HEADING, NULL, NULL, text, 0                                                 \
    }

static const struct option options[] = {
    HEADING("What to do"),
    {"list", 0, OPTION_FLAG, NULL, NULL, "list the available files", FIELD(list)},
    {"servers", 0, OPTION_FLAG, NULL, NULL, "list the content servers", FIELD(servers)},
    {"all", 0, OPTION_FLAG, NULL, NULL, "every available file, instead of FILEs", FIELD(all)},
    {"verify", 0, OPTION_FLAG, NULL, NULL, "compare local files with the network's instead",
     FIELD(verify)},
    {"interactive", 'i', OPTION_FLAG, NULL, NULL, "read commands, also without a terminal",
     FIELD(interactive)},
    HEADING("Where"),
    {"index-host", 0, OPTION_TEXT, "HOST", "localhost", "where the index runs", FIELD(index_host)},
    {"index-port", 0, OPTION_PEER_PORT, "PORT", "5000", "the index's port", FIELD(index_port)},
    {"output-dir", 0, OPTION_TEXT, "DIR", "downloads", "folder for downloads", FIELD(output_dir)},
    {"output", 0, OPTION_TEXT, "PATH", NULL, "save the one FILE under this path", FIELD(output)},
    HEADING("How"),
    {"connections", 0, OPTION_COUNT, "N", "4", "how many at once, to all sources together",
     FIELD(download.connections)},
    {"limit-rate", 0, OPTION_RATE, "RATE", NULL, "bytes a second at most; k, M and G may follow",
     FIELD(download.rate_max)},
    {"stall-timeout", 0, OPTION_SECONDS, "SECONDS", "5", "silence after which a source is left",
     FIELD(download.stall_ms)},
    {"retry-time", 0, OPTION_TIME, "SECONDS", "30", "how long to go on without any progress",
     FIELD(download.retry_ms)},
    HEADING("What to show"),
    {"quiet", 0, OPTION_FLAG, NULL, NULL, "errors alone, and of lists the bare names",
     FIELD(quiet)},
    {"json", 0, OPTION_FLAG, NULL, NULL, "results as JSON, one object a line", FIELD(json)},
    {"log-level", 0, OPTION_LEVEL, "LEVEL", "info", "debug, info, warn or error", FIELD(level)},
    {0},
};

static const struct program program = {
    .name = "mcdn",
    .summary = "Downloads files from the network. With nothing to do it is interactive.",
    .operands = "[FILE...]",
    .options = options,
    .epilog = "FILE is a name that --list shows, or a pattern for such names: * is any run of\n"
              "characters, / among them, and ? any one. Put patterns into quotes.\n"
              "\n"
              "An interrupted download goes on where it ended when it is asked for again.\n"
              "\n"
              "Exit codes: 0 done, 1 failed, 2 wrong usage, 130 interrupted.",
};

/* The first rule that is broken; 0 if none is. */
static enum options_outcome check(const struct settings *s, int files)
{
    static const char interactive[] = "does not go with interactive mode, which is what mcdn does "
                                      "without a FILE, --all, --list or --servers";
    const struct {
        bool broken;
        const char *what, *why;
    } rules[] = {
        {s->all && files > 0, "--all", "takes no files beside it"},
        {s->verify && !s->all && files == 0, "--verify", "needs a file, or --all"},
        {s->output && (s->all || files != 1), "--output", "needs exactly one file"},
        {s->output && strcmp(s->output, "-") == 0, "--output -", "cannot write to stdout"},
        {s->output && !name_is_file(slice_text(s->output_name)), "--output", "names no file"},
        {s->output && name_is_unfinished(slice_text(s->output_name)), "--output",
         "ends like the name of an unfinished download"},
        {s->download.connections > DOWNLOAD_CONNECTIONS_MAX, "--connections", "is at most 64"},
        {s->interactive && s->verify, "--verify", interactive},
        {s->interactive && s->output, "--output", interactive},
        {s->interactive && s->quiet, "--quiet", interactive},
        {s->interactive && s->json, "--json", interactive},
    };
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++)
        if (rules[i].broken)
            return options_refuse(&program, rules[i].what, rules[i].why);
    return OPTIONS_RUN;
}

/* How much of the path before its last part is the folder: without the slash at its end, unless
 * that is all there is of it, or makes it a drive's root. */
static size_t folder_size(const char *path, size_t last)
{
    bool slash = last > 1 && (path[last - 1] == '/' || path[last - 1] == '\\');
    return slash && path[last - 2] != ':' ? last - 1 : last;
}

/* Divides --output into a folder and a name. */
static enum options_outcome split_output(struct settings *s)
{
    size_t last = plat_path_last(s->output);
    s->output_name = s->output + last;
    if (last == 0) {
        s->output_dir = ".";
        return OPTIONS_RUN;
    }
    s->output_folder = malloc(last + 1);
    if (!s->output_folder)
        return options_refuse(&program, "--output", plat_error_text(PLAT_ERR_NO_MEMORY));
    slice_copy(slice_of(s->output, folder_size(s->output, last)), s->output_folder, last + 1);
    s->output_dir = s->output_folder;
    return OPTIONS_RUN;
}

enum options_outcome settings_parse(struct settings *settings, int argc, char **argv,
                                    int *file_count)
{
    *settings = (struct settings){0};
    enum options_outcome outcome = options_parse(&program, argc, argv, settings, file_count);
    if (outcome != OPTIONS_RUN)
        return outcome;
    bool idle = !settings->list && !settings->servers && !settings->all && *file_count == 0;
    if (idle && !settings->verify && !settings->output)
        settings->interactive = true;
    if (settings->output)
        outcome = split_output(settings);
    if (outcome == OPTIONS_RUN)
        outcome = check(settings, *file_count);
    if (outcome != OPTIONS_RUN)
        settings_fini(settings);
    return outcome;
}

void settings_fini(struct settings *settings)
{
    free(settings->output_folder);
    settings->output_folder = NULL;
}
