/*
 * Files of a test folder, their contents and their ends, as short checks.
 */
#ifndef TESTFILE_H
#define TESTFILE_H

#include "plat/file.h"
#include "testdir.h"

/* plat_file_create, which must succeed. The caller closes the file. */
struct plat_file testfile_create(const struct testdir *dir, const char *name);

uint64_t testfile_size(struct plat_file file);

/* Reads these bytes at the offset, however many reads it takes. */
void testfile_expect(struct plat_file file, uint64_t offset, const void *data, size_t size);

/* Expects the file's end at the offset. */
void testfile_expect_end(struct plat_file file, uint64_t offset);

/* Expects a file with just this text under the name, or nothing at all. */
void testfile_expect_text(const struct testdir *dir, const char *name, const char *text);
void testfile_expect_missing(const struct testdir *dir, const char *name);

#endif
