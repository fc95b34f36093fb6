/*
 * Names that one thread notes and another one takes, each once, one behind the other in one array.
 *
 * An array rather than a list, so that noting allocates nothing: the thread that notes must never
 * wait, or the system's own buffer runs over.
 */
#include "os_notes.h"

#include <string.h>

#include "plat/error.h"

int os_notes_open(struct os_notes *notes)
{
    plat_mutex_init(&notes->mutex);
    notes->lost = false;
    notes->length = 0;
    return os_bell_open(&notes->bell);
}

void os_notes_close(struct os_notes *notes)
{
    os_bell_close(&notes->bell);
    plat_mutex_fini(&notes->mutex);
}

/* A file that is written makes a report for each write, all of them of the same folder. Looking
 * through all names is cheap next to the listing of a folder that each of them would cost. */
static bool is_noted(const struct os_notes *notes, const char *name)
{
    const char *end = notes->names + notes->length;
    for (const char *at = notes->names; at < end; at += strlen(at) + 1)
        if (strcmp(at, name) == 0)
            return true;
    return false;
}

/* The caller will look at everything, so single names are of no more use. */
static void lose(struct os_notes *notes)
{
    notes->lost = true;
    notes->length = 0;
}

static void append(struct os_notes *notes, const char *name)
{
    size_t size = strlen(name) + 1;
    if (size > sizeof notes->names - notes->length) {
        lose(notes);
        return;
    }
    memcpy(notes->names + notes->length, name, size);
    notes->length += size;
}

/* The bell is rung under the mutex as well: a taker who found nothing and is about to silence it
 * would else take the ringing for the last one's. */
void os_notes_put(struct os_notes *notes, const char *name)
{
    plat_mutex_lock(&notes->mutex);
    if (!name)
        lose(notes);
    else if (!notes->lost && !is_noted(notes, name))
        append(notes, name);
    os_bell_ring(&notes->bell);
    plat_mutex_unlock(&notes->mutex);
}

/* Moves the rest up. There are a few names at a time, so this is cheaper than a ring is to read. */
static void take_first(struct os_notes *notes, char *name, size_t size)
{
    size_t taken = strlen(notes->names) + 1;
    size_t length = taken - 1 < size - 1 ? taken - 1 : size - 1;
    memcpy(name, notes->names, length);
    name[length] = '\0';
    notes->length -= taken;
    memmove(notes->names, notes->names + taken, notes->length);
}

int os_notes_take(struct os_notes *notes, char *name, size_t size)
{
    int rc = 0;
    plat_mutex_lock(&notes->mutex);
    if (notes->lost) {
        notes->lost = false;
        rc = PLAT_LOST;
    } else if (notes->length > 0) {
        take_first(notes, name, size);
    } else {
        /* Under the mutex, so that nobody has noted something whose ringing this would end. */
        os_bell_silence(&notes->bell);
        rc = PLAT_AGAIN;
    }
    plat_mutex_unlock(&notes->mutex);
    return rc;
}
