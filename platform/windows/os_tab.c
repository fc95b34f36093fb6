/*
 * Completion of a line at a console, whose own editing goes on with what is put here.
 */
#include "os_tab.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "os_wide.h"

static void show(const char *text)
{
    (void)plat_console_write(PLAT_STDOUT, text, strlen(text));
}

static void show_anew(const char *prompt, const char *line)
{
    show("\n");
    show(prompt);
    show(line);
}

/* In columns as wide as the longest; a character of several bytes leaves too much room, no more. */
static void show_offers(const struct plat_offers *offers)
{
    size_t longest = 0, width = plat_console_width(PLAT_STDOUT);
    for (size_t i = 0; i < offers->shown_count; i++) {
        size_t size = strlen(offers->shown[i]);
        longest = size > longest ? size : longest;
    }
    size_t columns = width > longest + 2 ? (width - 1) / (longest + 2) : 1;
    for (size_t i = 0; i < offers->shown_count; i++) {
        show(i % columns == 0 ? "\n" : "  ");
        show(offers->shown[i]);
        for (size_t pad = strlen(offers->shown[i]); columns > 1 && pad < longest; pad++)
            show(" ");
    }
    if (offers->count > offers->shown_count)
        show("\n...");
}

/* Whether the system can hold the text, as it cannot some names. */
static bool is_text(const char *text)
{
    wchar_t *wide;
    if (os_wide_from_utf8(&wide, text) < 0)
        return false;
    free(wide);
    return true;
}

/* Puts the line as far as all offers go; whether that is more than there was, or other letters. */
static bool take_common(const struct plat_offers *offers, const char *before, char *line,
                        size_t size)
{
    if (offers->count == 0 || offers->failed || offers->from > strlen(before) ||
        offers->from + strlen(offers->common) >= size || !is_text(offers->common))
        return false;
    snprintf(line, size, "%.*s%s", (int)offers->from, before, offers->common);
    return strcmp(line, before) != 0;
}

void os_tab_complete(const struct plat_console_completer *completer, const char *prompt,
                     const char *before, const char *behind, char *line, size_t size)
{
    struct plat_offers offers = {0};
    size_t there = strlen(before);
    snprintf(line, size, "%s%s", before, behind);
    if (*behind) {
        show_anew(prompt, line);
        return;
    }
    completer->complete(completer->arg, before, &offers);
    bool is_more = take_common(&offers, before, line, size);
    if (is_more && strncmp(line, before, there) == 0) {
        show(line + there);
    } else if (is_more) {
        show_anew(prompt, line);
    } else if (offers.count > 1) {
        show_offers(&offers);
        show_anew(prompt, line);
    } else {
        show("\a");
    }
    plat_offers_fini(&offers);
}
