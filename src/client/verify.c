#include "client/verify.h"

#include <stdio.h>

#include "base/json.h"
#include "client/digest.h"
#include "client/json_path.h"
#include "client/lookup.h"
#include "plat/file.h"

struct check {
    struct index_link *index;
    struct slice name;
    const char *folder, *local;
    struct lookup network;
    uint64_t size; /* of the local file */
    enum verify_status status;
    bool by_hash;
    int error; /* why it cannot be read */
};

static enum verify_status unreadable(struct check *check, int error)
{
    check->error = error;
    return error == PLAT_ERR_NOT_FOUND ? VERIFY_MISSING : VERIFY_UNREADABLE;
}

/* Of a file that has the right size. */
static enum verify_status compare_hashes(struct check *check, struct plat_file file)
{
    char digits[HEX_DIGITS + 1];
    int rc = digest_file(check->index->peer.work, file, check->size, digits);
    if (rc == PLAT_AGAIN)
        return VERIFY_INTERRUPTED;
    if (rc == PLAT_END)
        return VERIFY_DIFFERS; /* it shrinks */
    if (rc < 0)
        return unreadable(check, rc);
    check->by_hash = true;
    return strcmp(digits, check->network.sha256) == 0 ? VERIFY_OK : VERIFY_DIFFERS;
}

static enum verify_status compare(struct check *check)
{
    struct plat_folder *folder = NULL;
    struct plat_file file = PLAT_FILE_NONE;
    struct plat_file_info info;
    enum verify_status status;
    int rc = plat_folder_open(&folder, check->folder, false, NULL);
    if (rc == 0)
        rc = plat_file_open(&file, folder, check->local, &info);
    if (rc != 0) {
        status = unreadable(check, rc);
    } else {
        check->size = info.size;
        if (info.size != check->network.size)
            status = VERIFY_DIFFERS;
        else
            status = check->network.sha256[0] ? compare_hashes(check, file) : VERIFY_OK;
    }
    plat_file_close(file);
    plat_folder_close(folder);
    return status;
}

static void put_line(struct buffer *out, const struct check *check)
{
    static const char *const words[] = {"OK", "DIFFERS", "UNKNOWN", "MISSING", "CANNOT READ"};
    char why[160];
    switch (check->status) {
    case VERIFY_OK:
        snprintf(why, sizeof why, "%llu bytes, %s", (unsigned long long)check->size,
                 check->by_hash ? "SHA-256" : "size only: no server knows a SHA-256");
        break;
    case VERIFY_DIFFERS:
        if (check->by_hash)
            snprintf(why, sizeof why, "its SHA-256 is another one than on the network");
        else
            snprintf(why, sizeof why, "%llu bytes here, %llu on the network",
                     (unsigned long long)check->size, (unsigned long long)check->network.size);
        break;
    case VERIFY_UNKNOWN: snprintf(why, sizeof why, "the network does not have it"); break;
    default: snprintf(why, sizeof why, "%s", plat_error_text(check->error)); break;
    }
    buffer_put_text(out, check->folder);
    buffer_put_char(out, '/');
    buffer_put_text(out, check->local);
    buffer_put_text(out, ": ");
    buffer_put_text(out, words[check->status]);
    buffer_put_text(out, " (");
    buffer_put_text(out, why);
    buffer_put_text(out, ")\n");
}

static void put_json(struct buffer *out, const struct check *check)
{
    static const char *const words[] = {"ok", "differs", "unknown", "missing", "unreadable"};
    bool compared = check->status == VERIFY_OK || check->status == VERIFY_DIFFERS;
    struct json json = {.out = out};
    json_begin_object(&json, NULL);
    json_put_text(&json, "type", slice_text("verify"));
    json_put_bytes(&json, "name", check->name);
    json_path_put(&json, check->folder, check->local);
    json_put_text(&json, "status", slice_text(words[check->status]));
    if (compared) {
        json_put_text(&json, "by", slice_text(check->by_hash ? "sha256" : "size"));
        json_put_number(&json, "size", check->size);
    }
    if (check->network.found)
        json_put_number(&json, "network_size", check->network.size);
    if (check->error != 0)
        json_put_text(&json, "error", slice_text(plat_error_text(check->error)));
    json_end_object(&json);
    buffer_put_char(out, '\n');
}

enum verify_status verify_file(struct index_link *index, struct slice name, const char *folder,
                               const char *local)
{
    struct check check = {.index = index, .name = name, .folder = folder, .local = local};
    struct buffer text = BUFFER_INIT;
    int rc = lookup_file(index, name, &check.network);
    if (rc != 0)
        return rc == PLAT_AGAIN ? VERIFY_INTERRUPTED : VERIFY_FAILED;
    check.status = check.network.found ? compare(&check) : VERIFY_UNKNOWN;
    if (check.status == VERIFY_INTERRUPTED)
        return check.status;
    if (index->ui->json)
        put_json(&text, &check);
    else if (!index->ui->quiet || check.status != VERIFY_OK)
        put_line(&text, &check);
    (void)ui_flush(index->ui, &text);
    buffer_fini(&text);
    return check.status;
}
