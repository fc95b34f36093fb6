#include "client/result.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/json.h"
#include "client/human.h"
#include "client/json_path.h"
#include "plat/compiler.h"

enum { SHARES_SHOWN = 8 };

/* A text that grows up to its end. */
struct line {
    char *text;
    size_t length;
};

static void add(struct line *line, const char *format, ...) PLAT_PRINTF(2, 3);

static void add(struct line *line, const char *format, ...)
{
    size_t room = RESULT_SUMMARY_SIZE - line->length;
    va_list values;
    va_start(values, format);
    int size = vsnprintf(line->text + line->length, room, format, values);
    va_end(values);
    if (size > 0)
        line->length += (size_t)size < room ? (size_t)size : room - 1;
}

static void add_share(struct line *line, const struct download_share *share, uint64_t total)
{
    double percent = total > 0 ? (double)share->bytes * 100 / (double)total : 0;
    if (percent < 1)
        add(line, "%s <1%%", share->id);
    else
        add(line, "%s %.0f%%", share->id, percent);
}

static void add_shares(struct line *line, const struct download_result *result)
{
    size_t shown = result->share_count < SHARES_SHOWN ? result->share_count : SHARES_SHOWN;
    uint64_t total = 0;
    for (size_t i = 0; i < result->share_count; i++)
        total += result->shares[i].bytes;
    for (size_t i = 0; i < shown; i++) {
        add(line, i == 0 ? " from " : ", ");
        add_share(line, &result->shares[i], total);
    }
    if (result->share_count > shown)
        add(line, " and %u more", (unsigned)(result->share_count - shown));
}

static const char *proof_text(enum download_proof proof)
{
    switch (proof) {
    case DOWNLOAD_PROOF_HASH: return "verified by SHA-256";
    case DOWNLOAD_PROOF_CHUNKS: return "verified by SHA-256, each chunk and the whole";
    case DOWNLOAD_PROOF_SIZE: break;
    }
    return "checked by size alone, as no server knows a SHA-256";
}

static void add_time(struct line *line, const struct download_result *result)
{
    char text[HUMAN_SIZE];
    add(line, " in %s", human_time(text, result->elapsed_ms));
    if (result->elapsed_ms > 0 && result->fetched > 0) {
        double rate = (double)result->fetched * 1000 / (double)result->elapsed_ms;
        add(line, " (%s)", human_rate(text, (uint64_t)rate));
    }
}

const char *result_summary(char text[RESULT_SUMMARY_SIZE], const struct download_result *result)
{
    char size[HUMAN_SIZE];
    struct line line = {.text = text};
    add(&line, "Summary: %s", human_bytes(size, result->size));
    if (result->already_complete) {
        add(&line, ", already complete");
    } else if (result->kept > 0) {
        uint64_t rest = result->size > result->kept ? result->size - result->kept : 0;
        add(&line, ", %s of it", human_bytes(size, rest));
        add_time(&line, result);
        add_shares(&line, result);
        add(&line, ", the rest from an earlier run");
    } else {
        add_time(&line, result);
        add_shares(&line, result);
    }
    add(&line, "; %s", proof_text(result->proof));
    return text;
}

static void put_sources(struct json *json, const struct download_result *result)
{
    json_begin_array(json, "sources");
    for (size_t i = 0; i < result->share_count; i++) {
        const struct download_share *share = &result->shares[i];
        json_begin_object(json, NULL);
        json_put_text(json, "id", slice_text(share->id));
        json_put_text(json, "host", slice_text(share->host));
        json_put_number(json, "port", share->port);
        json_put_number(json, "bytes", share->bytes);
        json_end_object(json);
    }
    json_end_array(json);
}

static void put_numbers(struct json *json, const struct download_result *result)
{
    static const char *const proofs[] = {"size", "sha256", "chunks"};
    bool done = result->outcome == DOWNLOAD_DONE;
    json_put_number(json, "size", result->size);
    json_put_bool(json, "already_complete", result->already_complete);
    json_put_number(json, "fetched", result->fetched);
    json_put_number(json, "kept", result->kept);
    json_put_number(json, "elapsed_ms", result->elapsed_ms);
    if (done)
        json_put_text(json, "verified", slice_text(proofs[result->proof]));
    if (result->sha256[0])
        json_put_text(json, "sha256", slice_text(result->sha256));
}

static void begin(struct json *json, const char *type, struct slice name, const char *status)
{
    json_begin_object(json, NULL);
    json_put_text(json, "type", slice_text(type));
    json_put_bytes(json, "name", name);
    json_put_text(json, "status", slice_text(status));
}

static void end(struct json *json)
{
    json_end_object(json);
    buffer_put_char(json->out, '\n');
}

void result_put_json(struct buffer *out, struct slice name, const char *output_dir,
                     const struct download_result *result)
{
    static const char *const statuses[] = {"done", "failed", "interrupted"};
    struct json json = {.out = out};
    begin(&json, "download", name, statuses[result->outcome]);
    if (result->outcome == DOWNLOAD_DONE)
        json_path_put(&json, output_dir, result->path);
    if (result->outcome == DOWNLOAD_FAILED)
        json_put_bytes(&json, "error", slice_text(result->reason));
    put_numbers(&json, result);
    put_sources(&json, result);
    end(&json);
}

void result_put_json_failed(struct buffer *out, const char *type, struct slice name,
                            const char *why)
{
    struct json json = {.out = out};
    begin(&json, type, name, "failed");
    json_put_text(&json, "error", slice_text(why));
    end(&json);
}
