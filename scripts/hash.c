/*
 * The Lua module `process.hash`: SHA-256, which plain Lua is too slow for. It lives in the same
 * library as `process`.
 *
 *   hash.new()      a hasher, at the beginning of a message; or nil and an error text
 *   hasher:add(s)   adds a string to the message
 *   hasher:take()   ends the message: 64 hexadecimal digits, or nil and an error text
 */
#include <lauxlib.h>
#include <lua.h>

#include "plat/hash.h"
#include "process_lua.h"

#define HASH_TYPE "process.hash"

static struct plat_hash *check_hash(lua_State *L)
{
    struct plat_hash **hash = luaL_checkudata(L, 1, HASH_TYPE);

    luaL_argcheck(L, *hash != NULL, 1, "the hasher is closed");
    return *hash;
}

static int hash_new(lua_State *L)
{
    struct plat_hash **hash = lua_newuserdatauv(L, sizeof *hash, 0);
    int error;

    *hash = NULL;
    luaL_setmetatable(L, HASH_TYPE);
    error = plat_hash_open(hash);
    return error == 0 ? 1 : process_push_error(L, error);
}

static int hash_close(lua_State *L)
{
    struct plat_hash **hash = luaL_checkudata(L, 1, HASH_TYPE);

    plat_hash_close(*hash);
    *hash = NULL;
    return 0;
}

static int hash_add(lua_State *L)
{
    struct plat_hash *hash = check_hash(L);
    size_t size;
    const char *data = luaL_checklstring(L, 2, &size);

    plat_hash_update(hash, data, size);
    return 0;
}

static int hash_take(lua_State *L)
{
    static const char digits[] = "0123456789abcdef";
    unsigned char digest[PLAT_HASH_SIZE];
    char text[2 * PLAT_HASH_SIZE];
    int error = plat_hash_end(check_hash(L), digest);
    size_t i;

    if (error != 0)
        return process_push_error(L, error);
    for (i = 0; i < PLAT_HASH_SIZE; i++) {
        text[2 * i] = digits[digest[i] >> 4];
        text[2 * i + 1] = digits[digest[i] & 15];
    }
    lua_pushlstring(L, text, sizeof text);
    return 1;
}

static const luaL_Reg methods[] = {
    {"add", hash_add},
    {"take", hash_take},
    {NULL, NULL},
};

static const luaL_Reg functions[] = {
    {"new", hash_new},
    {NULL, NULL},
};

PROCESS_EXPORT int luaopen_process_hash(lua_State *L)
{
    luaL_newmetatable(L, HASH_TYPE);
    lua_pushcfunction(L, hash_close);
    lua_setfield(L, -2, "__gc");
    luaL_newlib(L, methods);
    lua_setfield(L, -2, "__index");
    lua_pop(L, 1);
    luaL_newlib(L, functions);
    return 1;
}
