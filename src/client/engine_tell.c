/*
 * What came of a download.
 */
#include "client/engine_parts.h"

#include <stdlib.h>
#include <string.h>

static int compare_shares(const void *a, const void *b)
{
    const struct download_share *one = a, *other = b;
    return (one->bytes < other->bytes) - (one->bytes > other->bytes);
}

static void tell_shares(const struct engine *e, struct download_result *result)
{
    for (unsigned i = 0; i < e->source_count; i++) {
        const struct source *s = &e->sources[i];
        if (ledger_given(&e->ledger, i) == 0)
            continue;
        struct download_share *share = &result->shares[result->share_count++];
        memcpy(share->id, s->at.id, sizeof share->id);
        memcpy(share->host, s->at.host, sizeof share->host);
        share->port = s->at.port;
        share->bytes = ledger_given(&e->ledger, i);
    }
    qsort(result->shares, result->share_count, sizeof result->shares[0], compare_shares);
}

void engine_tell(struct engine *e, struct download_result *result)
{
    result->size = e->file.size;
    result->fetched += e->fetched;
    result->kept = e->kept;
    result->share_count = 0;
    memcpy(result->sha256, e->file.sha256, sizeof result->sha256);
    bool has_list = e->has_list && !e->is_list_derived && !engine_has_disputed(e);
    result->proof = !e->file.sha256[0] ? DOWNLOAD_PROOF_SIZE
                    : has_list         ? DOWNLOAD_PROOF_CHUNKS
                                       : DOWNLOAD_PROOF_HASH;
    memcpy(result->reason, e->reason, sizeof result->reason);
    tell_shares(e, result);
}
