/*
 * When the connection to the index ends: what it says about the index, and when to try again.
 */
#include "content/registrar_parts.h"

enum {
    HANGUP_PAUSE_MS = 10 * 1000, /* with an index that keeps no connection */
    HANGUP_MS = 2000             /* a hang-up so soon after registering may be a habit */
};

uint64_t registrar_choose_pause(struct registrar *r)
{
    uint64_t now_ms = loop_now(r->loop);
    if (r->dirty)
        return 0;
    if (r->refused)
        return HANGUP_PAUSE_MS;
    if (r->state != REGISTRAR_READY)
        return backoff_random_pause_ms(&r->backoff);
    r->hangups = now_ms - r->ready_ms < HANGUP_MS ? r->hangups + 1 : 0;
    if (r->hangups > 1)
        return HANGUP_PAUSE_MS; /* its habit; registering anew shows whether it was restarted */
    return backoff_random_pause_ms(&r->backoff);
}

void registrar_note_break(struct registrar *r, int reason)
{
    bool hangs_up = r->state == REGISTRAR_READY && loop_now(r->loop) - r->ready_ms < HANGUP_MS;
    bool at_spaced = (r->state == REGISTRAR_ADDING || r->state == REGISTRAR_ENDING) &&
                     r->manifest.sent_spaced && r->peer != PEER_OURS;
    if (at_spaced)
        log_warn(r->log, "Index Server broke off at names with spaces; registering without them");
    else if (r->state != REGISTRAR_READY)
        log_warn(r->log, "Registration broke off: %s",
                 reason == 0 ? "no answer" : plat_error_text(reason));
    else if (!r->dirty && r->hangups == 0)
        log_info(r->log, "Index Server has closed the connection");
    r->leave_spaced_out = at_spaced || (r->leave_spaced_out && (r->dirty || hangs_up));
    /* A textbook index may not take the address that REGISTER advertises: it gets every other try
     * without. */
    r->leave_advertise_out =
        r->options.advertise && r->state == REGISTRAR_OPENING && !r->leave_advertise_out;
    if (r->leave_advertise_out)
        log_warn(r->log, "Index Server may not know advertised addresses; registering without %s",
                 r->options.advertise);
}
