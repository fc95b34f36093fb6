#include "testfile.h"

#include <string.h>

#include "check.h"

struct plat_file testfile_create(const struct testdir *dir, const char *name)
{
    struct plat_file file = PLAT_FILE_NONE;
    assert_status(PLAT_OK, plat_file_create(&file, dir->folder, name));
    return file;
}

uint64_t testfile_size(struct plat_file file)
{
    struct plat_file_info info;
    assert_status(PLAT_OK, plat_file_info(file, &info));
    assert_int_equal(info.kind, PLAT_KIND_FILE);
    return info.size;
}

void testfile_expect(struct plat_file file, uint64_t offset, const void *data, size_t size)
{
    const char *expected = data;
    char buffer[1024];

    while (size > 0) {
        size_t most = size < sizeof(buffer) ? size : sizeof(buffer), got = 0;
        assert_status(PLAT_OK, plat_file_read(file, buffer, most, offset, &got));
        assert_true(got > 0 && got <= most);
        assert_memory_equal(buffer, expected, got);
        expected += got;
        offset += got;
        size -= got;
    }
}

void testfile_expect_end(struct plat_file file, uint64_t offset)
{
    char byte;
    size_t got;
    assert_status(PLAT_END, plat_file_read(file, &byte, 1, offset, &got));
}

void testfile_expect_text(const struct testdir *dir, const char *name, const char *text)
{
    struct plat_file file = PLAT_FILE_NONE;
    struct plat_file_info info;
    char found[256] = "";
    size_t got = 0;

    assert_status(PLAT_OK, plat_file_open(&file, dir->folder, name, &info));
    assert_true(info.kind == PLAT_KIND_FILE && info.size < sizeof(found));
    (void)plat_file_read(file, found, sizeof(found) - 1, 0, &got);
    plat_file_close(file);
    assert_int_equal(got, info.size);
    assert_string_equal(found, text);
}

void testfile_expect_missing(const struct testdir *dir, const char *name)
{
    struct plat_file_info info;
    assert_status(PLAT_ERR_NOT_FOUND, plat_file_look(dir->folder, name, &info));
}
