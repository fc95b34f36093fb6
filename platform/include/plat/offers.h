/*
 * What a line that is being typed could go on as, for Tab.
 *
 * Whoever completes puts each possibility; whoever edits the line takes the beginning that all have
 * in common, and shows the first of them. So there may be millions of them, and little is kept.
 */
#ifndef PLAT_OFFERS_H
#define PLAT_OFFERS_H

#include <stdbool.h>
#include <stddef.h>

enum { PLAT_OFFERS_SHOWN_MAX = 200 };

/* All zeros at the beginning. */
struct plat_offers {
    size_t from; /* set by whoever puts: the offers stand in place of the line from this byte on */
    /* to be read by whoever edits the line */
    size_t count;
    char *common; /* what all begin with, not cutting a UTF-8 character; NULL: count is 0 */
    size_t shown_count;
    char *shown[PLAT_OFFERS_SHOWN_MAX]; /* the first ones, in the order in which they were put */
    bool failed;                        /* out of memory: some are not known */
};

/* Puts one; the text is copied. */
void plat_offers_put(struct plat_offers *offers, const char *text, size_t size);

void plat_offers_fini(struct plat_offers *offers);

#endif
