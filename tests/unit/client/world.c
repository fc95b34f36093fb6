#include "world.h"

#include <stdio.h>

#include "check.h"

int world_setup(void **state)
{
    struct world *w = calloc(1, sizeof *w);
    assert_non_null(w);
    assert_int_equal(testdir_setup(&w->dir), 0);
    assert_status(0, work_open(&w->work));
    assert_status(0, ui_open(&w->ui, LOG_ERROR, true, false));
    w->ui.muted = true;
    fake_index_open(&w->index, w->work.loop);
    w->link.host = "127.0.0.1";
    w->link.port = w->index.port;
    w->link.ui = &w->ui;
    index_link_init(&w->link, &w->work);
    w->options = (struct download_options){.stall_ms = 300, .retry_ms = 8000};
    *state = w;
    return 0;
}

int world_teardown(void **state)
{
    struct world *w = *state;
    index_link_close(&w->link);
    for (unsigned i = 0; i < WORLD_SOURCES; i++)
        if (w->sources[i].loop)
            fake_content_close(&w->sources[i]);
    fake_index_close(&w->index);
    work_close(&w->work);
    ui_close(&w->ui);
    int rc = testdir_teardown(&w->dir);
    fake_file_free(&w->file);
    fake_file_free(&w->other);
    free(w);
    return rc;
}

const struct testdir *world_dir(const struct world *w)
{
    return w->dir;
}

void world_fill(struct world *w, uint64_t size, unsigned sources, bool with_hash)
{
    uint64_t state = 88172645463325252u;
    char *data = malloc((size_t)size + 1);
    assert_non_null(data);
    for (uint64_t i = 0; i < size; i++) {
        if (i % 8 == 0) { /* xorshift (Marsaglia, 2003) */
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
        }
        data[i] = (char)(state >> (i % 8 * 8));
    }
    w->file = fake_file_of(data, size);
    for (unsigned i = 0; i < sources; i++) {
        char id[8];
        snprintf(id, sizeof id, "CS%u", i + 1);
        fake_content_open(&w->sources[i], w->work.loop, &w->file);
        w->sources[i].has_no_hash = !with_hash;
        fake_index_add(&w->index, id, w->sources[i].port, size, with_hash ? w->file.sha256 : NULL);
    }
}

void world_change(struct world *w, int64_t mtime_s)
{
    for (uint64_t i = 0; i < w->file.size; i++)
        w->file.data[i] = (char)(w->file.data[i] + 1);
    fake_file_hash(&w->file);
    for (size_t i = 0; i < w->index.count; i++) {
        w->sources[i].mtime_s = mtime_s;
        if (w->index.holders[i].sha256[0])
            snprintf(w->index.holders[i].sha256, sizeof w->index.holders[i].sha256, "%s",
                     w->file.sha256);
    }
}

enum download_outcome world_get(struct world *w)
{
    (void)loop_turn(w->work.loop, 0);
    enum download_outcome outcome = download_file(&w->link, &w->options, world_dir(w)->path,
                                                  slice_text("file"), NULL, &w->result);
    assert_int_equal(outcome, w->result.outcome);
    return outcome;
}

void world_expect_file(struct world *w)
{
    struct plat_file_info info;
    struct plat_file file;
    assert_int_equal(w->result.outcome, DOWNLOAD_DONE);
    assert_status(0, plat_file_open(&file, world_dir(w)->folder, w->result.path, &info));
    assert_int_equal(info.size, w->file.size);
    testfile_expect(file, 0, w->file.data, (size_t)w->file.size);
    plat_file_close(file);
    testfile_expect_missing(w->dir, "file.mcdn-part");
    testfile_expect_missing(w->dir, "file.mcdn-journal");
}

uint64_t world_sent(const struct world *w)
{
    uint64_t sent = 0;
    for (unsigned i = 0; i < WORLD_SOURCES; i++)
        sent += w->sources[i].sent;
    return sent;
}
