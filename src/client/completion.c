#include "client/completion.h"

#include "client/index_list.h"
#include "proto/reply.h"

enum { PATIENCE_MS = 2000 }; /* of the person who pressed Tab */

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* Whether the command begins with the word. */
static bool begins_with(const char *command, struct slice word)
{
    for (size_t i = 0; i < word.size; i++)
        if (command[i] == '\0' || lower(word.data[i]) != command[i])
            return false;
    return true;
}

bool completion_is_command(struct slice word, const char *command)
{
    return begins_with(command, word) && command[word.size] == '\0';
}

/* A space follows a command that takes a name. */
static void offer_commands(const struct completion *completion, struct slice word,
                           struct plat_offers *offers)
{
    const char *command;
    bool takes_file;
    for (size_t i = 0; (command = completion->command(i, &takes_file)) != NULL; i++) {
        char text[32];
        if (!begins_with(command, word))
            continue;
        slice_copy(slice_text(command), text, sizeof text - 1);
        size_t size = strlen(text);
        if (takes_file)
            text[size++] = ' ';
        plat_offers_put(offers, text, size);
    }
}

struct names {
    struct slice begin; /* of those that are offered */
    struct plat_offers *offers;
    struct name_cache *cache;
};

static void offer(void *arg, struct slice name)
{
    struct names *names = arg;
    if (name.size >= names->begin.size &&
        slice_equal(slice_of(name.data, names->begin.size), names->begin))
        plat_offers_put(names->offers, name.data, name.size);
}

static void on_listed(void *arg, struct slice line)
{
    struct names *names = arg;
    struct slice name;
    uint64_t size;
    if (!reply_parse_file(line, &name, &size))
        return;
    name_cache_add(names->cache, name);
    offer(names, name);
}

/* An answer that is cut short is better than none, but not kept. */
static void ask_index(const struct completion *completion, struct names *names)
{
    struct index_link *index = completion->index;
    struct work *work = index->peer.work;
    name_cache_begin(names->cache);
    index->ui->muted = true;
    work_limit(work, PATIENCE_MS);
    int rc = index_list_ask(index, VERB_LIST_FILES, on_listed, names);
    work_unlimit(work);
    index->ui->muted = false;
    if (rc == 0)
        name_cache_end(names->cache, loop_now(work->loop));
}

static void offer_names(const struct completion *completion, struct slice begin,
                        struct plat_offers *offers)
{
    struct names names = {.begin = begin, .offers = offers, .cache = completion->names};
    struct loop *loop = completion->index->peer.work->loop;
    (void)loop_turn(loop, 0); /* the time it tells is from before the prompt */
    if (name_cache_is_fresh(completion->names, loop_now(loop)))
        name_cache_each(completion->names, offer, &names);
    else
        ask_index(completion, &names);
}

static bool takes_file(const struct completion *completion, struct slice word)
{
    const char *command;
    bool takes;
    for (size_t i = 0; (command = completion->command(i, &takes)) != NULL; i++)
        if (completion_is_command(word, command))
            return takes;
    return false;
}

void completion_complete(void *arg, const char *line, struct plat_offers *offers)
{
    const struct completion *completion = arg;
    size_t word_at = strspn(line, " ");
    size_t word_size = strcspn(line + word_at, " ");
    struct slice word = slice_of(line + word_at, word_size);
    offers->from = word_at;
    if (word.data[word.size] == '\0') {
        offer_commands(completion, word, offers);
        return;
    }
    if (!takes_file(completion, word))
        return;
    offers->from = word_at + word_size + strspn(line + word_at + word_size, " ");
    offer_names(completion, slice_text(line + offers->from), offers);
}
