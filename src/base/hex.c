#include "base/hex.h"

static int value_of(char digit)
{
    if (digit >= '0' && digit <= '9')
        return digit - '0';
    return digit >= 'a' && digit <= 'f' ? digit - 'a' + 10 : -1;
}

void hex_encode(const unsigned char digest[PLAT_HASH_SIZE], char text[HEX_DIGITS + 1])
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < PLAT_HASH_SIZE; i++) {
        text[2 * i] = digits[digest[i] >> 4];
        text[2 * i + 1] = digits[digest[i] & 15];
    }
    text[HEX_DIGITS] = '\0';
}

int hex_decode(struct slice text, unsigned char digest[PLAT_HASH_SIZE])
{
    unsigned char decoded[PLAT_HASH_SIZE];
    if (text.size != HEX_DIGITS)
        return PLAT_ERR_INVALID;
    for (size_t i = 0; i < PLAT_HASH_SIZE; i++) {
        int high = value_of(text.data[2 * i]), low = value_of(text.data[2 * i + 1]);
        if (high < 0 || low < 0)
            return PLAT_ERR_INVALID;
        decoded[i] = (unsigned char)(high * 16 + low);
    }
    memcpy(digest, decoded, sizeof decoded);
    return 0;
}
