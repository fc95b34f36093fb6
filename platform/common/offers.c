/*
 * What a line could go on as.
 */
#include "plat/offers.h"

#include <stdlib.h>
#include <string.h>

static char *copy(struct plat_offers *offers, const char *text, size_t size)
{
    char *copied = malloc(size + 1);
    if (!copied) {
        offers->failed = true;
        return NULL;
    }
    memcpy(copied, text, size);
    copied[size] = '\0';
    return copied;
}

/* Cuts what all have in common to what the text has of it, before a character that is cut. */
static void narrow(char *common, const char *text, size_t size)
{
    size_t at = 0;
    while (at < size && common[at] && common[at] == text[at])
        at++;
    if (!common[at])
        return;
    while (at > 0 && ((unsigned char)common[at] & 0xc0) == 0x80)
        at--;
    common[at] = '\0';
}

void plat_offers_put(struct plat_offers *offers, const char *text, size_t size)
{
    if (offers->failed)
        return;
    if (offers->count == 0)
        offers->common = copy(offers, text, size);
    else
        narrow(offers->common, text, size);
    if (offers->shown_count < PLAT_OFFERS_SHOWN_MAX && !offers->failed) {
        offers->shown[offers->shown_count] = copy(offers, text, size);
        offers->shown_count += !offers->failed;
    }
    offers->count++;
}

void plat_offers_fini(struct plat_offers *offers)
{
    for (size_t i = 0; i < offers->shown_count; i++)
        free(offers->shown[i]);
    free(offers->common);
    memset(offers, 0, sizeof *offers);
}
