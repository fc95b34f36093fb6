/*
 * index/catalogue.h: lookups and listings while lists are replaced, changed and discarded by other
 * threads. What it shows, it shows under ThreadSanitizer, or by a wrong answer.
 *
 * Every list of a server holds the same names, so that they must be found whatever happens. The
 * sizes go up and down and stay from list to list, since they decide where a record stands.
 */
#include <stdio.h>

#include "check.h"
#include "expect.h"
#include "index/catalogue.h"
#include "plat/thread.h"

enum { SERVERS = 2, READERS = 3, NAMES = 200, ROUNDS = 120, NAME_LINE_SIZE = 8 };

struct world {
    struct catalogue *catalogue;
    struct catalogue_server servers[SERVERS];
    struct plat_atomic_u64 writers_left, wrong, found;
};

struct writer {
    struct plat_thread thread;
    struct world *world;
    int number;
};

static struct slice format_name(int number, char text[16])
{
    int size = snprintf(text, 16, "name%03d", number);
    return slice_of(text, (size_t)size);
}

/* Threads cannot fail a test: they leave the line where something was wrong. */
#define check(w, right) check_at((w), (right), __LINE__)

static void check_at(struct world *w, bool right, uint64_t line)
{
    if (!right)
        plat_atomic_store(&w->wrong, line);
}

static uint64_t size_in(uint64_t round)
{
    static const uint64_t sizes[] = {3, 3, 1, 5, 5, 2, 4, 1};
    return sizes[round % COUNT_OF(sizes)];
}

static struct catalogue_list *fill_list(struct world *w, int server, uint64_t size)
{
    struct catalogue_list *list;
    char text[16];
    const char *id = server == 0 ? "A" : "B";
    check(w,
          catalogue_list_open(w->catalogue, &list, slice_text(id), slice_text("::1"), 7001) == 0);
    for (int i = 0; i < NAMES; i++)
        check(w, catalogue_add(w->catalogue, list, format_name(i, text), size) == 0);
    return list;
}

/* Changes a list in force and puts it back as it was. */
static void change_list(struct world *w, struct catalogue_list *list, uint64_t size)
{
    char text[16];
    for (int i = 0; i < 10; i++) {
        check(w, catalogue_add(w->catalogue, list, slice_text("passing"), size) == 0);
        check(w, catalogue_add(w->catalogue, list, format_name(i, text), size) == 0);
        check(w, catalogue_remove(w->catalogue, list, slice_text("passing")) == 0);
    }
}

static void discard(struct world *w, struct catalogue_list *list)
{
    while (list && !catalogue_discard(w->catalogue, list, 7))
        check(w, catalogue_list_is_retired(list));
}

static void run_writer(void *arg)
{
    struct writer *writer = arg;
    struct world *w = writer->world;
    struct catalogue_server *server = &w->servers[writer->number];
    for (uint64_t round = 1; round <= ROUNDS; round++) {
        struct catalogue_list *list = fill_list(w, writer->number, size_in(round));
        struct catalogue_list *before = catalogue_publish(server, list);
        change_list(w, list, size_in(round));
        discard(w, before);
        catalogue_list_unref(list);
        plat_atomic_store(&server->load, round % 3);
    }
    plat_atomic_add(&w->writers_left, UINT64_MAX);
}

struct looker {
    struct plat_thread thread;
    struct world *world;
    size_t number;
};

static bool is_right(const struct catalogue_hit *hit)
{
    char id = place_id(&hit->place).data[0];
    return hit->found && hit->size >= 1 && hit->size <= 5 && (id == 'A' || id == 'B');
}

/* Looks some names up together, the last of which nobody has. */
static void look_up(struct world *w, struct catalogue_reader *reader, int from, size_t count)
{
    struct catalogue_hit hits[CATALOGUE_NAMES_MOST];
    struct slice names[CATALOGUE_NAMES_MOST];
    char texts[CATALOGUE_NAMES_MOST][16];
    for (size_t i = 0; i + 1 < count; i++)
        names[i] = format_name((from + (int)i) % NAMES, texts[i]);
    names[count - 1] = slice_text("never");
    catalogue_find(reader, names, count, hits);
    for (size_t i = 0; i + 1 < count; i++)
        check(w, is_right(&hits[i]));
    check(w, !hits[count - 1].found);
}

/* The names of server A are always there; B is alive from time to time. */
static void run_reader(void *arg)
{
    struct looker *looker = arg;
    struct world *w = looker->world;
    struct catalogue_reader *reader = catalogue_reader(w->catalogue, looker->number);
    for (int i = 0; plat_atomic_load(&w->writers_left) > 0; i++) {
        struct catalogue_stat stat;
        char text[16];
        look_up(w, reader, i, 2 + (size_t)i % (CATALOGUE_NAMES_MOST - 1));
        bool found = catalogue_look(reader, format_name(i % NAMES, text), &stat);
        check(w, found && stat.size >= 1 && stat.size <= 5 && stat.holders >= 1);
        plat_atomic_store(&w->servers[1].alive, (uint64_t)i / 100 % 2);
        plat_atomic_add(&w->found, found);
    }
}

/* Whoever is found holds on to his list, whatever becomes of it. */
static void run_locator(void *arg)
{
    struct world *w = arg;
    for (int i = 0; plat_atomic_load(&w->writers_left) > 0; i++) {
        struct catalogue_sources sources;
        char text[16];
        int rc = catalogue_locate(w->catalogue, format_name(i % NAMES, text), &sources);
        check(w, rc == 0 && sources.count >= 1 && sources.count <= SERVERS);
        for (size_t at = 0; rc == 0 && at < sources.count; at++)
            check(w, catalogue_list_id(sources.items[at].list).size == 1);
        catalogue_sources_fini(&sources);
    }
}

/* The names after the first one, in as many steps as it takes, behind one another. */
static void list_names(struct world *w, struct buffer *out)
{
    char last[16] = "name";
    bool all = false;
    while (!all) {
        size_t before = buffer_size(out);
        all = catalogue_names(w->catalogue, slice_text(last), out);
        size_t size = buffer_size(out);
        check(w, !out->failed && (all || size > before));
        if (size == before || out->failed)
            break;
        check(w, size % NAME_LINE_SIZE == 0);
        slice_copy(slice_of(buffer_content(out).data + size - NAME_LINE_SIZE, NAME_LINE_SIZE - 1),
                   last, sizeof last);
    }
}

/* Names are in their order and all there, whatever comes and goes beside them. */
static void run_lister(void *arg)
{
    struct world *w = arg;
    while (plat_atomic_load(&w->writers_left) > 0) {
        struct buffer out = BUFFER_INIT;
        list_names(w, &out);
        struct slice content = buffer_content(&out);
        check(w, content.size >= NAMES * NAME_LINE_SIZE);
        for (size_t i = 0; i < NAMES && (i + 1) * NAME_LINE_SIZE <= content.size; i++) {
            char text[16];
            struct slice name = format_name((int)i, text);
            struct slice line = slice_of(content.data + i * NAME_LINE_SIZE, NAME_LINE_SIZE - 1);
            check(w, slice_equal(line, name));
        }
        buffer_fini(&out);
    }
}

static void start(struct plat_thread *thread, void (*run)(void *), void *arg)
{
    assert_status(0, plat_thread_start(thread, run, arg));
}

static void lookups_see_whole_lists_while_they_are_replaced(void **state)
{
    struct world w = {0};
    struct writer writers[SERVERS];
    struct looker readers[READERS];
    struct plat_thread lister, locator;
    (void)state;
    assert_status(0, catalogue_open(&w.catalogue,
                                    &(struct catalogue_limits){UINT64_MAX, UINT64_MAX}, READERS));
    for (int i = 0; i < SERVERS; i++) {
        struct catalogue_list *list = fill_list(&w, i, size_in(0));
        assert_null(catalogue_publish(&w.servers[i], list));
        catalogue_list_unref(list);
        plat_atomic_store(&w.servers[i].alive, 1);
    }
    plat_atomic_store(&w.writers_left, SERVERS);
    for (size_t i = 0; i < READERS; i++) {
        readers[i] = (struct looker){.world = &w, .number = i};
        start(&readers[i].thread, run_reader, &readers[i]);
    }
    start(&locator, run_locator, &w);
    start(&lister, run_lister, &w);
    for (int i = 0; i < SERVERS; i++) {
        writers[i].world = &w;
        writers[i].number = i;
        start(&writers[i].thread, run_writer, &writers[i]);
    }
    for (int i = 0; i < SERVERS; i++)
        plat_thread_join(&writers[i].thread);
    for (int i = 0; i < READERS; i++)
        plat_thread_join(&readers[i].thread);
    plat_thread_join(&locator);
    plat_thread_join(&lister);
    assert_int_equal(plat_atomic_load(&w.wrong), 0);
    assert_true(plat_atomic_load(&w.found) > 0);
    for (int i = 0; i < SERVERS; i++)
        discard(&w, catalogue_publish(&w.servers[i], NULL));
    assert_true(catalogue_records(w.catalogue) == 0);
    catalogue_close(w.catalogue);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lookups_see_whole_lists_while_they_are_replaced),
    };
    return cmocka_run_group_tests_name("catalogue: threads", tests, NULL, NULL);
}
