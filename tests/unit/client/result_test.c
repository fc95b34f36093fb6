/* client/result.h: how a download ended, in words and in JSON. */
#include "client/result.h"

#include <stdio.h>

#include "expect.h"

static void add_share(struct download_result *result, const char *id, uint64_t bytes)
{
    struct download_share *share = &result->shares[result->share_count++];
    snprintf(share->id, sizeof share->id, "%s", id);
    snprintf(share->host, sizeof share->host, "10.0.0.1");
    share->port = 7001;
    share->bytes = bytes;
}

static void expect_summary(const struct download_result *result, const char *expected)
{
    char text[RESULT_SUMMARY_SIZE];
    assert_row_slice(expected, slice_text(result_summary(text, result)), expected);
}

static void summaries_tell_size_time_sources_and_proof(void **state)
{
    struct download_result result = {
        .size = 209715200, .fetched = 209715200, .elapsed_ms = 2100, .proof = DOWNLOAD_PROOF_HASH};
    (void)state;
    add_share(&result, "CS1", 125829120);
    add_share(&result, "CS2", 83886080);
    expect_summary(&result, "Summary: 200.0 MiB in 2.1 s (95.2 MiB/s) from CS1 60%, CS2 40%; "
                            "verified by SHA-256");
    result.proof = DOWNLOAD_PROOF_CHUNKS;
    result.shares[1].bytes = 1;
    result.elapsed_ms = 65400;
    expect_summary(&result, "Summary: 200.0 MiB in 1:05 min (3.1 MiB/s) from CS1 100%, CS2 <1%; "
                            "verified by SHA-256, each chunk and the whole");
}

static void summaries_tell_what_was_there_before(void **state)
{
    struct download_result result = {
        .size = 1000, .fetched = 500, .kept = 600, .elapsed_ms = 500, .proof = DOWNLOAD_PROOF_SIZE};
    (void)state;
    add_share(&result, "CS1", 400);
    expect_summary(&result, "Summary: 1000 bytes, 400 bytes of it in 0.50 s (1000 B/s) from CS1 "
                            "100%, the rest from an earlier run; checked by size alone, as no "
                            "server knows a SHA-256");
    result = (struct download_result){
        .size = 1000, .already_complete = true, .proof = DOWNLOAD_PROOF_HASH};
    expect_summary(&result, "Summary: 1000 bytes, already complete; verified by SHA-256");
}

static void nothing_takes_no_time(void **state)
{
    struct download_result result = {.proof = DOWNLOAD_PROOF_SIZE};
    (void)state;
    expect_summary(&result, "Summary: 0 bytes in 0.00 s; checked by size alone, as no server knows "
                            "a SHA-256");
}

static void many_sources_are_counted(void **state)
{
    struct download_result result = {.size = 64, .proof = DOWNLOAD_PROOF_HASH};
    char text[RESULT_SUMMARY_SIZE], *id = text_of('i', SERVER_ID_SIZE_MAX);
    (void)state;
    for (int i = 0; i < DOWNLOAD_SHARES_MAX; i++)
        add_share(&result, id, 1);
    result_summary(text, &result);
    assert_non_null(strstr(text, " 2% and 56 more; verified by SHA-256"));
    free(id);
}

static void expect_json(const struct download_result *result, const char *name,
                        const char *expected)
{
    struct buffer out = BUFFER_INIT;
    result_put_json(&out, slice_text(name), "downloads", result);
    assert_row_slice(expected, buffer_content(&out), expected);
    buffer_fini(&out);
}

static void json_tells_all_of_a_download(void **state)
{
    struct download_result result = {.outcome = DOWNLOAD_DONE,
                                     .proof = DOWNLOAD_PROOF_CHUNKS,
                                     .size = 600,
                                     .fetched = 500,
                                     .kept = 200,
                                     .elapsed_ms = 12,
                                     .path = "pool/a.iso"};
    (void)state;
    add_share(&result, "CS1", 400);
    expect_json(&result, "pool/a.iso",
                "{\"type\":\"download\",\"name\":\"pool/a.iso\",\"status\":\"done\","
                "\"path\":\"downloads/pool/a.iso\",\"size\":600,\"already_complete\":false,"
                "\"fetched\":500,\"kept\":200,\"elapsed_ms\":12,\"verified\":\"chunks\","
                "\"sources\":[{\"id\":\"CS1\",\"host\":\"10.0.0.1\",\"port\":7001,\"bytes\":400}]}"
                "\n");
}

static void json_tells_why_a_download_failed(void **state)
{
    struct download_result result = {.outcome = DOWNLOAD_FAILED, .reason = "file \"not\" found"};
    struct buffer out = BUFFER_INIT;
    (void)state;
    expect_json(&result, "a\xff",
                "{\"type\":\"download\",\"name\":\"a\xef\xbf\xbd\",\"name_hex\":\"61ff\","
                "\"status\":\"failed\",\"error\":\"file \\\"not\\\" found\",\"size\":0,"
                "\"already_complete\":false,\"fetched\":0,\"kept\":0,\"elapsed_ms\":0,"
                "\"sources\":[]}\n");
    result_put_json_failed(&out, "verify", slice_text("*.x"), "no file matches");
    assert_slice(buffer_content(&out), "{\"type\":\"verify\",\"name\":\"*.x\",\"status\":"
                                       "\"failed\",\"error\":\"no file matches\"}\n");
    buffer_fini(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(summaries_tell_size_time_sources_and_proof),
        cmocka_unit_test(summaries_tell_what_was_there_before),
        cmocka_unit_test(nothing_takes_no_time),
        cmocka_unit_test(many_sources_are_counted),
        cmocka_unit_test(json_tells_all_of_a_download),
        cmocka_unit_test(json_tells_why_a_download_failed),
    };
    return cmocka_run_group_tests_name("result", tests, NULL, NULL);
}
