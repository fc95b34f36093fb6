#include "child_process.h"

#include <stdio.h>
#include <string.h>

#include "plat/clock.h"

static char program[2048];

void child_beside(const char *argv0)
{
    child_named_beside(argv0, CHILD_NAME);
}

void child_named_beside(const char *argv0, const char *name)
{
    size_t length = 0;

    for (size_t i = 0; argv0[i] != '\0'; i++) {
        if (argv0[i] == '/' || argv0[i] == '\\') {
            length = i + 1;
        }
    }
    snprintf(program, sizeof(program), "%.*s%s", (int)length, argv0, name);
}

const char *child_path(void)
{
    return program;
}

void child_start(struct child *child, const char *const *args)
{
    const char *argv[CHILD_ARGS_MAX + 2] = {program};
    struct plat_process_options options = {.argv = argv};

    for (size_t i = 0; i < CHILD_ARGS_MAX && args[i] != NULL; i++) {
        argv[i + 1] = args[i];
    }
    memset(child, 0, sizeof(*child));
    assert_status(PLAT_OK, plat_process_start(&child->process, &options));
}

/* Reads once more. Returns whether the output goes on. */
static bool read_more(struct child *child)
{
    size_t room = sizeof(child->output) - 1 - child->length, got = 0;
    int rc;

    assert_true(room > 0);
    rc = plat_process_read(child->process, child->output + child->length, room, DEADLINE_MS, &got);
    if (rc == PLAT_END) {
        return false;
    }
    if (rc != PLAT_OK) {
        print_error("it said so far: \"%s\"\n", child->output);
    }
    assert_status(PLAT_OK, rc);
    assert_true(got > 0 && got <= room);
    child->length += got;
    child->output[child->length] = '\0';
    return true;
}

void child_expect(struct child *child, const char *text)
{
    while (strstr(child->output, text) == NULL) {
        if (!read_more(child)) {
            fail_msg("the child never said \"%s\" but \"%s\"", text, child->output);
        }
    }
}

void child_read_all(struct child *child)
{
    while (read_more(child)) {
    }
}

int child_end(struct child *child)
{
    int exit_code = -1;

    plat_process_close_stdin(child->process);
    assert_status(PLAT_OK, plat_process_wait(child->process, DEADLINE_MS, &exit_code));
    child_close(child);
    return exit_code;
}

void child_close(struct child *child)
{
    plat_process_close(child->process);
    child->process = NULL;
}
