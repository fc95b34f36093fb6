#include "content/opening.h"

#include "proto/limits.h"
#include "proto/name.h"
#include "proto/reply.h"

/* The folder to look in and the name as a path; NULL for names that are not served, which never
 * touch the file system. */
static struct root_folder *acquire(struct content_shared *shared, struct slice name,
                                   char path[FILE_NAME_SIZE_MAX + 1])
{
    if (!name_is_file(name) || !name_is_served(name))
        return NULL;
    slice_copy(name, path, FILE_NAME_SIZE_MAX + 1);
    return root_acquire(shared->root);
}

int opening_open(struct content_shared *shared, struct slice name, struct plat_file *file,
                 struct plat_file_info *info)
{
    char path[FILE_NAME_SIZE_MAX + 1];
    struct root_folder *folder = acquire(shared, name, path);
    if (!folder)
        return PLAT_ERR_NOT_FOUND;
    int rc = plat_file_open(file, root_folder_plat(folder), path, info);
    root_release(shared->root, folder);
    return rc;
}

int opening_look(struct content_shared *shared, struct slice name, struct plat_file_info *info)
{
    char path[FILE_NAME_SIZE_MAX + 1];
    struct root_folder *folder = acquire(shared, name, path);
    if (!folder)
        return PLAT_ERR_NOT_FOUND;
    int rc = plat_file_look(root_folder_plat(folder), path, info);
    root_release(shared->root, folder);
    if (rc == 0 && (info->kind != PLAT_KIND_FILE || !info->readable))
        return PLAT_ERR_NOT_FOUND;
    return rc;
}

/* An error that is ours and passing must not pass for a missing file: without an answer, the
 * client asks elsewhere. */
static bool is_missing(int error)
{
    return error != PLAT_ERR_TOO_MANY_FILES && error != PLAT_ERR_NO_MEMORY && error != PLAT_ERR_IO;
}

void opening_refuse(struct content_shared *shared, struct conn *conn, struct slice name, int error)
{
    if (is_missing(error)) {
        log_info(shared->log, "File not found: %.*s", SLICE_PRINT(name));
        buffer_put_text(conn_out(conn), REPLY_FILE_NOT_FOUND);
    } else {
        log_error(shared->log, "Cannot open %.*s: %s", SLICE_PRINT(name), plat_error_text(error));
        conn_close(conn);
    }
}
