#include "client/json_path.h"

void json_path_put(struct json *json, const char *folder, const char *name)
{
    struct buffer path = BUFFER_INIT;
    buffer_put_text(&path, folder);
    buffer_put_char(&path, '/');
    buffer_put_text(&path, name);
    json->out->failed = json->out->failed || path.failed;
    json_put_bytes(json, "path", buffer_content(&path));
    buffer_fini(&path);
}
