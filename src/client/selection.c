#include "client/selection.h"

#include "client/glob.h"
#include "plat/error.h"

/* What is before each listed name. */
enum { MARK_NEW = 'n', MARK_GIVEN = 'g' };

bool selection_needs_list(const struct selection *selection)
{
    for (size_t i = 0; i < selection->wanted_count; i++)
        if (glob_is_pattern(selection->wanted[i]))
            return true;
    return selection->all;
}

static bool is_wanted(const struct selection *selection, struct slice name)
{
    if (selection->all)
        return true;
    for (size_t i = 0; i < selection->wanted_count; i++)
        if (glob_match(selection->wanted[i], name))
            return true;
    return false;
}

void selection_note(struct selection *selection, struct slice name)
{
    struct buffer *listed = &selection->listed;
    if (selection->error != 0 || !is_wanted(selection, name))
        return;
    if (buffer_size(listed) + name.size + 2 > SELECTION_SIZE_MAX) {
        selection->error = PLAT_ERR_TOO_LARGE;
        return;
    }
    buffer_put_char(listed, MARK_NEW);
    buffer_put_slice(listed, name);
    buffer_put_char(listed, '\0');
    if (listed->failed)
        selection->error = PLAT_ERR_NO_MEMORY;
}

int selection_error(const struct selection *selection)
{
    return selection->error;
}

/* The listed name at *at, and its mark; moves on to the next. False at the end. */
static bool next_listed(const struct selection *selection, size_t *at, char **mark,
                        struct slice *name)
{
    struct slice content = buffer_content(&selection->listed);
    if (*at >= content.size)
        return false;
    /* The buffer is ours: what it gives to look at may be written to. */
    *mark = (char *)content.data + *at;
    *name = slice_text(content.data + *at + 1);
    *at += name->size + 2;
    return true;
}

/* A name that is given as it is, is not to be given again by a pattern. True if it is listed. */
static bool mark_as_given(struct selection *selection, struct slice wanted)
{
    struct slice name;
    char *mark;
    bool found = false;
    for (size_t at = 0; next_listed(selection, &at, &mark, &name);) {
        if (!slice_equal(name, wanted))
            continue;
        *mark = MARK_GIVEN;
        found = true;
    }
    return found;
}

/* The next listed name that the pattern stands for and that was not given yet. */
static bool next_match(struct selection *selection, struct slice pattern, struct slice *name)
{
    char *mark;
    while (next_listed(selection, &selection->at, &mark, name)) {
        if (!glob_match(pattern, *name))
            continue;
        selection->found = true; /* also if another pattern had it before */
        if (*mark == MARK_GIVEN)
            continue;
        *mark = MARK_GIVEN;
        return true;
    }
    return false;
}

static void go_on(struct selection *selection)
{
    selection->present++;
    selection->at = 0;
    selection->found = false;
}

enum selection_kind selection_next(struct selection *selection, struct slice *name)
{
    size_t count = selection->all ? 1 : selection->wanted_count;
    while (selection->present < count) {
        struct slice wanted =
            selection->all ? slice_text("*") : selection->wanted[selection->present];
        bool is_start = selection->at == 0 && !selection->all;
        *name = wanted;
        if (is_start && (mark_as_given(selection, wanted) || !glob_is_pattern(wanted))) {
            go_on(selection);
            return SELECTION_FILE;
        }
        if (next_match(selection, wanted, name))
            return SELECTION_FILE;
        bool found = selection->found;
        go_on(selection);
        *name = wanted;
        if (!found)
            return SELECTION_NONE;
    }
    return SELECTION_END;
}

void selection_fini(struct selection *selection)
{
    buffer_fini(&selection->listed);
}
