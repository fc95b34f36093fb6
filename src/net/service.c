#include "net/service.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/exit.h"
#include "plat/console.h"
#include "plat/process.h"
#include "plat/thread.h"

enum { THREADS_MAX = 16, ERROR_SIZE = 512 };

/* Writes it in one piece, as log lines may go to the same pipe at the same time. */
int service_error(const char *program, const char *why, const char *what, ...)
{
    char what_text[ERROR_SIZE], text[2 * ERROR_SIZE];
    va_list values;
    va_start(values, what);
    vsnprintf(what_text, sizeof what_text, what, values);
    va_end(values);
    int size = snprintf(text, sizeof text, "%s: %s: %s\n", program, what_text, why);
    (void)plat_console_write(PLAT_STDERR, text, (size_t)size);
    return -1;
}

int service_port_error(const char *program, uint16_t port, int error)
{
    service_error(program, plat_error_text(error), "cannot listen on port %u", port);
    if (port == 5000 && error == PLAT_ERR_IN_USE)
        fprintf(stderr,
                "On macOS, AirPlay uses this port: switch off the AirPlay Receiver in System "
                "Settings > General > AirDrop & Handoff, or choose another port.\n");
    return -1;
}

int service_parse_bind(const char *program, const char *text, struct plat_addr *out)
{
    *out = plat_addr_any(0);
    if (!text || !*text)
        return 0;
    if (plat_addr_parse(out, text) < 0)
        return service_error(program, "is no IPv4 or IPv6 address", "--bind %s", text);
    return 0;
}

unsigned service_threads(unsigned asked)
{
    unsigned cpus = plat_thread_cpus();
    if (asked > 0)
        return asked;
    return cpus < THREADS_MAX ? cpus : THREADS_MAX;
}

static void wake_loop(void *loop)
{
    loop_wake(loop);
}

static void ignore_request(void *unused)
{
    (void)unused;
}

/* Turns the loop until the server has stopped: the first request to stop begins it, a second one
 * ends the waiting. */
static int run(const struct service *service, void *server, struct loop *loop)
{
    unsigned seen = 0;
    int rc = plat_process_on_stop(wake_loop, loop);
    while (rc == 0 && !loop_is_stopping(loop)) {
        unsigned requests = plat_process_stop_requests();
        if (requests > 0 && seen == 0 && service->stop)
            service->stop(server);
        else if (requests > seen)
            loop_stop(loop);
        seen = requests;
        if (!loop_is_stopping(loop))
            rc = loop_turn(loop, -1);
    }
    /* The loop is about to go, but another request must not kill what is just ending in order. */
    (void)plat_process_on_stop(ignore_request, NULL);
    return rc;
}

static int open_and_run(const struct service *service, const struct service_context *context,
                        const void *options)
{
    void *server;
    if (service->open(&server, context, options) < 0)
        return EXIT_CODE_FAILED;
    int rc = run(service, server, context->loop);
    service->close(server);
    if (rc == 0)
        return EXIT_CODE_DONE;
    service_error(context->program, plat_error_text(rc), "cannot wait for events");
    return EXIT_CODE_FAILED;
}

int service_main(const struct service *service, void *options, int argc, char **argv)
{
    struct service_context context = {.program = service->program->name};
    char tag[80];
    enum log_level level = LOG_INFO;
    int operands;
    int rc = plat_process_init(&argc, &argv);
    if (rc < 0) {
        service_error(context.program, plat_error_text(rc), "cannot start");
        return EXIT_CODE_FAILED;
    }
    switch (options_parse(service->program, argc, argv, options, &operands)) {
    case OPTIONS_DONE: return EXIT_CODE_DONE;
    case OPTIONS_WRONG: return EXIT_CODE_USAGE;
    case OPTIONS_RUN: break;
    }
    if (service->prepare(options, tag, sizeof tag, &level) < 0)
        return EXIT_CODE_USAGE;
    rc = loop_open(&context.loop);
    if (rc == 0)
        rc = log_open(&context.log, tag, level);
    int code = EXIT_CODE_FAILED;
    if (rc < 0)
        service_error(context.program, plat_error_text(rc), "cannot start");
    else
        code = open_and_run(service, &context, options);
    loop_close(context.loop);
    log_close(context.log);
    return code;
}
