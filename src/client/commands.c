#include "client/commands.h"

#include <stdio.h>

#include "base/exit.h"
#include "client/download.h"
#include "client/index_list.h"
#include "client/lists.h"
#include "client/result.h"
#include "client/selection.h"
#include "client/verify.h"
#include "plat/file.h"
#include "proto/reply.h"

/* What is done with each file: an exit code. */
typedef int file_action(struct client *client, struct slice name);

static int list_code(int rc)
{
    if (rc == PLAT_AGAIN)
        return EXIT_CODE_INTERRUPTED;
    return rc == 0 ? EXIT_CODE_DONE : EXIT_CODE_FAILED;
}

int commands_list(struct client *client)
{
    return list_code(lists_show_files(&client->index));
}

int commands_servers(struct client *client)
{
    return list_code(lists_show_servers(&client->index));
}

static void on_listed(void *arg, struct slice line)
{
    struct slice name;
    uint64_t size;
    if (reply_parse_file(line, &name, &size))
        selection_note(arg, name);
}

/* Asks for the list, if the selection needs it. An exit code. */
static int complete(struct client *client, struct selection *selection)
{
    if (!selection_needs_list(selection))
        return EXIT_CODE_DONE;
    int code = list_code(index_list_ask(&client->index, VERB_LIST_FILES, on_listed, selection));
    if (code != EXIT_CODE_DONE || selection_error(selection) == 0)
        return code;
    ui_error(&client->ui, plat_error_text(selection_error(selection)), "too many files match");
    return EXIT_CODE_FAILED;
}

static void show_json(struct client *client, struct buffer *text)
{
    (void)ui_flush(&client->ui, text);
    buffer_fini(text);
}

/* For programs: what failed before there was a result. */
static int tell_failure(struct client *client, struct slice name, const char *why)
{
    struct buffer text = BUFFER_INIT;
    if (client->ui.json) {
        const char *type = client->settings->verify ? "verify" : "download";
        result_put_json_failed(&text, type, name, why);
        show_json(client, &text);
    }
    return EXIT_CODE_FAILED;
}

static int fail_name(struct client *client, struct slice name, const char *why)
{
    ui_error(&client->ui, why, "%.*s", SLICE_PRINT(name));
    return tell_failure(client, name, why);
}

static int run_each(struct client *client, struct selection *selection, file_action *action)
{
    struct slice name, more;
    int code = EXIT_CODE_DONE;
    for (;;) {
        int one;
        switch (selection_next(selection, &name)) {
        case SELECTION_END: return code;
        case SELECTION_NONE: one = fail_name(client, name, "no file matches"); break;
        default:
            if (client->settings->output && selection_next(selection, &more) == SELECTION_FILE)
                return fail_name(client, name, "--output is for one file, and more match");
            one = action(client, name);
        }
        code = one > code ? one : code; /* the worst: an interrupt, a failure, success */
        if (code == EXIT_CODE_INTERRUPTED)
            return code;
    }
}

static int for_each(struct client *client, const struct commands_files *files, file_action *action)
{
    struct selection selection = {
        .wanted = files->names, .wanted_count = files->count, .all = files->all};
    int code = complete(client, &selection);
    if (code == EXIT_CODE_DONE)
        code = run_each(client, &selection, action);
    selection_fini(&selection);
    return code;
}

static void show_result(struct client *client, struct slice name,
                        const struct download_result *result)
{
    char summary[RESULT_SUMMARY_SIZE];
    struct buffer text = BUFFER_INIT;
    if (result->outcome == DOWNLOAD_DONE)
        ui_info(&client->ui, "%s", result_summary(summary, result));
    if (!client->ui.json)
        return;
    result_put_json(&text, name, client->settings->output_dir, result);
    show_json(client, &text);
}

static int get_one(struct client *client, struct slice name)
{
    const struct settings *settings = client->settings;
    struct download_result result;
    ui_progress_begin(&client->ui);
    download_file(&client->index, &settings->download, settings->output_dir, name,
                  settings->output_name, &result);
    show_result(client, name, &result);
    switch (result.outcome) {
    case DOWNLOAD_DONE: return EXIT_CODE_DONE;
    case DOWNLOAD_FAILED: return EXIT_CODE_FAILED;
    case DOWNLOAD_INTERRUPTED: break;
    }
    return EXIT_CODE_INTERRUPTED;
}

int commands_get(struct client *client, const struct commands_files *files)
{
    return for_each(client, files, get_one);
}

static bool is_there(const char *path, const char *name)
{
    struct plat_folder *folder;
    struct plat_file_info info;
    if (plat_folder_open(&folder, path, false, NULL) < 0)
        return false;
    bool found = plat_file_look(folder, name, &info) == 0;
    plat_folder_close(folder);
    return found;
}

/* The name that is meant by the path of a local copy, "downloads/a.iso": it goes without the
 * folder, unless there is a file below the folder that has it with it. */
static void strip_folder(const char *folder, char *name)
{
    size_t size = strlen(folder);
    if (strncmp(name, folder, size) != 0 || name[size] != '/' || is_there(folder, name))
        return;
    memmove(name, name + size + 1, strlen(name + size + 1) + 1);
}

static int verify_one(struct client *client, struct slice name)
{
    const struct settings *settings = client->settings;
    char local[FILE_NAME_SIZE_MAX + 1];
    if (name.size > FILE_NAME_SIZE_MAX)
        return fail_name(client, name, "no file can have this name");
    slice_copy(name, local, sizeof local);
    if (!settings->output)
        strip_folder(settings->output_dir, local);
    switch (verify_file(&client->index, slice_text(local), settings->output_dir,
                        settings->output ? settings->output_name : local)) {
    case VERIFY_OK: return EXIT_CODE_DONE;
    case VERIFY_INTERRUPTED: return EXIT_CODE_INTERRUPTED;
    case VERIFY_FAILED: return tell_failure(client, name, "the index gave no answer");
    default: return EXIT_CODE_FAILED;
    }
}

int commands_verify(struct client *client, const struct commands_files *files)
{
    return for_each(client, files, verify_one);
}
