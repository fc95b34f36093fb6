/*
 * The program that ui_test starts, because a ui writes to stdout: a download of a minute, with
 * times of its own. The first argument is "plain", "quiet" or "json".
 */
#include <string.h>

#include "client/ui.h"
#include "plat/process.h"

enum { SIZE = 60000, STEP_MS = 250 };

int main(int argc, char **argv)
{
    struct ui ui;
    struct buffer text = BUFFER_INIT;
    if (plat_process_init(&argc, &argv) != 0 || argc < 2)
        return 100;
    bool quiet = strcmp(argv[1], "quiet") == 0, json = strcmp(argv[1], "json") == 0;
    if (ui_open(&ui, LOG_INFO, quiet, json) < 0)
        return 101;
    ui_info(&ui, "begins");
    ui_progress_begin(&ui);
    for (unsigned ms = 0; ms < SIZE; ms += STEP_MS)
        ui_progress(&ui, &(struct ui_progress){
                             .done = ms, .size = SIZE, .sources = 2, .now_ms = 77000 + ms});
    ui_warn(&ui, "slow");
    ui_progress_end(&ui, &(struct ui_progress){.done = SIZE, .size = SIZE});
    ui_error(&ui, "why", "what");
    ui.muted = true;
    ui_info(&ui, "unheard");
    ui_error(&ui, "unheard", "unheard");
    ui.muted = false;
    buffer_put_text(&text, "asked for\n");
    int rc = ui_flush(&ui, &text);
    buffer_fini(&text);
    ui_close(&ui);
    return rc == 0 ? 0 : 102;
}
